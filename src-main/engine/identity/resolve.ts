import type { WriteDb } from '#engine/base/db.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { companyKey, domainKey, emailKey, phoneKey, postcodeKey, taxKey } from './keys.ts';
import { UnionFind } from './union-find.ts';

/** Why a party belongs to its customer, strongest first. */
export type Method =
  | 'alone'
  | 'same tax id'
  | 'same company domain'
  | 'same company name and postcode'
  | 'same account'
  | 'same e-mail'
  | 'same e-mail domain'
  | 'same company name'
  | 'same phone'
  | 'decided';

export type Resolution = { parties: number; customers: number; merged: number };

type Party = {
  id: number;
  company: boolean;
  key: string;
  name: string | null;
  email: string | null;
  companyName: string | null;
  /** The company that a person's row states, as written. */
  employer: string | null;
  tax: string | null;
  domain: string | null;
  postcode: string | null;
  phone: string | null;
  account: number | null;
  /** Named by a row of its own, not only by rows that refer to it. */
  told: boolean;
  batch: number;
  deleted: boolean;
};

/**
 * Resolves every party into one customer by deterministic keys (choices.md, Customers; rules I1-I13 in SPEC.md) and
 * rewrites `customer`, `membership` and `membership_log`. Runs inside the caller's transaction; events are not touched.
 * Customer ids are a running number in import order and never change for a cluster that keeps its first party.
 */
export function resolveCustomers(db: WriteDb, dataVersion: number): Resolution {
  const companies = db.get("SELECT value FROM workspace WHERE key = 'unit'")?.[0] !== 'person';
  const parties = readParties(db);
  const clusters = companies ? clusterCompanies(parties) : clusterPeople(parties);
  applyDecisions(db, parties, clusters);
  return writeMembership(db, parties, clusters, dataVersion, companies);
}

function readParties(db: WriteDb): Party[] {
  const company = termOf('company');
  const rows = db.all(
    `SELECT p.id, p.kind, s.name || '|' || p.kind || '|' || p.ext, p.name, p.email, p.company, p.tax_id,
            coalesce(p.domain, p.website), p.postcode, p.account_party, p.batch, p.deleted, p.given_name, p.family_name, p.phone, p.row_name IS NOT NULL
     FROM party p JOIN source s ON s.id = p.source ORDER BY p.id`,
  );
  return rows.map((r) => {
    const given = r[12] as string | null;
    const family = r[13] as string | null;
    const full = [given, family].filter((x) => x !== null && x !== '').join(' ');
    return {
      id: r[0] as number,
      company: r[1] === company,
      key: r[2] as string,
      name: (r[3] as string | null) ?? (full === '' ? null : full),
      email: emailKey(r[4] as string | null),
      companyName: companyKey(r[1] === company ? (r[3] as string | null) : (r[5] as string | null)),
      employer: r[1] === company ? null : (r[5] as string | null)?.trim() || null,
      tax: taxKey(r[6] as string | null),
      domain: domainKey(r[7] as string | null) ?? domainKey(r[4] as string | null),
      postcode: postcodeKey(r[8] as string | null),
      phone: phoneKey(r[14] as string | null),
      told: r[15] === 1,
      account: r[9] as number | null,
      batch: r[10] as number,
      deleted: r[11] === 1,
    };
  });
}

class Clusters {
  readonly sets: UnionFind;
  readonly method: Method[];
  /** Companies that are an attribute of their people, not customers (person workspaces). */
  readonly outside = new Set<number>();

  constructor(n: number) {
    this.sets = new UnionFind(n);
    this.method = new Array<Method>(n).fill('alone');
  }

  join(index: number, other: number, method: Method): void {
    if (index === other) return;
    if (this.method[index] === 'alone') this.method[index] = method;
    this.sets.union(index, other);
  }

  /** Joins all indexes that share a key. */
  joinBy(indexes: Iterable<number>, keyOf: (index: number) => string | null, method: Method): Map<string, number> {
    const first = new Map<string, number>();
    for (const i of indexes) {
      const key = keyOf(i);
      if (key === null) continue;
      const other = first.get(key);
      if (other === undefined) first.set(key, i);
      else this.join(i, other, method);
    }
    return first;
  }
}

