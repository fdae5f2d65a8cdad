import type { Migration } from './migration.ts';
import { workspaceSchema } from './0010-workspace.ts';

/** All schema steps, oldest first. Shipped ones are frozen. */
export const MIGRATIONS: readonly Migration[] = [workspaceSchema];
