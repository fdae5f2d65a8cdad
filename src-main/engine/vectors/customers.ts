import type { ReadDb, WriteDb } from '#engine/base/db.ts';
import { hostOf } from '#engine/base/text.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import { int32 } from './allocate.ts';
import type { ChunkedTable } from './chunks.ts';
import { decodeJsonb, packInts, unpackInts } from './pack.ts';
import { UNKNOWN_INT } from './types.ts';

/** Which customer each party belongs to, at one moment. */
export type Membership = {
  /** Customer ids, ascending. */
  readonly id: Int32Array;
  /** Customer index by party id, -1 for a party of no customer. */
  readonly customerOfParty: Int32Array;
  /** True in company workspaces: an event's account comes before its party. */
  readonly accountFirst: boolean;
  /** Data version at which it was packed; equal stamps mean equal members. Null when it was read from the table. */
  readonly stamp: number | null;
  /** Highest party id there was, also of parties of no customer. */
  readonly lastParty: number;
};

/*
 * The membership is kept in `vector` under tbl = 'membership'; triggers on the tables behind it delete it. `id` holds
 * customer ids, `party` the customer index by party id; `n` of col = '' is the data version at which it was packed.
 */
const MEMBERSHIP = 'membership';

/**
 * Membership with redirects of merged customers followed. A customer without a member party is not one. `previous`
 * lends its arrays when nothing changed.
 */
export function readMembership(db: ReadDb, previous?: Membership): Membership {
  const accountFirst = db.get("SELECT value FROM workspace WHERE key = 'unit'")?.[0] !== 'person';
  const head = db.get("SELECT n FROM vector WHERE tbl = ? AND col = '' AND chunk = 0", [MEMBERSHIP]);
  const lastParty = db.count('SELECT max(id) FROM party');
  const stamp = head === null ? null : (head[0] as number);
  if (stamp !== null && previous?.stamp === stamp && previous.accountFirst === accountFirst)
    return { ...previous, lastParty };
  const [id, customerOfParty] = stamp === null ? [null, null] : [column('id'), column('party')];
  if (!id || !customerOfParty) return { ...collectMembership(db), accountFirst, stamp: null, lastParty };
  return { id, customerOfParty, accountFirst, stamp, lastParty };

  function column(name: string): Int32Array | null {
    const row = db.get('SELECT n, data FROM vector WHERE tbl = ? AND col = ? AND chunk = 0', [MEMBERSHIP, name]);
    if (row === null) return null;
    const [n, data] = row;
    const values = int32(n as number);
    unpackInts(data as Uint8Array, values, 0, n as number);
    return values;
  }
}

/** Keeps the membership when it is missing; true when it was written. */
export function packMembership(db: WriteDb): boolean {
  if (db.count('SELECT count(*) FROM vector WHERE tbl = ?', [MEMBERSHIP]) === 3) return false;
  const { id, customerOfParty } = collectMembership(db);
  const keep = (col: string, n: number, data: Uint8Array): void => {
    db.run('INSERT OR REPLACE INTO vector(tbl, col, chunk, n, data) VALUES (?, ?, 0, ?, ?)', [
      MEMBERSHIP,
      col,
      n,
      data,
    ]);
  };
  keep('id', id.length, packInts(id));
  keep('party', customerOfParty.length, packInts(customerOfParty));
  keep('', readDataVersion(db), new Uint8Array());
  return true;
}

function collectMembership(db: ReadDb): Pick<Membership, 'id' | 'customerOfParty'> {
  const row = db.get('SELECT jsonb_group_array(party), jsonb_group_array(customer) FROM membership NOT INDEXED');
  const party = decodeJsonb(row![0] as Uint8Array, false);
  const customer = decodeJsonb(row![1] as Uint8Array, false);
  const redirect = new Map(
    db.all('SELECT id, redirect FROM customer WHERE redirect IS NOT NULL').map((r) => [r[0] as number, r[1] as number]),
  );
  let lastParty = 0;
  let lastCustomer = 0;
  for (let i = 0; i < party.length; i++) {
    let c = customer[i]!;
    for (let hops = redirect.size; hops > 0 && redirect.has(c); hops--) c = redirect.get(c)!;
    customer[i] = c;
    if (c > lastCustomer) lastCustomer = c;
    if (party[i]! > lastParty) lastParty = party[i]!;
  }
  const index = new Int32Array(lastCustomer + 1).fill(-1);
  for (let i = 0; i < customer.length; i++) index[customer[i]!] = 0;
  let count = 0;
  for (let c = 0; c <= lastCustomer; c++) if (index[c] === 0) index[c] = count++;
  const id = int32(count);
  for (let c = 0; c <= lastCustomer; c++) if (index[c]! >= 0) id[index[c]!] = c;
  const customerOfParty = int32(lastParty + 1).fill(-1);
  for (let i = 0; i < party.length; i++) customerOfParty[party[i]!] = index[customer[i]!]!;
  return { id, customerOfParty };
}