/** Rules I1-I7: companies by tax id, domain, name and postcode; people by account, e-mail, e-mail domain, company name. */
function clusterCompanies(parties: Party[]): Clusters {
  const clusters = new Clusters(parties.length);
  const indexOf = new Map(parties.map((p, i) => [p.id, i]));
  const firms: number[] = [];
  const people: number[] = [];
  parties.forEach((p, i) => (p.company ? firms : people).push(i));

  const firmByTax = clusters.joinBy(firms, (i) => parties[i]!.tax, 'same tax id');
  const firmByDomain = clusters.joinBy(firms, (i) => parties[i]!.domain, 'same company domain');
  clusters.joinBy(
    firms,
    (i) => {
      const p = parties[i]!;
      return p.companyName !== null && p.postcode !== null ? `${p.companyName}|${p.postcode}` : null;
    },
    'same company name and postcode',
  );

  const linked: number[] = [];
  const loose: number[] = [];
  for (const i of people) {
    const account = parties[i]!.account === null ? undefined : indexOf.get(parties[i]!.account);
    if (account === undefined) {
      loose.push(i);
      continue;
    }
    clusters.join(i, account, 'same account');
    linked.push(i);
  }
  const byEmail = new Map<string, number>();
  for (const i of linked) {
    const key = parties[i]!.email;
    if (key !== null && !byEmail.has(key)) byEmail.set(key, i);
  }
  const bare: number[] = [];
  const bareNames: number[] = [];
  for (const i of loose) {
    const p = parties[i]!;
    const twin = p.email === null ? undefined : byEmail.get(p.email);
    if (p.email !== null && twin === undefined) byEmail.set(p.email, i);
    const taxed = p.tax === null ? undefined : firmByTax.get(p.tax);
    if (taxed !== undefined) clusters.join(i, taxed, 'same tax id');
    if (twin !== undefined) clusters.join(i, twin, 'same e-mail');
    else if (p.domain !== null) {
      const firm = firmByDomain.get(p.domain);
      if (firm === undefined) firmByDomain.set(p.domain, i);
      else clusters.join(i, firm, 'same e-mail domain');
    } else if (p.companyName !== null) bareNames.push(i);
    else if (p.email === null) bare.push(i);
  }
  joinBareNames(clusters, parties, firms, (p) => p.domain === null && p.tax === null && p.postcode === null);
  joinBareNames(clusters, parties, bareNames, () => true);
  joinPhones(clusters, parties, [...bare, ...firms.filter((i) => isPhoneOnly(parties[i]!))]);
  return clusters;
}

/**
 * Rule I7: a party that has nothing but a company name joins the one cluster that carries the name;
 * it stays alone when several clusters do.
 */
function joinBareNames(
  clusters: Clusters,
  parties: Party[],
  candidates: number[],
  isBare: (p: Party) => boolean,
): void {
  const bare = new Set(candidates.filter((i) => parties[i]!.companyName !== null && isBare(parties[i]!)));
  if (bare.size === 0) return;
  const holders = new Map<string, number | 'several'>();
  parties.forEach((p, i) => {
    if (!p.company || p.companyName === null || bare.has(i)) return;
    const held = holders.get(p.companyName);
    const root = clusters.sets.find(i);
    if (held === undefined) holders.set(p.companyName, root);
    else if (held !== 'several' && clusters.sets.find(held) !== root) holders.set(p.companyName, 'several');
  });
  for (const i of bare) {
    const name = parties[i]!.companyName!;
    const held = holders.get(name);
    if (held === undefined) holders.set(name, i);
    else if (held !== 'several') clusters.join(i, held, 'same company name');
  }
}

function isPhoneOnly(p: Party): boolean {
  return (
    p.phone !== null &&
    p.email === null &&
    p.tax === null &&
    p.domain === null &&
    p.companyName === null &&
    p.account === null
  );
}

