import { RUNGS } from '#engine/base/vocabulary.ts';
import type { Standing } from './types.ts';

export const STANDINGS: readonly Standing[] = [...RUNGS, 'lapsed'];

/** Index of `lapsed` in STANDINGS; every other index is the rung's own. */
export const LAPSED = RUNGS.length;
