import { source } from './source/index.ts';
import { welcome } from './welcome/index.ts';

/** Every view, one line each. */
export const VIEWS = [welcome, source];
