import type { SqlValue, WriteDb } from '#engine/base/db.ts';
import { METHODS, type Clusters } from './clusters.ts';
import { hash, hashed } from './key-ids.ts';
import { COMPANY, DELETED, EMPLOYED, NAMED, placeOf, readTexts, TOLD } from './parties.ts';
import type { Founders, Parties } from './parties.ts';

export type Resolution = { parties: number; customers: number; merged: number };

/** Customers as they are stored, by id; texts as hashes. */
type Stored = {
  readonly next: number;
  readonly lead: Int32Array;
  readonly nameHash: Int32Array;
  readonly redirected: Uint8Array;
};

/** Reads the customers and who founded them. */
export function readCustomers(db: WriteDb, founders: Founders): Stored {
  const next = db.count('SELECT max(id) FROM customer') + 1;
  const stored = {
    next,
    lead: new Int32Array(next),
    nameHash: new Int32Array(2 * next),
    redirected: new Uint8Array(next),
  };
  for (const [id, founder, name, lead, redirect] of db.iterate(
    'SELECT id, founder, name, lead_party, redirect FROM customer',
  )) {
    const customer = id as number;
    founders.add(founder as string, customer);
    hash(name as string);
    stored.nameHash[2 * customer] = hashed.high;
    stored.nameHash[2 * customer + 1] = hashed.low;
    stored.lead[customer] = (lead as number | null) ?? 0;
    stored.redirected[customer] = redirect === null ? 0 : 1;
  }
  return stored;
}

/** Who was whose member, by place of the party; and the parties that are no more. */
type Before = {
  readonly customer: Int32Array;
  readonly method: Uint8Array;
  readonly gone: (readonly [party: number, customer: number])[];
};

/** A method that this version does not know. */
const UNKNOWN_METHOD = 255;

function readMembership(db: WriteDb, parties: Parties): Before {
  const before: Before = { customer: new Int32Array(parties.count), method: new Uint8Array(parties.count), gone: [] };
  const numbers = new Map<string, number>(METHODS.map((method, i) => [method, i]));
  for (const [party, customer, method] of db.iterate('SELECT party, customer, method FROM membership ORDER BY party')) {
    const i = placeOf(parties.ids, party as number);
    if (i < 0) before.gone.push([party as number, customer as number]);
    else {
      before.customer[i] = customer as number;
      before.method[i] = numbers.get(method as string) ?? UNKNOWN_METHOD;
    }
  }
  return before;
}

/** Clusters in the order of their first party: the places of cluster c are `places[from[c]..from[c + 1])`, ascending. */
type Lists = { readonly count: number; readonly from: Int32Array; readonly places: Int32Array };

function listsOf(parties: Parties, clusters: Clusters): Lists {
  const n = parties.count;
  const numberOf = new Int32Array(n).fill(-1);
  const cluster = new Int32Array(n).fill(-1);
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (clusters.outside[i] === 1) continue;
    const root = clusters.sets.find(i);
    if (numberOf[root] === -1) numberOf[root] = count++;
    cluster[i] = numberOf[root]!;
  }
  const from = new Int32Array(count + 1);
  for (const c of cluster) if (c >= 0) from[c + 1]!++;
  for (let c = 0; c < count; c++) from[c + 1]! += from[c]!;
  const places = new Int32Array(from[count]!);
  const at = numberOf.fill(0);
  for (let i = 0; i < n; i++) {
    const c = cluster[i]!;
    if (c >= 0) places[from[c]! + at[c]!++] = i;
  }
  return { count, from, places };
}

/** Rows for one statement; small enough to stay far below SQLite's limits, large enough to spare round trips. */
const ROWS_PER_STATEMENT = 2000;

/** Rows that go to the database in slices. */
class Rows {
  private rows: SqlValue[][] = [];
  private readonly db: WriteDb;
  private readonly sql: string;

  constructor(db: WriteDb, sql: string) {
    this.db = db;
    this.sql = sql;
  }

