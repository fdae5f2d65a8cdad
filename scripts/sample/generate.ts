/**
 * Writes the sample exports: `node scripts/sample/generate.ts` (Node 24, type stripping). The same seed gives the same bytes.
 * `resources/sample/` gets the exports, their mapping files, sample.json and README.md; `scripts/sample/expected/` what a reader must find.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FIRST_WEEK, SECOND_WEEK } from './calendar.ts';
import { expectedOf } from './expected.ts';
import { clusters } from './identities.ts';
import { manifest } from './manifest.ts';
import { readme } from './readme.ts';
import { buildWorld } from './world.ts';
import { aircallCalls } from './writers/aircall.ts';
import { hubspotContacts } from './writers/hubspot.ts';
import { advocacyList, mailingSends, MAPS, ownerTeams, partnershipList } from './writers/lists.ts';
import { outlookCalendar } from './writers/outlook.ts';
import { salesforceAccounts, salesforceContacts, salesforceLeads } from './writers/salesforce.ts';
import type { SampleFile } from './writers/sample-file.ts';
import { stripeCustomers, stripePayments } from './writers/stripe.ts';
import { surveyWave } from './writers/surveymonkey.ts';
import { xeroInvoices } from './writers/xero.ts';
import { zendeskTickets } from './writers/zendesk.ts';

/** JSON with lists of texts on one line where they fit in 120 columns, as the formatter of the repository leaves it. */
function json(value: unknown): Buffer {
  const text = JSON.stringify(value, null, 2).replace(
    /^(.*)\[\n\s+("[^"\n]*"(?:,\n\s+"[^"\n]*")*)\n\s+\](,?)$/gm,
    (whole, before: string, items: string, after: string) => {
      const line = `${before}[${items.replaceAll(/,\n\s+/g, ', ')}]${after}`;
      return line.length <= 120 ? line : whole;
    },
  );
  return Buffer.from(`${text}\n`, 'utf8');
}

/** Keeps line ends as the vendors write them, whatever git is set to. */
const GIT_ATTRIBUTES = Buffer.from('* -text\n', 'utf8');

/** Every generated file by its path from the root of the repository. */
export function generateSample(): Map<string, Buffer> {
  const world = buildWorld();
  const payments = stripePayments(world);
  const invoices = xeroInvoices(world);
  const calendar = outlookCalendar(world);
  const files: SampleFile[] = [
    salesforceAccounts(world),
    salesforceContacts(world),
    hubspotContacts(world, FIRST_WEEK),
    hubspotContacts(world, SECOND_WEEK),
    stripeCustomers(world),
    invoices.file,
    payments.file,
    ...[0, 1, 2, 3].map((wave) => surveyWave(world, wave)),
    zendeskTickets(world),
    aircallCalls(world),
    calendar.file,
    mailingSends(world),
    salesforceLeads(world),
    advocacyList(world),
    partnershipList(world),
    ownerTeams(world),
  ];
  const expected = expectedOf(world, files, { stripe: payments.notes, xero: invoices.notes, outlook: calendar.notes });
  const out = new Map<string, Buffer>();
  for (const file of files) out.set(`resources/sample/${file.name}`, file.bytes);
  for (const [name, map] of Object.entries(MAPS)) out.set(`resources/sample/${name}`, json(map));
  out.set('resources/sample/sample.json', json(manifest(world, files)));
  out.set('resources/sample/README.md', Buffer.from(readme(world, files, expected), 'utf8'));
  out.set('scripts/sample/expected/expected.json', json(expected));
  out.set('scripts/sample/expected/clusters.csv', clusters(world));
  for (const folder of ['resources/sample', 'scripts/sample/expected'])
    out.set(`${folder}/.gitattributes`, GIT_ATTRIBUTES);
  return out;
}

const self = fileURLToPath(import.meta.url);
export const ROOT = resolve(dirname(self), '..', '..');

if (process.argv[1] !== undefined && resolve(process.argv[1]) === self) {
  let total = 0;
  for (const [path, bytes] of generateSample()) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), bytes);
    if (path.startsWith('resources/')) total += bytes.length;
  }
  process.stdout.write(`resources/sample: ${(total / 1e6).toFixed(2)} MB\n`);
}
