import { z } from 'zod';
import { defineAnalysis } from '#engine/base/define.ts';
import { memoryOf } from '#engine/vectors/memory.ts';
import type { MemoryUse } from '#engine/vectors/memory.ts';

/**
 * `memory`: what the asked session keeps, in bytes, against its budget, and how much it has dropped so far. For whoever
 * looks for the cause of a slow answer; unlike every other analysis it says nothing about the workspace.
 */
export const memory = defineAnalysis({
  name: 'memory',
  input: z.object({}),
  run: (ctx): MemoryUse & { readonly resident: number } => ({
    ...memoryOf(ctx).use,
    resident: process.memoryUsage.rss(),
  }),
});