  add(...row: SqlValue[]): void {
    this.rows.push(row);
    if (this.rows.length >= ROWS_PER_STATEMENT) this.flush();
  }

  flush(): void {
    if (this.rows.length > 0) this.db.run(this.sql, [JSON.stringify(this.rows)]);
    this.rows = [];
  }
}

/** Writes who belongs together: new and renamed customers, changed memberships, what moved; nothing that stays as it is. */
export function writeMembership(
  db: WriteDb,
  parties: Parties,
  clusters: Clusters,
  stored: Stored,
  founders: Founders,
  dataVersion: number,
  companies: boolean,
): Resolution {
  const before = readMembership(db, parties);
  const lists = listsOf(parties, clusters);
  const claimed = new Uint8Array(stored.next + lists.count);
  const customerOf = claimCustomers(parties, before, lists, claimed);
  const renamed = new CustomerRows(db, founders, companies);
  const members = new Rows(
    db,
    `INSERT INTO membership(party, customer, method, weight, decided_by)
     SELECT value->>0, value->>1, value->>2, NULL, 'rule' FROM json_each(?) WHERE true
     ON CONFLICT(party) DO UPDATE SET customer = excluded.customer, method = excluded.method`,
  );
  const log = new Rows(
    db,
    `INSERT INTO membership_log(version, party, from_customer, to_customer, method)
     SELECT value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?)`,
  );
  const redirects: [number, number][] = [];
  let { next } = stored;
  for (let c = 0; c < lists.count; c++) {
    const places = lists.places.subarray(lists.from[c]!, lists.from[c + 1]!);
    const lead = leadOf(parties, places);
    const stating = companies ? statingOf(parties, places, lead) : -1;
    let customer = customerOf[c]!;
    if (customer === 0) {
      customer = next++;
      claimed[customer] = 1;
      renamed.add(customer, parties.ids[lead]!, stating < 0 ? 0 : parties.ids[stating]!, parties.ids[places[0]!]!);
    } else {
      const hashes = stating < 0 ? parties.nameHash : parties.employerHash;
      const namer = stating < 0 ? lead : stating;
      const same =
        stored.lead[customer] === parties.ids[lead] &&
        stored.redirected[customer] === 0 &&
        stored.nameHash[2 * customer] === hashes[2 * namer] &&
        stored.nameHash[2 * customer + 1] === hashes[2 * namer + 1];
      if (!same) renamed.add(customer, parties.ids[lead]!, stating < 0 ? 0 : parties.ids[stating]!, 0);
    }
    for (const i of places) {
      const party = parties.ids[i]!;
      const old = before.customer[i]!;
      const method = METHODS[clusters.method[i]!]!;
      if (old === customer && before.method[i] === clusters.method[i]) continue;
      members.add(party, customer, method);
      if (old === customer) continue;
      log.add(dataVersion, party, old === 0 ? null : old, customer, method);
      if (old !== 0 && claimed[old] === 0) redirects.push([customer, old]);
    }
  }
  // Companies that are no customers any more lose their membership, too.
  for (let i = 0; i < parties.count; i++)
    if (clusters.outside[i] === 1 && before.customer[i] !== 0) before.gone.push([parties.ids[i]!, before.customer[i]!]);
  renamed.flush();
  members.flush();
  for (const [party, customer] of before.gone.toSorted((a, b) => a[0] - b[0])) {
    db.run('DELETE FROM membership WHERE party = ?', [party]);
    log.add(dataVersion, party, customer, null, 'removed');
  }
  log.flush();
  for (const [to, from] of redirects) db.run('UPDATE customer SET redirect = ? WHERE id = ?', [to, from]);
  return { parties: parties.count, customers: lists.count, merged: lists.places.length - lists.count };
}

