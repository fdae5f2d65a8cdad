import { nowSeconds } from '#engine/base/clock.ts';
import { usage } from '#engine/base/errors.ts';
import { findCommand } from '#engine/registry.ts';
import { writeContext } from '#engine/session.ts';
import { cleanPrivateFolders } from '#engine/import/private-folder.ts';
import { openWriter } from '#engine/store/open.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import { packMissing } from '#engine/vectors/load.ts';
import { rolePort } from './role.ts';
import { serve } from './serve.ts';

process.on('unhandledRejection', (reason) => {
  process.stderr.write(`writer: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}\n`);
  process.exit(1);
});

/** Milliseconds of quiet after which missing vector chunks are packed. */
const QUIET_MS = 400;
const CHUNKS_AT_ONCE = 4;

const { port, workspace } = await rolePort();
cleanPrivateFolders();
const db = openWriter(workspace);
let version = readDataVersion(db);
let quiet: NodeJS.Timeout | undefined;

serve(port, async (ask, hooks) => {
  clearTimeout(quiet);
  if (ask.name === 'close') {
    db.close();
    return null;
  }
  const command = findCommand(ask.name);
  if (!command) throw usage(`There is no command named "${ask.name}".`);
  const input = command.parse(ask.input);
  const ctx = writeContext(db, nowSeconds(), hooks);
  const run = (): unknown => command.run(ctx, input);
  try {
    return await (command.transaction === 'own' ? run() : db.transaction(run));
  } finally {
    const now = readDataVersion(db);
    if (now !== version) {
      version = now;
      port.post({ topic: 'changed', value: { dataVersion: now } });
    }
    quiet = setTimeout(pack, QUIET_MS);
  }
});

/** Packs a few chunks at a time, so that a call that comes in between waits milliseconds, not seconds. */
function pack(): void {
  if (packMissing(db, CHUNKS_AT_ONCE) > 0) quiet = setTimeout(pack, 0);
}
