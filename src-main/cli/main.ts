import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EXIT } from '#engine/base/errors.ts';

// Half of a short command is compiling its modules: they are kept in the user's own cache, never in a shared folder.
enableCompileCache(join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'ladderline', 'compiled'));

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});
// No listener for SIGINT: an import is busy for seconds and would hear it late. The signal ends the process at once (130 to a
// shell), the log brings the workspace back, and the next import removes what was staged.

const { run } = await import('./run.ts');
process.exitCode = await run(process.argv.slice(2));