/** The customer of a cluster: the smallest id any member had before or founded that no earlier cluster has; 0: a new one. */
function claimCustomers(parties: Parties, before: Before, lists: Lists, claimed: Uint8Array): Int32Array {
  const customerOf = new Int32Array(lists.count);
  for (let c = 0; c < lists.count; c++) {
    let best = 0;
    for (let k = lists.from[c]!; k < lists.from[c + 1]!; k++) {
      const i = lists.places[k]!;
      for (const own of [before.customer[i]!, parties.founded[i]!])
        if (own !== 0 && claimed[own] === 0 && (best === 0 || own < best)) best = own;
    }
    if (best === 0) continue;
    claimed[best] = 1;
    customerOf[c] = best;
  }
  return customerOf;
}

/** Customers to be made or renamed; their texts are read when they are written. */
class CustomerRows {
  private readonly db: WriteDb;
  private readonly founders: Founders;
  private readonly companies: boolean;
  private waiting: { customer: number; lead: number; stating: number; founder: number }[] = [];

  constructor(db: WriteDb, founders: Founders, companies: boolean) {
    this.db = db;
    this.founders = founders;
    this.companies = companies;
  }

  /** `stating`: the person who states its company, 0 for none; `founder`: the first party of a new customer, 0 for a known one. */
  add(customer: number, lead: number, stating: number, founder: number): void {
    this.waiting.push({ customer, lead, stating, founder });
    if (this.waiting.length >= ROWS_PER_STATEMENT) this.flush();
  }

  flush(): void {
    if (this.waiting.length === 0) return;
    const { db } = this;
    const texts = readTexts(
      db,
      this.waiting.flatMap(({ lead, stating, founder }) => [lead, stating, founder].filter((id) => id !== 0)),
    );
    const made: SqlValue[][] = [];
    const known: SqlValue[][] = [];
    for (const { customer, lead, stating, founder } of this.waiting) {
      const name = stating === 0 ? texts.get(lead)!.name : texts.get(stating)!.employer!;
      if (founder === 0) known.push([customer, name, lead]);
      else made.push([customer, this.unusedFounder(texts.get(founder)!.key, customer), name, lead]);
    }
    this.waiting = [];
    if (known.length > 0) {
      db.run(
        `UPDATE customer SET name = j.value->>1, lead_party = j.value->>2, redirect = NULL FROM json_each(?) j
         WHERE customer.id = j.value->>0`,
        [JSON.stringify(known)],
      );
    }
    if (made.length > 0) {
      db.run(
        'INSERT INTO customer(id, founder, name, lead_party) SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?)',
        [JSON.stringify(made)],
      );
    }
  }

  private unusedFounder(key: string, customer: number): string {
    let founder = key;
    for (let n = 2; this.founders.customerOf(founder) !== 0; n++) founder = `${key}#${n}`;
    this.founders.add(founder, customer);
    return founder;
  }
}

/** The place of the party that names a customer (rule I13). */
function leadOf(parties: Parties, places: Int32Array): number {
  let best = places[0]!;
  for (const i of places) if (before(parties, i, best)) best = i;
  return best;
}

/** The place of the person whose statement names a company of which only people are known (rule I13); -1 for other customers. */
function statingOf(parties: Parties, places: Int32Array, lead: number): number {
  if ((parties.flags[lead]! & COMPANY) !== 0) return -1;
  let best = -1;
  for (const i of places) if ((parties.flags[i]! & EMPLOYED) !== 0 && (best < 0 || before(parties, i, best))) best = i;
  return best;
}

/** True when the party at `i` names a customer rather than the one at `j`. */
function before(parties: Parties, i: number, j: number): boolean {
  const [a, b] = [parties.flags[i]!, parties.flags[j]!];
  for (const flag of [COMPANY, NAMED, TOLD]) if ((a & flag) !== (b & flag)) return (a & flag) !== 0;
  if ((a & DELETED) !== (b & DELETED)) return (a & DELETED) === 0;
  if (parties.batch[i] !== parties.batch[j]) return parties.batch[i]! > parties.batch[j]!;
  return parties.ids[i]! < parties.ids[j]!;
}
