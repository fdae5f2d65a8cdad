import { changes } from './changes/index.ts';
import { customer } from './customer/index.ts';
import { customers } from './customers/index.ts';
import { imports } from './imports/index.ts';
import { ladder } from './ladder/index.ts';
import { nps } from './nps/index.ts';
import { present } from './present/index.ts';
import { report } from './report/index.ts';
import { source } from './source/index.ts';
import { touches } from './touches/index.ts';
import { welcome } from './welcome/index.ts';

/** Every view, one line each. */
export const VIEWS = [welcome, imports, customers, customer, source, ladder, nps, touches, changes, present, report];
