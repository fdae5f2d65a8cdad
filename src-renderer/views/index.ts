import { ladder } from './ladder/index.ts';
import { nps } from './nps/index.ts';
import { source } from './source/index.ts';
import { touches } from './touches/index.ts';
import { welcome } from './welcome/index.ts';

/** Every view, one line each. */
export const VIEWS = [welcome, source, ladder, nps, touches];
