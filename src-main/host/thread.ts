import { parentPort, workerData } from 'node:worker_threads';
import { usage } from '#engine/base/errors.ts';
import type { PastWorkspaces } from '#engine/known/kept.ts';
import { findAnalysis } from '#engine/registry.ts';
import { ReadSession } from '#engine/session.ts';
import { openReader } from '#engine/store/open.ts';
import type { ToHost } from '#contract/transport.ts';
import { serve } from './serve.ts';

export type ThreadData = {
  workspace: string;
  /** One cell per call id modulo its length: holds the id of a cancelled call. */
  cancelled: SharedArrayBuffer;
};

/** Entry of the threads of the host: `compute` (analyses over vectors), `reader` (short indexed SQL), `past` (as known then). */
const port = parentPort;
if (!port) throw new Error('thread.ts is started as a worker thread');
const data = workerData as ThreadData;
const cancelled = new Int32Array(data.cancelled);
const session = new ReadSession(openReader(data.workspace));
let past: PastWorkspaces | null = null;

serve(
  {
    post: (message) => port.postMessage(message),
    listen: (receive) => port.on('message', (message: ToHost) => receive(message)),
  },
  async (ask, hooks) => {
    if (ask.name === 'close') {
      past?.close();
      return null;
    }
    if (ask.name === 'bridge') {
      const { bridge, parseBridge } = await import('#engine/known/bridge.ts');
      return bridge(data.workspace, parseBridge(ask.input), hooks);
    }
    const analysis = findAnalysis(ask.name);
    if (!analysis) throw usage(`There is no analysis named "${ask.name}".`);
    if (ask.knownAt === undefined) return session.run(analysis, ask.input, hooks);
    past ??= new (await import('#engine/known/kept.ts')).PastWorkspaces(data.workspace);
    return past.run(analysis, ask.input, String(ask.knownAt), hooks);
  },
  (id) => Atomics.load(cancelled, id % cancelled.length) === id,
);
