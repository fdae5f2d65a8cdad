import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The folder outside the checkout where downloads and builds are kept. */
export function cacheFolder() {
  if (process.env.XDG_CACHE_HOME) return join(process.env.XDG_CACHE_HOME, 'ladderline');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'ladderline');
  if (process.platform === 'win32')
    return join(process.env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'ladderline', 'Cache');
  return join(homedir(), '.cache', 'ladderline');
}

const beat = 5_000;
const silent = 60_000;

function holderIsGone(lock) {
  try {
    const holder = JSON.parse(readFileSync(join(lock, 'holder.json'), 'utf8'));
    if (holder.host === hostname()) {
      try {
        process.kill(holder.pid, 0);
      } catch (error) {
        if (error.code === 'ESRCH') return true;
      }
    }
  } catch {
    // Between mkdir and the write of holder.json: the age decides.
  }
  try {
    return Date.now() - statSync(lock).mtimeMs > silent;
  } catch {
    return false;
  }
}

/**
 * Makes `folder`: `build(temporary)` answers the finished folder, which is renamed into place in one step, so that a set-up that is stopped
 * half-way leaves nothing that looks finished. Two set-ups at once: the second waits for the first.
 * @param {string} folder
 * @param {(temporary: string) => Promise<string>} build
 * @param {(text: string) => void} say
 */
export async function buildOnce(folder, build, say) {
  if (existsSync(folder)) return;
  mkdirSync(join(folder, '..'), { recursive: true });
  const lock = folder + '.lock';
  const token = randomUUID();
  for (let waited = 0; ; waited++) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'holder.json'), JSON.stringify({ pid: process.pid, host: hostname(), token }));
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (existsSync(folder)) return;
    if (holderIsGone(lock)) {
      const aside = `${lock}-${token}`;
      try {
        renameSync(lock, aside);
        rmSync(aside, { recursive: true, force: true });
      } catch {
        // Another waiting set-up has taken it away.
      }
      continue;
    }
    if (waited === 0) say(`Another set-up is making this (lock: ${lock}); waiting for it.`);
    await sleep(500);
  }
  const temporary = `${folder}.making-${token}`;
  const heart = setInterval(() => {
    try {
      utimesSync(lock, new Date(), new Date());
    } catch {
      // Taken away by hand: the rename below still decides who wins.
    }
  }, beat);
  const clean = () => {
    rmSync(temporary, { recursive: true, force: true });
    rmSync(lock, { recursive: true, force: true });
  };
  const stop = () => {
    clean();
    process.exit(130);
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    if (existsSync(folder)) return;
    mkdirSync(temporary);
    const made = await build(temporary);
    try {
      renameSync(made, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  } finally {
    clearInterval(heart);
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
    clean();
  }
}
