import { duplicateOf } from './expected.ts';
import type { Expected, Story } from './expected.ts';
import type { World } from './model.ts';
import type { SampleFile } from './writers/sample-file.ts';
import { castOf } from './stories.ts';
import { RUNG_ORDER } from './truth.ts';

const CONTENT: readonly (readonly [start: string, text: string])[] = [
  [
    'salesforce--accounts',
    'Salesforce accounts, Data Loader; with a custom tax id column and three accounts merged away',
  ],
  ['salesforce--contacts', 'Salesforce contacts, weekly data export'],
  ['salesforce--leads', 'Salesforce leads, data export with two custom date columns (mapping file)'],
  ['hubspot--contacts-2026-09-21', 'HubSpot contacts, full export of the first week'],
  ['hubspot--contacts-2026-09-28', 'HubSpot contacts, full export a week later'],
  ['stripe--customers', 'Stripe customers (a minority pays by card)'],
  ['stripe--payments', 'Stripe payments: web shop orders and payments for Xero invoices'],
  ['xero', 'Xero sales invoices and credit notes, one row per line item, dd/MM/yyyy'],
  ['surveymonkey', 'SurveyMonkey responses of one wave, two header rows, MM/dd/yyyy'],
  ['zendesk', 'Zendesk tickets'],
  ['aircall', 'Aircall calls since 2025-07-01'],
  ['outlook', 'Outlook calendar of the sales team, cp1252, M/d/yyyy'],
  ['mailings', 'E-mail sends of marketing since July 2024, one row per send and contact (mapping file)'],
  ['advocacy', 'Referrals, references, case studies, testimonials, reviews; spreadsheet (mapping file)'],
  ['partnerships', 'Partner agreements; spreadsheet (mapping file)'],
  ['owner-teams', 'Owner (name and Salesforce user id) to team; spreadsheet (mapping file)'],
];

/** A fact as text: days and numbers as they are, lists joined with commas. */
function text(fact: unknown): string {
  if (Array.isArray(fact)) return fact.map(text).join(', ');
  if (typeof fact === 'string') return fact;
  if (typeof fact === 'number') return String(fact);
  throw new Error(`a fact of the stories is missing: ${JSON.stringify(fact)}`);
}

