import { engine, transport } from '../data/engine.ts';
import { queryClient } from '../data/query.ts';
import { useOpenWorkspace } from '../data/version.ts';
import { openCustomer, useWorkbench } from '../data/workbench.ts';
import { ACTIVITY, viewById } from './views.ts';

const SETTLED_MS = 400;
const GIVE_UP_MS = 30_000;

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function settled(): Promise<void> {
  const steps = GIVE_UP_MS / SETTLED_MS;
  for (let i = 0, quiet = 0; i < steps && quiet < 2; i++) {
    await pause(SETTLED_MS);
    quiet = queryClient.isFetching() === 0 && document.querySelector('.state-loading') === null ? quiet + 1 : 0;
  }
}

/** Shows one view after the other and has each photographed by the shell, when it was started for that. */
export function followTour(): void {
  transport.on('tour', ({ views }) => void tour(views));
}

async function tour(views: string[] | null): Promise<void> {
  while (!useOpenWorkspace.getState().known) await pause(100);
  await settled();
  const names = views ?? ACTIVITY.map((v) => v.id);
  for (const name of names) {
    if (!viewById(name)) continue;
    useWorkbench.getState().open(name);
    await settled();
    await engine.tourShot({ name });
  }
  if (views === null) await showCustomer();
  await engine.tourEnd({});
}

/** The customer with the most open disputes: its tab shows every part of a record. */
async function showCustomer(): Promise<void> {
  const { rows } = await engine.customers({ sort: 'open_disputes:desc', columns: ['name'], limit: 1 });
  const [row] = rows;
  if (!row) return;
  openCustomer(row['customer'] as string, row['name'] as string);
  await settled();
  await engine.tourShot({ name: 'customer' });
}
