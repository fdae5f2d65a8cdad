/** Writes docs/language.md from the catalogue: `node scripts/docs/language.ts` (Node 24, type stripping). */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EXPRESSIONS, fieldsOf, RELATIONS, UNITS } from '#engine/language/catalogue.ts';
import type { CatalogueEntry } from '#engine/language/types.ts';

export const EXAMPLES: readonly (readonly [text: string, says: string])[] = [
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
  ["(in segment 'Key accounts') as of 2026-Q1", 'by its rule on that day, with what was dated up to it'],
  ["owner in list 'Field team'", 'a text among the keys of a list'],
  ['exists(touches where exists(tickets where is_dispute and open))', "inside `where` a relation is the customer's"],
  ['days_since_last(touches where team = sales) > 60 days', 'a length of time is in days or weeks'],
  ['renews_at between today and today + 1 quarter', 'months, quarters and years move a day'],
  ['top 50 by revenue_12m', 'a ranking; `top 5%` is a share'],
];

const cell = (text: string): string => text.replaceAll('|', '\\|');

function table(entries: readonly CatalogueEntry[]): string[] {
  return [
    '| field | type | unit or words | history | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...entries.map(({ relation, name, type, unit, set, history, meaning }) => {
      const words = set ? set.map((word) => `\`${word}\``).join(' ') : (unit ?? '');
      const expression = relation === 'customer' ? EXPRESSIONS.get(name) : undefined;
      const same = expression === undefined ? '' : ` The same as \`${expression}\`.`;
      return `| \`${name}\` | ${type} | ${words} | ${history ? 'yes' : 'no'} | ${cell(meaning + same)} |`;
    }),
  ];
}

const OPERATORS: readonly (readonly [type: string, operators: string, value: string])[] = [
  [
    'number, share, days, money',
    '`=` `!=` `<` `<=` `>` `>=` `between ... and ...` `in (...)`',
    '`4`, `0.25`, `90 days`, `12 weeks`, `5000 EUR`, sums and products of them',
  ],
  [
    'day',
    'the same, `in last 4 quarters`, `in previous 2 months`, `in this year`, `in 2026-Q3`, `in 2026-01-01 .. 2026-03-31`',
    '`2026-03-31`, `2026-Q1`, `2026-03`, `today`, `today - 1 year`',
  ],
  [
    'text',
    "`=` `!=` `contains` `starts with` `ends with` `matches` `in ('a', 'b')` `in list 'name'`",
    "`'between single quotes'`, with `''` for a quote",
  ],
  ['set', 'those of numbers, in the order of the words', 'a word of the set'],
  ['yesno', 'none needed, `= yes`, `= no`', '`yes`, `no`'],
  ['any', '`is`, `is not`, `is known`, `is unknown`', ''],
  [
    'the unit itself',
    "`in segment 'name'` `in list 'name'` `recorded in segment 'name' as of 2026-Q1` `top 50 by ...` `exists(...)`",
    '',
  ],
];

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
    '## Operators',
    '| of | operators | values |',
    '| --- | --- | --- |',
    ...OPERATORS.map((line) => `| ${line.map(cell).join(' | ')} |`),
    '',
    '`not` binds closer than `and`, `and` closer than `or`; parentheses group. `(...) as of 2026-03-31` reads what is inside on that day. Keywords and names are not case-sensitive.',
    '',
    '## Units',
    'A text is about customers unless another unit is named (`ladderline select W --unit touch --where ...`). A person, lead, touch or ticket has its own fields; those of its customer are `customer.rung`, unknown where there is no customer. Relations are those of its customer, of a person the rows that name it. What is dated after the day is not there.',
    '',
    '## What to know',
    '- **Unknown is a third value.** A comparison with a value that is not known is neither true nor false; every answer says how many units were left out because of it, clause by clause. `is`, `is not`, `is known` and `is unknown` have two values.',
    '- **Days.** `last 4 quarters` rolls back from the as-of day; `previous 4 quarters` are complete fiscal quarters; a quarter or month as a day is its last day; `between` and `..` include both ends. Months, quarters and years only move a day (`today - 1 quarter`).',
    '- **Money** is written in major units with its currency. Currencies are never added up.',
    '- **Texts** are compared without case and accents. `matches` takes `*` and `?`.',
    '- **History.** A field without history cannot be read as of an earlier day unless it is written `current owner`.',
    '- **Segments** that are rules follow the day; frozen ones are as they were recorded; lists hold external ids, e-mails, names or customer ids. Who is in is always known: of whom a rule is unknown is not in.',
    '- **Errors** say where, what was expected and the nearest name: `1:1 unknown field "open_gapp"; did you mean "open_gap"?`',
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