/** Rule I8: a party with nothing but a phone joins the one cluster that carries the number; with several it stays alone. */
function joinPhones(clusters: Clusters, parties: Party[], candidates: number[]): void {
  const bare = candidates.filter((i) => isPhoneOnly(parties[i]!));
  if (bare.length === 0) return;
  const wanted = new Set(bare.map((i) => parties[i]!.phone!));
  const without = new Set(bare);
  const holders = new Map<string, number | 'several'>();
  parties.forEach((p, i) => {
    if (p.phone === null || without.has(i) || !wanted.has(p.phone)) return;
    const held = holders.get(p.phone);
    if (held === undefined) holders.set(p.phone, i);
    else if (held !== 'several' && clusters.sets.find(held) !== clusters.sets.find(i)) holders.set(p.phone, 'several');
  });
  for (const i of bare) {
    const held = holders.get(parties[i]!.phone!);
    if (held === undefined) holders.set(parties[i]!.phone!, i);
    else if (held !== 'several') clusters.join(i, held, 'same phone');
  }
}

/** Rules I9-I10 (person workspaces): people by e-mail; a company that an event names is a customer of its own. */
function clusterPeople(parties: Party[]): Clusters {
  const clusters = new Clusters(parties.length);
  const everyone = [...parties.keys()];
  clusters.joinBy(everyone, (i) => parties[i]!.email, 'same e-mail');
  joinPhones(clusters, parties, everyone);
  const indexOf = new Map(parties.map((p, i) => [p.id, i]));
  for (const p of parties) {
    const account = p.account === null ? undefined : indexOf.get(p.account);
    if (account !== undefined && !p.company) clusters.outside.add(account);
  }
  return clusters;
}

/** Rule I11: a match decided by a person joins two parties whatever their keys say. */
function applyDecisions(db: WriteDb, parties: Party[], clusters: Clusters): void {
  const decisions = db.all(
    `SELECT left_source || '|' || left_kind || '|' || left_ext, right_source || '|' || right_kind || '|' || right_ext
     FROM decision WHERE kind = 'match' ORDER BY id`,
  );
  if (decisions.length === 0) return;
  const byKey = new Map(parties.map((p, i) => [p.key, i]));
  for (const [left, right] of decisions) {
    const a = byKey.get(left as string);
    const b = byKey.get(right as string);
    if (a !== undefined && b !== undefined) clusters.join(Math.max(a, b), Math.min(a, b), 'decided');
  }
}

/** Rows for one statement; small enough to stay far below SQLite's limits, large enough to spare round trips. */
const ROWS_PER_STATEMENT = 2000;

function insertAll(db: WriteDb, sql: string, rows: readonly (readonly (string | number | null)[])[]): void {
  for (let i = 0; i < rows.length; i += ROWS_PER_STATEMENT) {
    db.run(sql, [JSON.stringify(rows.slice(i, i + ROWS_PER_STATEMENT))]);
  }
}

