import { nowSeconds } from '#engine/base/clock.ts';
import { LadderlineError, usage } from '#engine/base/errors.ts';
import { saveSpells } from '#engine/language/definitions/save-spells.ts';
import { findCommand } from '#engine/registry.ts';
import { ReadSession, writeContext } from '#engine/session.ts';
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
    clearTimeout(quiet);
    quiet = setTimeout(pack, QUIET_MS);
  }
});

/** Packs a few chunks at a time, so that a call that comes in between waits milliseconds, not seconds; then saves spells. */
function pack(): void {
  const more = packMissing(db, CHUNKS_AT_ONCE) > 0;
  quiet = more ? setTimeout(pack, 0) : setTimeout(save, 0, saveSpells(new ReadSession(db).context(), db));
}

/** One piece; a call that comes in between ends it, and it is begun anew when the writer is quiet again. */
function save(pieces: ReturnType<typeof saveSpells>): void {
  try {
    if (!pieces.next().done) quiet = setTimeout(save, 0, pieces);
  } catch (error) {
    // A ladder that can no longer be read is told to whoever asks for a rung.
    if (!(error instanceof LadderlineError)) throw error;
  }
}
