export { complete, describe, fields, listFields } from './catalogue.ts';
export { history } from './history.ts';
export { problems } from './problems.ts';
export { search } from './search.ts';
export { showSql } from './show-sql.ts';
export { status } from './status.ts';
export type * from './types.ts';