function writeMembership(
  db: WriteDb,
  parties: Party[],
  clusters: Clusters,
  dataVersion: number,
  companies: boolean,
): Resolution {
  const before = new Map<number, { customer: number; method: string }>();
  for (const [party, customer, how] of db.all('SELECT party, customer, method FROM membership')) {
    before.set(party as number, { customer: customer as number, method: how as string });
  }
  const founders = new Map<string, number>();
  const stored = new Map<number, { name: string; lead: number | null; redirect: number | null }>();
  let next = 1;
  for (const [id, founder, name, lead, redirect] of db.all(
    'SELECT id, founder, name, lead_party, redirect FROM customer',
  )) {
    founders.set(founder as string, id as number);
    stored.set(id as number, {
      name: name as string,
      lead: lead as number | null,
      redirect: redirect as number | null,
    });
    next = Math.max(next, (id as number) + 1);
  }

  const members = new Map<number, number[]>();
  parties.forEach((_, i) => {
    if (clusters.outside.has(i)) return;
    const root = clusters.sets.find(i);
    const list = members.get(root);
    if (list) list.push(i);
    else members.set(root, [i]);
  });

  // The customer of a cluster: the smallest id any member had before, else the one a member founded, else a new one.
  const claimed = new Set<number>();
  const customerOf = new Map<number, number>();
  for (const [root, list] of members) {
    let candidate: number | null = null;
    for (const i of list) {
      for (const own of [before.get(parties[i]!.id)?.customer, founders.get(parties[i]!.key)]) {
        if (own !== undefined && !claimed.has(own) && (candidate === null || own < candidate)) candidate = own;
      }
    }
    if (candidate !== null) {
      claimed.add(candidate);
      customerOf.set(root, candidate);
    }
  }

  const customerRows: (string | number | null)[][] = [];
  const memberRows: (string | number | null)[][] = [];
  const logRows: (string | number | null)[][] = [];
  const redirectRows: number[][] = [];
  let merged = 0;
  for (const [root, list] of members) {
    const lead = parties[leadOf(parties, list)]!;
    const name = companies ? companyNameOf(parties, list, lead) : displayName(lead);
    let customer = customerOf.get(root);
    if (customer === undefined) {
      customer = next++;
      const founder = uniqueFounder(founders, parties[list[0]!]!.key);
      founders.set(founder, customer);
      claimed.add(customer);
      customerRows.push([customer, founder, name, lead.id]);
    } else {
      const old = stored.get(customer)!;
      if (old.name !== name || old.lead !== lead.id || old.redirect !== null) {
        db.run('UPDATE customer SET name = ?, lead_party = ?, redirect = NULL WHERE id = ?', [name, lead.id, customer]);
      }
    }
    merged += list.length - 1;
    for (const i of list) {
      const party = parties[i]!.id;
      const old = before.get(party);
      before.delete(party);
      if (old?.customer === customer && old.method === clusters.method[i]) continue;
      memberRows.push([party, customer, clusters.method[i]!]);
      if (old?.customer === customer) continue;
      logRows.push([dataVersion, party, old?.customer ?? null, customer, clusters.method[i]!]);
      if (old !== undefined && !claimed.has(old.customer)) redirectRows.push([customer, old.customer]);
    }
  }
  for (const [party, old] of before) {
    db.run('DELETE FROM membership WHERE party = ?', [party]);
    logRows.push([dataVersion, party, old.customer, null, 'removed']);
  }

  insertAll(
    db,
    'INSERT INTO customer(id, founder, name, lead_party) SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?)',
    customerRows,
  );
  insertAll(
    db,
    `INSERT INTO membership(party, customer, method, weight, decided_by)
     SELECT value->>0, value->>1, value->>2, NULL, 'rule' FROM json_each(?) WHERE true
     ON CONFLICT(party) DO UPDATE SET customer = excluded.customer, method = excluded.method`,
    memberRows,
  );
  insertAll(
    db,
    `INSERT INTO membership_log(version, party, from_customer, to_customer, method)
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?)`,
    logRows,
  );
  for (const [to, from] of redirectRows) db.run('UPDATE customer SET redirect = ? WHERE id = ?', [to!, from!]);
  return { parties: parties.length, customers: members.size, merged };
}

function uniqueFounder(founders: Map<string, number>, key: string): string {
  if (!founders.has(key)) return key;
  let n = 2;
  while (founders.has(`${key}#${n}`)) n++;
  return `${key}#${n}`;
}

/** The party that names a customer (rule I13). */
function leadOf(parties: Party[], list: number[]): number {
  let best = list[0]!;
  for (const i of list) {
    const a = parties[i]!;
    const b = parties[best]!;
    const better =
      Number(a.company) - Number(b.company) ||
      Number(a.name !== null) - Number(b.name !== null) ||
      Number(a.told) - Number(b.told) ||
      Number(b.deleted) - Number(a.deleted) ||
      a.batch - b.batch ||
      b.id - a.id;
    if (better > 0) best = i;
  }
  return best;
}

/** A company whose people alone are known is called by the name that they state (rule I13). */
function companyNameOf(parties: Party[], list: number[], lead: Party): string {
  if (lead.company) return displayName(lead);
  const stating = list.filter((i) => parties[i]!.employer !== null);
  return stating.length === 0 ? displayName(lead) : parties[leadOf(parties, stating)]!.employer!;
}

function displayName(party: Party): string {
  return (
    party.name ?? party.email ?? party.key.slice(party.key.lastIndexOf('|') + 1).replace(/^(email|name|phone):/, '')
  );
}
