import { vectorsOf } from '#engine/vectors/load.ts';
import { makeLanguage } from './language.ts';
import type { Language } from './interface.ts';

/** The language over the workspace's own vectors. */
export const language: Language = makeLanguage(vectorsOf);
