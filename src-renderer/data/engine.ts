import { clientOver, transportOver } from '#contract/client.ts';
import type { Api } from '#contract/api.ts';
import type { ToHost, ToWindow, Transport, Wire } from '#contract/transport.ts';

/** What the preload exposes: three functions. Files and folders are known to the window by one-time tokens only. */
export type Bridge = {
  connect(): void;
  pick(kind: PickKind): Promise<string | string[] | null>;
  drop(files: File[]): Promise<string[]>;
};
export type PickKind = 'files' | 'workspace' | 'new-workspace' | 'map' | 'save-csv' | 'save-html';

declare global {
  interface Window {
    readonly ladderline?: Bridge;
  }
}

/** A wire whose port arrives later; what is posted before is sent when it does. */
class LateWire implements Wire<ToHost, ToWindow> {
  private port: MessagePort | null = null;
  private readonly waiting: ToHost[] = [];
  private receive: (message: ToWindow) => void = () => {};

  post(message: ToHost): void {
    if (this.port) this.port.postMessage(message);
    else this.waiting.push(message);
  }

  listen(receive: (message: ToWindow) => void): void {
    this.receive = receive;
  }

  attach(port: MessagePort): void {
    this.port?.close();
    this.port = port;
    port.onmessage = (event: MessageEvent<ToWindow>) => this.receive(event.data);
    for (const message of this.waiting.splice(0)) port.postMessage(message);
  }
}

const wire = new LateWire();
/** Questions by name and the topics `progress`, `changed`, `workspace`, `log`, `tour`. */
export const transport: Transport = transportOver(wire);
/** The typed contract: `engine.ladder({ asOf })`. Views use `useEngine` and `useCommand` instead. */
export const engine: Api = clientOver(transport);

/** Asks the shell for the port to the host. Called once, before the first render. */
export function connect(): void {
  window.addEventListener('message', (event) => {
    const port = event.ports[0];
    if (event.source === window && event.data === 'ladderline:port' && port) wire.attach(port);
  });
  window.ladderline?.connect();
}

/** Opens a system dialog; the tokens of what was chosen, none when it was dismissed. */
export async function pick(kind: PickKind): Promise<string[]> {
  const chosen = await window.ladderline?.pick(kind);
  if (chosen === null || chosen === undefined) return [];
  return Array.isArray(chosen) ? chosen : [chosen];
}

/** Tokens of dropped files. */
export async function tokensOf(files: File[]): Promise<string[]> {
  return (await window.ladderline?.drop(files)) ?? [];
}
