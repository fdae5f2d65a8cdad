import { contextBridge, ipcRenderer, webUtils } from 'electron';

export type PickKind = 'files' | 'map' | 'workspace' | 'new-workspace' | 'save-csv' | 'save-html';

const bridge = {
  /** Asks for the window's port to its host; it arrives as a `message` event with the data `ladderline:port`. */
  connect(): void {
    ipcRenderer.send('connect');
  },
  /** Opens a file dialog; answers one-time tokens, never paths; an empty list when it is dismissed. */
  pick(kind: PickKind): Promise<string[]> {
    return ipcRenderer.invoke('pick', kind) as Promise<string[]>;
  },
  /** Tokens of dropped files, in their order. */
  drop(files: File[]): Promise<string[]> {
    const paths = files.map((file) => webUtils.getPathForFile(file));
    return ipcRenderer.invoke('drop', paths) as Promise<string[]>;
  },
};

export type Bridge = typeof bridge;

ipcRenderer.on('port', (event) => {
  const port = event.ports[0];
  if (port) window.postMessage('ladderline:port', location.origin === 'null' ? '*' : location.origin, [port]);
});

contextBridge.exposeInMainWorld('ladderline', Object.freeze(bridge));
