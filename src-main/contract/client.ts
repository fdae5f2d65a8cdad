import type { Api } from './api.ts';
import type { Answer, AskOptions, ToHost, Topics, ToWindow, Transport, Wire } from './transport.ts';

/** An error that came back from the host: `{code, message, detail}`. */
export class HostError extends Error {
  readonly code: string;
  readonly detail: unknown;

  constructor(code: string, message: string, detail?: unknown) {
    super(message);
    this.name = 'HostError';
    this.code = code;
    this.detail = detail;
  }
}

type Waiting = { resolve(value: unknown): void; reject(error: Error): void };

/** A transport over one wire. Answers may arrive in any order. */
export function transportOver(wire: Wire<ToHost, ToWindow>): Transport {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<string, Set<(value: never) => void>>();
  let next = 1;

  wire.listen((message) => {
    if ('topic' in message) {
      for (const receive of listeners.get(message.topic) ?? []) receive(message.value as never);
      return;
    }
    settle(message);
  });

  function settle(answer: Answer): void {
    const call = waiting.get(answer.id);
    if (!call) return;
    waiting.delete(answer.id);
    if (answer.ok) call.resolve(answer.result);
    else call.reject(new HostError(answer.error.code, answer.error.message, answer.error.detail));
  }

  return {
    ask(name: string, input: unknown, options?: AskOptions) {
      const id = next++;
      return new Promise((resolve, reject) => {
        const signal = options?.signal;
        if (signal?.aborted) {
          reject(new HostError('cancelled', `${name} was cancelled.`));
          return;
        }
        waiting.set(id, { resolve, reject });
        signal?.addEventListener('abort', () => wire.post({ cancel: id }), { once: true });
        const { knownAt } = options ?? {};
        wire.post({ id, name, input, ...(knownAt === undefined ? {} : { knownAt }) });
      });
    },
    on<T extends keyof Topics>(topic: T, receive: (value: Topics[T]) => void) {
      const set = listeners.get(topic) ?? new Set();
      listeners.set(topic, set);
      set.add(receive as (value: never) => void);
      return () => set.delete(receive as (value: never) => void);
    },
  };
}

/** `client.ladder({asOf})` for every name of the registry and the host's services; a wrong field is a compile error. */
export function clientOver(transport: Transport): Api {
  return new Proxy({} as Api, {
    get(_target, name) {
      if (typeof name !== 'string' || name === 'then') return undefined;
      return (input?: unknown, options?: AskOptions) => transport.ask(name, input, options);
    },
  });
}
