import { parentPort, workerData } from 'node:worker_threads';
import { usage } from '#engine/base/errors.ts';
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

/** Entry of both threads of the host: `compute` (analyses over vectors) and `reader` (short indexed SQL). */
const port = parentPort;
if (!port) throw new Error('thread.ts is started as a worker thread');
const data = workerData as ThreadData;
const cancelled = new Int32Array(data.cancelled);
const session = new ReadSession(openReader(data.workspace));

serve(
  {
    post: (message) => port.postMessage(message),
    listen: (receive) => port.on('message', (message: ToHost) => receive(message)),
  },
  (ask, hooks) => {
    const analysis = findAnalysis(ask.name);
    if (!analysis) throw usage(`There is no analysis named "${ask.name}".`);
    return session.run(analysis, ask.input, hooks);
  },
  (id) => Atomics.load(cancelled, id % cancelled.length) === id,
);
