/** Writes docs/language.md from the catalogue: `node scripts/docs/language.ts` (Node 24, type stripping). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fieldsOf, RELATIONS, UNITS } from '#engine/language/catalogue.ts';
import type { CatalogueEntry } from '#engine/language/types.ts';

const EXAMPLES: readonly (readonly [text: string, says: string])[] = [
  [
    'rung in (client, supporter) and open_gap > 90 days and nps_class is not detractor',
    'good customers whom nobody wrote to for a quarter; those who never answered stay in',
  ],
  ['purchases >= 3 and last_purchase >= today - 1 year', 'who bought three times, the last time within a year'],
  [
    'count(touches where channel = email and direction = out and day > today - 30 days) > 4',
    'more than four e-mails in 30 days',
  ],
  ['sum(purchases.net where day in last 4 quarters) >= 10000 EUR', 'money is written with its currency'],
  ['exists(tickets where is_dispute and open)', 'an open dispute'],
  ['exists(touches where owner != customer.owner)', 'inside `where` the customer is `customer.`'],
  ['not exists(touches where team = sales and day > today - 2 quarters)', 'no sales touch in two quarters'],
  ["name contains 'acme' or email_domain = 'acme.com'", 'text stands between single quotes'],
  ["in segment 'Key accounts' and not in list 'Do not call'", 'segments and lists by name'],
  ['(rung as of 2026-03-31) = client and (rung as of 2026-Q2) = customer', 'who fell between two days'],
  ["recorded in segment 'Key accounts' as of 2026-Q1", 'as it was frozen then'],
  ["[Plan] = 'gold'", 'an attribute as its source calls it'],
  ['top 50 by revenue_12m', 'a ranking; `top 5%` is a share'],
];

const cell = (text: string): string => text.replaceAll('|', '\\|');

function table(entries: readonly CatalogueEntry[]): string[] {
  return [
    '| field | type | unit or words | history | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...entries.map(
      ({ name, type, unit, set, history, meaning }) =>
        `| \`${name}\` | ${type} | ${set ? set.map((word) => `\`${word}\``).join(' ') : (unit ?? '')} | ${history ? 'yes' : 'no'} | ${cell(meaning)} |`,
    ),
  ];
}

/** The reference page of the language, made from its catalogue. */
export function languagePage(): string {
  const scope = (name: string): CatalogueEntry[] => [...fieldsOf(name).values()];
  return `${[
    '# The language of filters',
    '',
    'One text names units as of a day: customers, or people, leads, touches and tickets. Filters, segments and rules are written in it. `ladderline fields` prints the tables below; this page is made from the same catalogue by `node scripts/docs/language.ts`.',
    '',
    '## By example',
    '| text | says |',
    '| --- | --- |',
    ...EXAMPLES.map(([text, says]) => `| \`${cell(text)}\` | ${says} |`),
    '',
    '## What to know',
    '- **Unknown is a third value.** A comparison with a value that is not known is neither true nor false; every answer says how many units were left out because of it, clause by clause. `is`, `is not`, `is known` and `is unknown` have two values.',
    '- **Days.** `last 4 quarters` rolls back from the as-of day; `previous 4 quarters` are complete fiscal quarters; a quarter or month as a day is its last day; `between` and `..` include both ends. Months, quarters and years only move a day (`today - 1 quarter`).',
    '- **Money** is written in major units with its currency. Currencies are never added up.',
    '- **Texts** are compared without case and accents. `matches` takes `*` and `?`.',
    '- **History.** A field without history cannot be read as of an earlier day unless it is written `current owner`.',
    '- **Segments** that are rules follow the day; frozen ones are as they were recorded; lists hold external ids, e-mails, names or customer ids.',
    '- `-- a note` is kept with the clause it follows.',
    '',
    '## Aggregates',
    '`count`, `sum`, `avg`, `min`, `max`, `distinct`, `days_since_last` and `days_since_first` over a relation, with an optional field and an optional `where`: `avg(responses.score where kind = relational)`. `exists(...)` is yes or no. `count` and `sum` of no rows are 0; the others are unknown.',
    '',
    '## Facts of a customer',
    ...table(scope('customer')),
    '',
    '## Fields of a person',
    ...table(scope('person')),
    ...[...RELATIONS].flatMap(([name, { label }]) => {
      const unit = Object.entries(UNITS).find(([, { scope: own }]) => own === name)?.[0];
      return [
        '',
        `## ${name}${label === name ? '' : ` (${label})`}${unit ? `, also the unit \`${unit}\`` : ''}`,
        ...table(scope(name)),
      ];
    }),
  ].join('\n')}\n`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(join(import.meta.dirname, '..', '..', 'docs', 'language.md'), languagePage());
