import type { ToHost, ToWindow } from '#contract/transport.ts';

/** The writer, the console, the compute thread and the reader all answer the window's own message shapes. */
export type RolePort = {
  post(message: ToHost): void;
  listen(receive: (message: ToWindow) => void): void;
  /** Called once when the other side is gone, whether killed or crashed. */
  onGone(gone: () => void): void;
  kill(): void;
};

export type ProcessRole = 'writer' | 'console';

/** Only Electron's main process can start a utilityProcess; the command line and the tests fork a child process. */
export interface Processes {
  spawn(role: ProcessRole, workspace: string): Promise<RolePort>;
}

/** The side that answers: what an entry of a role listens on. */
export type ServerPort = {
  post(message: ToWindow): void;
  listen(receive: (message: ToHost) => void): void;
};
