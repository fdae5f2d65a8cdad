import type { MessagePort as ThreadPort } from 'node:worker_threads';
import type { ToHost } from '#contract/transport.ts';
import type { ServerPort } from './ports.ts';

type ElectronPort = {
  postMessage(message: unknown): void;
  on(event: 'message', receive: (event: { data: unknown }) => void): void;
  start(): void;
};
type ElectronParent = {
  once(event: 'message', receive: (event: { data: unknown; ports: ElectronPort[] }) => void): void;
};

/**
 * The port of a role's own process: the MessagePort that Electron's main process hands over in its first message,
 * or the channel of a forked child.
 */
export async function rolePort(): Promise<{ port: ServerPort; workspace: string }> {
  const parent = (process as unknown as { parentPort?: ElectronParent }).parentPort;
  if (parent) {
    return new Promise((resolve) => {
      parent.once('message', ({ data, ports }) => {
        const port = ports[0];
        if (!port) throw new Error('the first message carries a port');
        resolve({
          workspace: (data as { workspace: string }).workspace,
          port: {
            post: (message) => port.postMessage(message),
            listen: (receive) => {
              port.on('message', (event) => receive(event.data as ToHost));
              port.start();
            },
          },
        });
      });
    });
  }
  const workspace = process.argv[2];
  if (!process.send || !workspace) throw new Error('a role is started by the host, with a workspace');
  process.once('disconnect', () => process.exit(0));
  return {
    workspace,
    port: {
      post: (message) => process.send?.(message),
      listen: (receive) => process.on('message', (message: ToHost) => receive(message)),
    },
  };
}

export type { ThreadPort };
