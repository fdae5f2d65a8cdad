import type { WriteDb } from '#engine/base/db.ts';

/** One step of the schema. `id` becomes `user_version`; shipped migrations are frozen. */
export type Migration = {
  readonly id: number;
  readonly name: string;
  up(db: WriteDb): void;
};
