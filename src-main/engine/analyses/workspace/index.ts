export { describe, fields, listFields } from './catalogue.ts';
export { history } from './history.ts';
export { imports, lineage, lookAt, profiles, proposalOf, rejects, sniff, sourceLines } from './imports.ts';
export { problems } from './problems.ts';
export { search } from './search.ts';
export { status } from './status.ts';
export type * from './types.ts';
