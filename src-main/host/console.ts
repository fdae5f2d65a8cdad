import { z } from 'zod';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import { openReader } from '#engine/store/open.ts';
import { runForeignSql } from '#engine/store/foreign-sql.ts';
import { rolePort } from './role.ts';
import { serve } from './serve.ts';

/** Entry of the console: the only process that runs SQL text that is not ours. It is killed to cancel. */
const Query = z.object({ sql: z.string().max(65_536), maxRows: z.int().min(1).max(100_000).default(100_000) });

const { port, workspace } = await rolePort();
const db = openReader(workspace);

serve(port, (ask) => {
  if (ask.name !== 'sql') throw usage(`The console answers "sql", not "${ask.name}".`);
  const query = Query.safeParse(ask.input);
  if (!query.success) throw new LadderlineError('usage', 'sql: expected { sql, maxRows }');
  return runForeignSql(db, query.data.sql, query.data.maxRows);
});