/** What a change of membership does to groups of rows. */
export type MembershipChange = {
  /**
   * Former index of each present customer whose rows stay, else -1; the last entry is the rows of nobody. Rows of the
   * other former customers are to be looked at one by one.
   */
  readonly groupOf: Int32Array;
  /** 1 for former customers (the last entry: nobody) whose rows may have moved. */
  readonly affected: Uint8Array;
};

/** Compares memberships; null when rows cannot be told apart by former customer and all must be grouped anew. */
export function membershipChange(former: Membership, now: Membership): MembershipChange | null {
  if (former.accountFirst !== now.accountFirst) return null;
  const nobody = former.id.length;
  const affected = new Uint8Array(nobody + 1);
  const [before, after] = [former.customerOfParty, now.customerOfParty];
  for (let p = 0; p < before.length; p++) {
    const [b, a] = [before[p]!, p < after.length ? after[p]! : -1];
    if (b < 0) {
      // A row that names it as its first party counted for its second one: the former customer says nothing.
      if (a >= 0) return null;
    } else if (a < 0 || former.id[b] !== now.id[a]) affected[b] = 1;
  }
  for (let p = before.length; p < after.length && p <= former.lastParty; p++) if (after[p]! >= 0) return null;
  const groupOf = new Int32Array(now.id.length + 1).fill(-1);
  groupOf[now.id.length] = nobody;
  for (let b = 0, a = 0; b < nobody && a < now.id.length;) {
    const [x, y] = [former.id[b]!, now.id[a]!];
    if (x === y && affected[b] === 0) groupOf[a] = b;
    if (x <= y) b++;
    if (y <= x) a++;
  }
  return { groupOf, affected };
}

/** The customer index of every event row (-1: none). */
export function customersOf(membership: Membership, party: Int32Array, account: Int32Array): Int32Array {
  const { customerOfParty, accountFirst } = membership;
  const [first, second] = accountFirst ? [account, party] : [party, account];
  const known = customerOfParty.length;
  const out = new Int32Array(party.length);
  for (let i = 0; i < out.length; i++) {
    const a = first[i]!;
    let c = a > 0 && a < known ? customerOfParty[a]! : -1;
    if (c < 0) {
      const b = second[i]!;
      c = b > 0 && b < known ? customerOfParty[b]! : -1;
    }
    out[i] = c;
  }
  return out;
}

export const ATTRIBUTES = ['owner', 'region', 'country', 'industry', 'type'] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

/** Member parties of every customer, company before person, then newest batch, then newest row. */
export type Members = {
  readonly start: Int32Array;
  /** Packed position of each member party. */
  readonly order: Int32Array;
};

export function readMembers(db: ReadDb, parties: ChunkedTable, membership: Membership): Members & { id: Int32Array } {
  const [id, batch] = parties.read(db, ['id', 'batch']) as [Int32Array, Int32Array];
  const isCompany = companies(db, membership);
  const { customerOfParty } = membership;
  const customers = membership.id.length;
  const start = int32(customers + 1);
  const of = (position: number): number => customerOfParty[id[position]!] ?? -1;
  const next = new Int32Array(customers + 1);
  for (let i = 0; i < id.length; i++) if (of(i) >= 0) next[of(i)]!++;
  let sum = 0;
  for (let c = 0; c < customers; c++) {
    start[c] = sum;
    sum += next[c]!;
    next[c] = start[c]!;
  }
  start[customers] = sum;
  const order = int32(sum);
  for (let i = 0; i < id.length; i++) if (of(i) >= 0) order[next[of(i)]!++] = i;
  const compare = (a: number, b: number): number =>
    isCompany[id[b]!]! - isCompany[id[a]!]! || batch[b]! - batch[a]! || b - a;
  for (let c = 0; c < customers; c++) {
    if (start[c + 1]! - start[c]! > 1) order.subarray(start[c]!, start[c + 1]!).sort(compare);
  }
  return { start, order, id };
}

