import { CancelledError, toWireError } from '#engine/base/errors.ts';
import { isoInstant, monotonicMs, nowSeconds } from '#engine/base/clock.ts';
import type { Progress } from '#engine/base/context.ts';
import type { Ask, ToHost } from '#contract/transport.ts';
import type { CallHooks } from '#engine/session.ts';
import type { ServerPort } from './ports.ts';

/** Progress is sent at most this often. */
const PROGRESS_EVERY_MS = 120;
/** Calls slower than this are logged with name and milliseconds. */
const SLOW_CALL_MS = 40;

export type Answerer = (ask: Ask, hooks: Required<CallHooks>) => unknown;

/**
 * Answers asks on a port one after the other, with cancel, progress and errors as `{code, message, detail}`.
 * `isCancelled` is consulted besides cancel messages: a thread that is busy cannot receive one.
 */
export function serve(port: ServerPort, answer: Answerer, isCancelled: (id: number) => boolean = () => false): void {
  const queue: Ask[] = [];
  const cancelled = new Set<number>();
  let busy = false;

  port.listen((message: ToHost) => {
    if ('cancel' in message) {
      cancelled.add(message.cancel);
      return;
    }
    queue.push(message);
    if (!busy) void drain();
  });

  async function drain(): Promise<void> {
    busy = true;
    for (let ask = queue.shift(); ask; ask = queue.shift()) await one(ask);
    busy = false;
  }

  async function one(ask: Ask): Promise<void> {
    const started = monotonicMs();
    let lastProgress = -Infinity;
    const hooks = {
      cancel: {
        check() {
          if (cancelled.has(ask.id) || isCancelled(ask.id)) throw new CancelledError();
        },
      },
      progress(progress: Progress) {
        const now = monotonicMs();
        const finished = progress.total !== null && progress.done >= progress.total;
        if (now - lastProgress < PROGRESS_EVERY_MS && !finished) return;
        lastProgress = now;
        const seconds = (now - started) / 1000;
        const rate = seconds > 0.2 ? progress.done / seconds : null;
        const etaSeconds = rate && progress.total !== null ? (progress.total - progress.done) / rate : null;
        port.post({ topic: 'progress', value: { call: ask.id, name: ask.name, ...progress, rate, etaSeconds } });
      },
    };
    try {
      hooks.cancel.check();
      port.post({ id: ask.id, ok: true, result: await answer(ask, hooks) });
    } catch (error) {
      port.post({ id: ask.id, ok: false, error: toWireError(error) });
    }
    cancelled.delete(ask.id);
    const ms = monotonicMs() - started;
    if (ms > SLOW_CALL_MS) {
      port.post({
        topic: 'log',
        value: { level: 'info', text: `${ask.name}: ${Math.round(ms)} ms`, at: isoInstant(nowSeconds()) },
      });
    }
  }
}