/** The guide to the planted stories, with every figure taken from the same world as the files. */
export function readme(world: World, files: readonly SampleFile[], e: Expected): string {
  const story = (id: string): Story => e.stories.find((s) => s.id === id)!;
  const f = (id: string, key: string): string => text(story(id).facts[key]);
  const who = (id: string): string => `**${story(id).customer}** (${story(id).domain})`;
  const counts = (date: string): string => RUNG_ORDER.map((r) => e.rungs[date]![r]).join(' | ');
  const q = e.clientQuarters;
  const last = q.at(-1)!;
  const scores = (id: string): string =>
    (story(id).facts['scores'] as { answered: string; score: number }[])
      .map((s) => `${s.score} (${s.answered})`)
      .join(', ');
  const spelling = duplicateOf(castOf(world.companies, 'duplicate-spelling'));
  const tax = duplicateOf(castOf(world.companies, 'duplicate-tax-id'));
  const postcode = duplicateOf(castOf(world.companies, 'duplicate-postcode'));
  return `# Sample exports

All of it is invented: ${world.firm.name} sells ${world.firm.trade}; neither it nor its customers nor the people exist. Domains end in the reserved \`.example\`, telephone numbers come from ranges kept for fiction or are made up.
Files have the headers, quoting, line ends and encodings of the vendors' real exports. \`scripts/sample/generate.ts\` writes this folder (README and sample.json included); the same seed gives the same bytes.
The story is told on 2026-10-01; read the workspace as of **2026-09-30**: ${e.customers} customers and prospects over three years.

\`sample.json\` lists the files in import order, each with its mapping file or expected profile, and the settings of the workspace. Figures for tests are in \`scripts/sample/expected/\`: \`expected.json\`, and \`clusters.csv\` (which record belongs to which customer).

| file | what | records |
|---|---|---|
${files.map((x) => `| ${x.name} | ${CONTENT.find(([start]) => x.name.startsWith(start))?.[1] ?? ''} | ${x.records} |`).join('\n')}

## What stands in it
Figures hold when all files are imported and every record has found its customer.

| as of | ${RUNG_ORDER.join(' | ')} |
|---|${RUNG_ORDER.map(() => '---').join('|')}|
${['2026-03-31', '2026-06-30', '2026-09-30'].map((d) => `| ${d} | ${counts(d)} |`).join('\n')}

| wave | answers | promoters | passives | detractors | NPS | left blank |
|---|---|---|---|---|---|---|
${e.nps.map((w) => `| ${w.wave} | ${w.answers} | ${w.promoters} | ${w.passives} | ${w.detractors} | ${w.nps > 0 ? '+' : ''}${w.nps} | ${w.unanswered} |`).join('\n')}

Leads: ${e.leads.total}; of these ${e.leads.states['black-hole']} assigned and never followed up, ${e.leads.states['never-assigned']} never assigned (queue), ${e.leads.states['inside-sla']} assigned the day before, ${e.leads.states.worked} worked, ${e.leads.states.stalled} one contact and nothing since, ${e.leads.states.converted} converted, ${e.leads.states.rejected} closed without sale.
Open disputes on 2026-09-30: ${e.openDisputes.map((d) => `${d.customer} (${d.source}, ${d.opened})`).join('; ')}.
Outbound touches are outbound calls (answered or not), visits and events of the calendar, and e-mail sends. Customers without any: ${e.touches.never}. Silent (open gap above 1.5 times the target of the rung): ${RUNG_ORDER.map((r) => `${r} ${e.touches.silent[r] ?? 0}`).join(', ')}.

## Planted stories
1. **A client in dispute who is sold to.** ${who('dispute')}. Zendesk ticket ${f('dispute', 'ticket')}, tags \`dispute billing\`, opened ${f('dispute', 'opened')}, still open; invoice ${f('dispute', 'openInvoice')} unpaid. Meanwhile sales calls on ${f('dispute', 'salesCalls')} and marketing e-mails on ${f('dispute', 'marketingEmails')}: 6 commercial touches in the dispute. The service call of ${f('dispute', 'serviceCalls')} is about the dispute and is none. *Touches: dispute audit; the customer's page.*
2. **A barrage, then silence.** ${who('barrage')}. Outbound on ${f('barrage', 'touches')} days from ${f('barrage', 'from')} to ${f('barrage', 'to')} (e-mail, call, visit, e-mail, call), then nothing: ${f('barrage', 'silentDays')} days by 2026-09-30. The only barrage in the sample. *Touches: barrages.*
3. **An advocate in words only.** ${who('say-do')}. Scores ${scores('say-do')}; no referral, reference or review. Rung supporter. *NPS: promoters without an advocacy act; ladder: supporters.*
4. **A lead in the black hole.** Ines Ahrendt of ${who('black-hole')}, lead ${f('black-hole', 'lead')}, ${f('black-hole', 'rating')}, from the trade show; created ${f('black-hole', 'created')}, assigned to ${f('black-hole', 'owner')} on ${f('black-hole', 'assigned')}, never followed up, never touched. *Leads; the customer's page.*
5. **One firm, several names.** Each must be one customer.
   - ${who('duplicate-spelling')}: HubSpot "${spelling.hubspot}" (one person there twice, once with the address in capitals), Stripe "${spelling.stripe?.name}" (${spelling.stripe?.email}), Xero "${spelling.xero.name}" (${spelling.xero.email}). Joined by company domain.
   - ${who('duplicate-tax-id')}: Stripe "${tax.stripe?.name}" (${tax.stripe?.email}), another domain. Joined by tax id ${tax.taxId} (Salesforce \`VATID__C\`, Stripe \`vat_id (metadata)\`).
   - ${who('duplicate-postcode')}: Xero without an e-mail. Joined by exact name and postcode ${postcode.postcode}.
6. **The quarter in which clients slid back: 2026-Q3.** Of ${last.clients} clients on 2026-06-30, ${last.fell} fell by 2026-09-30 (${last.fellBy.lapse} lapsed, ${last.fellBy.credit} lost an order to a full credit) and ${last.rose} rose. Before: ${q
    .slice(0, -1)
    .map((x) => `${x.quarter} ${x.fell} of ${x.clients} fell, ${x.rose} rose`)
    .join(
      '; ',
    )}. Lapsed: ${e.clientsWhoFell.lapsed.join(', ')}. Fully credited: ${e.clientsWhoFell['fully credited'].join(', ')}. *Ladder: migration between 2026-06-30 and 2026-09-30.*
7. **A supporter who fell.** ${who('fallen-supporter')}. Scores ${scores('fallen-supporter')}: supporter on 2026-06-30, client on 2026-09-30; two tickets in July (courier did not come, gauges back too late). *Ladder: supporter to client; NPS.*
8. **Two teams on one doorstep.** ${who('collisions')}. Since ${f('collisions', 'since')} ${f('collisions', 'pairsWithin3Days')} pairs of a sales touch and a marketing e-mail at most three days apart; the next customer has ${f('collisions', 'nextHighest')}. *Touches: collisions.*
9. **A weekly export twice.** \`hubspot--contacts-2026-09-21.csv\` and \`hubspot--contacts-2026-09-28.csv\`: the second holds every row of the first, ${e.hubspot.newInSecondWeek} new people and ${e.hubspot.changedInSecondWeek} changed lead statuses. Undoing the first changes nothing visible. *Imports.*

## Rows planted to be found wanting
| file | line | column | value | outcome | why |
|---|---|---|---|---|---|
${files.flatMap((x) => x.planted.map((p) => `| ${x.name} | ${p.line} | ${p.column ?? ''} | ${p.value === '' ? '(empty)' : p.value} | ${p.outcome} | ${p.why} |`)).join('\n')}

Lines are physical lines of the file, the header being line 1.
Also in the files: ${e.stripe.failed} failed and ${e.stripe.refunded} partly refunded card payments, one charge twice (${e.stripe.duplicateId}); ${e.xero.creditNotes} credit notes; drafts that are no orders (${e.xero.drafts.map((d) => `${d.number} for ${d.company}`).join(', ')}); voided invoices (${e.xero.voided.map((d) => `${d.number} for ${d.company}`).join(', ')}); ${e.outlook.planned} visits planned for October 2026, after the as-of day; ${e.outlook.withoutAttendee} public holidays without attendees.
`;
}
