import { useEffect, useState } from 'react';
import { Icon } from '../kit/Icon.tsx';
import { receiveTokens } from '../commands/workbench.ts';
import { tokensOf } from '../data/engine.ts';
import { notify, notifyError } from '../data/notify.ts';

const MOST = 50;

async function take(files: File[]): Promise<void> {
  if (files.length === 0) return;
  if (files.length > MOST) {
    notify({
      level: 'warning',
      text: `${files.length} files were dropped; at most ${MOST} are taken at a time. Drop them in smaller groups.`,
    });
    return;
  }
  try {
    await receiveTokens(await tokensOf(files));
  } catch (error) {
    notifyError(error, 'The dropped files were not taken');
  }
}

/** Files may be dropped anywhere in the window. */
export function DropOverlay() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hasFiles = (e: DragEvent): boolean => e.dataTransfer?.types.includes('Files') ?? false;
    const enter = (e: DragEvent): void => {
      if (!hasFiles(e)) return;
      e.preventDefault();
      setOver(true);
    };
    const leave = (e: DragEvent): void => {
      if (e.relatedTarget === null) setOver(false);
    };
    const drop = (e: DragEvent): void => {
      if (!hasFiles(e)) return;
      e.preventDefault();
      setOver(false);
      void take([...(e.dataTransfer?.files ?? [])]);
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragover', enter);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragover', enter);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  if (!over) return null;
  return (
    <div className="drop-overlay" role="status">
      <Icon name="cloud-download" className="state-icon" />
      <p>Drop exports to import them, or a workspace to open it</p>
      <p className="dim">1 to {MOST} files; nothing is written before the dry run is confirmed</p>
    </div>
  );
}
