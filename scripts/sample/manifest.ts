import type { World } from './model.ts';
import { MAPS } from './writers/lists.ts';
import type { SampleFile } from './writers/sample-file.ts';
import { WAVES } from './model.ts';

/** Profile ids, `<vendor>.<export>`, by the start of the file name. */
const PROFILES: readonly (readonly [start: string, profile: string])[] = [
  ['salesforce--accounts', 'salesforce.accounts'],
  ['salesforce--contacts', 'salesforce.contacts'],
  ['hubspot--contacts', 'hubspot.contacts'],
  ['stripe--customers', 'stripe.customers'],
  ['stripe--payments', 'stripe.payments'],
  ['xero--sales-invoices', 'xero.sales-invoices'],
  ['surveymonkey--responses', 'surveymonkey.responses'],
  ['zendesk--tickets', 'zendesk.tickets'],
  ['aircall--calls', 'aircall.calls'],
  ['outlook--calendar', 'outlook.calendar'],
];

/** Contents of sample.json: settings of the workspace and the files in the order in which they are imported. */
export function manifest(world: World, files: readonly SampleFile[]): unknown {
  return {
    name: world.firm.name,
    note: 'Invented data. Firms and people do not exist.',
    settings: {
      unit: 'company',
      currency: 'EUR',
      timezone: 'Europe/Berlin',
      fiscalYearStart: 1,
      asOf: '2026-09-30',
      dateOrder: 'dmy',
    },
    files: files
      .filter((f) => f.name !== 'owner-teams.csv')
      .map((f) => {
        const map = f.name.replace(/\.csv$/, '.map.json');
        const wave = WAVES.find((w) => f.name === `surveymonkey--responses-${w.wave}.csv`);
        return {
          file: f.name,
          map: map in MAPS ? map : null,
          profile: PROFILES.find(([start]) => f.name.startsWith(start))?.[1] ?? null,
          dateOrder: f.name.startsWith('xero') ? 'dmy' : null,
          ...(wave ? { constants: { survey: 'Relationship survey', kind: 'relational', wave: wave.wave } } : {}),
        };
      }),
    ownerTeams: {
      file: 'owner-teams.csv',
      map: 'owner-teams.map.json',
      rows: world.staff.flatMap((s) => [
        { owner: s.name, team: s.team, name: null },
        { owner: s.userId, team: s.team, name: s.name },
      ]),
    },
  };
}