/** 1 by party id for companies. The unique key of parties holds the kind, so that no party row is read. */
function companies(db: ReadDb, { customerOfParty }: Membership): Uint8Array {
  const is = new Uint8Array(customerOfParty.length);
  const row = db.get('SELECT jsonb_group_array(id) FROM party WHERE kind = ?', [termOf('company')]);
  for (const id of decodeJsonb(row![0] as Uint8Array, false)) if (id < is.length) is[id] = 1;
  return is;
}

/** The first known value among the members, per customer. */
export function firstKnown({ start, order }: Members, values: Int32Array): Int32Array {
  const out = int32(start.length - 1).fill(UNKNOWN_INT);
  for (let c = 0; c < out.length; c++) {
    for (let i = start[c]!; i < start[c + 1]! && out[c] === UNKNOWN_INT; i++) out[c] = values[order[i]!]!;
  }
  return out;
}

/** The smallest known value among the members, per customer. */
export function leastKnown({ start, order }: Members, values: Int32Array): Int32Array {
  const out = int32(start.length - 1).fill(UNKNOWN_INT);
  for (let c = 0; c < out.length; c++) {
    for (let i = start[c]!; i < start[c + 1]!; i++) {
      const v = values[order[i]!]!;
      if (v !== UNKNOWN_INT && (out[c] === UNKNOWN_INT || v < out[c]!)) out[c] = v;
    }
  }
  return out;
}

/** Number of distinct values among the members, per customer. */
export function distinctKnown({ start, order }: Members, values: Int32Array): Int32Array {
  const out = int32(start.length - 1);
  const lastSeen = new Map<number, number>();
  for (let c = 0; c < out.length; c++) {
    for (let i = start[c]!; i < start[c + 1]!; i++) {
      const v = values[order[i]!]!;
      if (v === UNKNOWN_INT || lastSeen.get(v) === c) continue;
      lastSeen.set(v, c);
      out[c]!++;
    }
  }
  return out;
}

/** Display names by customer index; never empty. */
export function readNames(db: ReadDb, membership: Membership): string[] {
  const names = new Array<string>(membership.id.length).fill('');
  const index = indexById(membership.id);
  const rows = db.all(
    `SELECT c.id, c.name, iif(trim(c.name) = '', (
       SELECT coalesce(nullif(trim(p.email), ''), p.ext) FROM party p
       WHERE p.id = coalesce(c.lead_party, (SELECT min(m.party) FROM membership m WHERE m.customer = c.id))
     ), NULL)
     FROM customer c`,
  );
  for (const [id, name, fallback] of rows) {
    const i = index(id as number);
    if (i >= 0) names[i] = (fallback as string | null) || (name as string).trim() || `C-${id as number}`;
  }
  return names;
}

/** Company domain, else the domain of the first member's e-mail, by customer index. */
export function readDomains(
  db: ReadDb,
  members: Members & { id: Int32Array },
  customerOfParty: Int32Array,
): (string | null)[] {
  const domains = new Array<string | null>(members.start.length - 1).fill(null);
  const rank = new Int32Array(customerOfParty.length).fill(-1);
  members.order.forEach((position, i) => {
    rank[members.id[position]!] = i;
  });
  const best = new Float64Array(domains.length).fill(Number.POSITIVE_INFINITY);
  const rows = db.all(
    "SELECT id, coalesce(nullif(domain, ''), website), email FROM party WHERE coalesce(domain, website, email) IS NOT NULL",
  );
  for (const [id, domain, email] of rows) {
    const party = id as number;
    const c = customerOfParty[party] ?? -1;
    if (c < 0) continue;
    const own = hostOf(domain as string | null);
    const host = own ?? hostOf(email as string | null);
    // Domains come before domains of e-mail addresses, whoever holds them.
    const key = rank[party]! + (own === null ? 2 ** 32 : 0);
    if (host === null || key >= best[c]!) continue;
    best[c] = key;
    domains[c] = host;
  }
  return domains;
}

/** Position of an id in an ascending list, -1 when it is not there. */
export function indexById(ids: Int32Array): (id: number) => number {
  return (id) => {
    let lo = 0;
    let hi = ids.length - 1;
    while (lo <= hi) {
      const mid = (lo + hi) >> 1;
      const at = ids[mid]!;
      if (at === id) return mid;
      if (at < id) lo = mid + 1;
      else hi = mid - 1;
    }
    return -1;
  };
}
