import type { ReadDb } from '#engine/base/db.ts';

/** Keys that rows of one import name and that no import describes yet; a later import repairs them. */
export type Unresolved = {
  readonly relation: string;
  readonly source: string;
  readonly keys: number;
  readonly rows: number;
  readonly samples: readonly string[];
  /** The first row that names one of them. */
  readonly batch: string;
  readonly file: string;
  readonly line: number;
};

type Relation = { readonly name: string; readonly sql: string };

/** SQL: is the party described by a row of its own, beside name and e-mail? */
export const described = (alias: string): string =>
  `(${[
    'row_name',
    'row_email',
    'title',
    'industry',
    'owner',
    'website',
    'domain',
    'created_day',
    'given_name',
    'family_name',
    'postcode',
    'country',
  ]
    .map((column) => `${alias}.${column} IS NOT NULL`)
    .join(' OR ')} OR ${alias}.attributes IS NOT NULL)`;

const customerOf = (table: string, words: string, column: 'party' | 'account_party'): Relation => ({
  name: `${words} -> ${column === 'party' ? 'customer' : 'account'}`,
  sql: `SELECT t.source, p.ext AS key, t.batch, t.line FROM ${table} t JOIN party p ON p.id = t.${column}
    WHERE p.ext NOT LIKE 'email:%' AND p.ext NOT LIKE 'name:%' AND p.ext NOT LIKE 'tel:%' AND p.ext NOT LIKE 'phone:%'
      AND p.email IS NULL AND p.name IS NULL AND NOT ${described('p')}`,
});

const RELATIONS: readonly Relation[] = [
  {
    name: 'person -> account',
    sql: `SELECT p.source, p.account_ext AS key, p.batch, p.line FROM party p WHERE p.account_ext IS NOT NULL
      AND (p.account_party IS NULL OR EXISTS (SELECT 1 FROM party a WHERE a.id = p.account_party AND a.name IS NULL AND NOT ${described('a')}))`,
  },
  {
    name: 'account -> parent account',
    sql: `SELECT p.source, p.parent_ext AS key, p.batch, p.line FROM party p WHERE p.parent_ext IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM party a WHERE a.source = p.source AND a.kind = p.kind AND a.ext = p.parent_ext)`,
  },
  {
    name: 'payment -> invoice',
    sql: `SELECT t.source, t.invoice_ext AS key, t.batch, t.line FROM purchase t WHERE t.invoice_ext IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM purchase i WHERE i.source = t.source AND i.id <> t.id AND i.ext = t.invoice_ext)
      AND NOT EXISTS (SELECT 1 FROM purchase i WHERE i.source = t.source AND i.id <> t.id AND i.number = t.invoice_ext)`,
  },
  {
    name: 'advocacy -> referred customer',
    sql: `SELECT t.source, t.referred_ext AS key, t.batch, t.line FROM advocacy t WHERE t.referred_ext IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM party p WHERE p.ext = t.referred_ext)`,
  },
  ...(
    [
      ['purchase', 'purchase'],
      ['subscription', 'subscription'],
      ['response', 'survey response'],
      ['touch', 'touch'],
      ['ticket', 'ticket'],
      ['opportunity', 'opportunity'],
      ['advocacy', 'advocacy'],
    ] as const
  ).flatMap(([table, words]) => [customerOf(table, words, 'party'), customerOf(table, words, 'account_party')]),
];

/** Relations with keys that nothing resolves, with up to five keys each and the first row that names one. */
export function unresolvedKeys(db: ReadDb): Unresolved[] {
  return RELATIONS.flatMap(({ name, sql }) =>
    db
      .all(
        `SELECT s.name, count(DISTINCT u.key), count(*), u.source, min(u.batch * 4294967296 + u.line)
         FROM (${sql}) u JOIN source s ON s.id = u.source GROUP BY u.source ORDER BY s.name`,
      )
      .map(([source, keys, rows, id, place]) => {
        const batch = Math.floor((place as number) / 4_294_967_296);
        return {
          relation: name,
          source: source as string,
          keys: keys as number,
          rows: rows as number,
          samples: db
            .all(`SELECT DISTINCT u.key FROM (${sql}) u WHERE u.source = ? ORDER BY u.key LIMIT 5`, [id as number])
            .map(([key]) => key as string),
          batch: String(batch),
          file: db.get('SELECT file FROM batch WHERE id = ?', [batch])?.[0] as string,
          line: (place as number) % 4_294_967_296,
        };
      }),
  );
}
