import type { Page } from '../page.ts';
import { attention } from './attention/index.ts';
import { moves } from './moves/index.ts';
import { npsPage } from './nps/index.ts';
import { rhythm } from './rhythm/index.ts';
import { sources } from './sources/index.ts';
import { standing } from './standing/index.ts';

/** Pages in reading order, one line each. */
export const PAGES: readonly Page[] = [standing, moves, npsPage, rhythm, attention, sources];
