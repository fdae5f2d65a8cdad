import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { registerCommands } from '../commands/registry.ts';
import { WORKBENCH_COMMANDS } from '../commands/workbench.ts';
import { queryClient } from '../data/query.ts';
import { followInterrupted } from '../data/interrupted.ts';
import { followProgress } from '../data/run.ts';
import { startSession } from '../data/session.ts';
import { followTheme } from '../data/theme.ts';
import { followWorkspace } from '../data/workspace.ts';
import { Frame } from './Frame.tsx';
import { followParts, PART_COMMANDS } from './parts.ts';
import { followKeys } from './keyboard.ts';
import { followTour } from './tour.ts';
import { viewCommands } from './views.ts';

let started = false;

function start(): void {
  if (started) return;
  started = true;
  registerCommands([...WORKBENCH_COMMANDS, ...PART_COMMANDS, ...viewCommands()]);
  followTheme();
  followWorkspace();
  followProgress();
  followInterrupted();
  followKeys();
  followParts();
  followTour();
  void startSession();
}

export function App() {
  useEffect(start, []);
  return (
    <QueryClientProvider client={queryClient}>
      <Frame />
    </QueryClientProvider>
  );
}
