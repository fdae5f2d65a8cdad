import { z } from 'zod';

/** `resources/sample/sample.json`: the bundled exports in import order and the settings of their workspace. */
export const SampleManifest = z.object({
  name: z.string(),
  settings: z.object({
    unit: z.enum(['company', 'person']),
    currency: z.string(),
    timezone: z.string(),
    fiscalYearStart: z.int(),
    dateOrder: z.enum(['dmy', 'mdy', 'ymd']).nullable(),
    asOf: z.string(),
  }),
  ownerTeams: z
    .object({ rows: z.array(z.object({ owner: z.string(), team: z.string(), name: z.string().nullable() })) })
    .optional(),
  files: z.array(
    z.object({
      file: z.string(),
      map: z.string().nullable(),
      profile: z.string().nullable(),
      dateOrder: z.enum(['dmy', 'mdy', 'ymd']).nullable(),
      constants: z.record(z.string(), z.string()).optional(),
    }),
  ),
});
