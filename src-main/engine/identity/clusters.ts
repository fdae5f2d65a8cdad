import type { ReadDb } from '#engine/base/db.ts';
import { COMPANY, LINKED, placeOf, POSTCODE, type Parties } from './parties.ts';
import { UnionFind } from './union-find.ts';

/** Why a party belongs to its customer. */
export const METHODS = [
  'alone',
  'same tax id',
  'same company domain',
  'same company name and postcode',
  'same account',
  'same e-mail',
  'same e-mail domain',
  'same company name',
  'same phone',
  'decided',
] as const;
export type Method = (typeof METHODS)[number];

const ALONE = 0;

export class Clusters {
  readonly sets: UnionFind;
  /** Number of the method in METHODS, by place. */
  readonly method: Uint8Array;
  /** 1: a company that is an attribute of its people, no customer (person workspaces). */
  readonly outside: Uint8Array;

  constructor(n: number) {
    this.sets = new UnionFind(n);
    this.method = new Uint8Array(n);
    this.outside = new Uint8Array(n);
  }

  join(index: number, other: number, method: Method): void {
    if (index === other) return;
    if (this.method[index] === ALONE) this.method[index] = METHODS.indexOf(method);
    this.sets.union(index, other);
  }
}

/** The first holder of each key (its place), -1 when none. */
class Holders {
  private readonly first: Int32Array;

  constructor(keys: Int32Array) {
    let most = 0;
    for (const key of keys) if (key > most) most = key;
    this.first = new Int32Array(most + 1).fill(-1);
  }

  of(key: number): number {
    return key === 0 ? -1 : this.first[key]!;
  }

  set(key: number, place: number): void {
    this.first[key] = place;
  }
}

const SEVERAL = -2;

/** Joins those of some places that share a key with the first that has it. */
function joinBy(clusters: Clusters, places: Iterable<number>, keys: Int32Array, method: Method): Holders {
  const holders = new Holders(keys);
  for (const i of places) {
    const key = keys[i]!;
    if (key === 0) continue;
    const other = holders.of(key);
    if (other === -1) holders.set(key, i);
    else clusters.join(i, other, method);
  }
  return holders;
}

const isCompany = (parties: Parties, i: number): boolean => (parties.flags[i]! & COMPANY) !== 0;

function* placesOf(parties: Parties, companies: boolean): IterableIterator<number> {
  for (let i = 0; i < parties.count; i++) if (isCompany(parties, i) === companies) yield i;
}

/** Rules I1-I8: companies by tax id, domain, name and postcode; people by account, e-mail, e-mail domain, company name, phone. */
export function clusterCompanies(parties: Parties): Clusters {
  const { count, account, email, domain, tax, companyName, flags } = parties;
  const clusters = new Clusters(count);
  const firms = (): IterableIterator<number> => placesOf(parties, true);
  const firmByTax = joinBy(clusters, firms(), tax, 'same tax id');
  const firmByDomain = joinBy(clusters, firms(), domain, 'same company domain');
  joinBy(clusters, firms(), parties.namePostcode, 'same company name and postcode');

  for (const i of placesOf(parties, false)) if (account[i]! >= 0) clusters.join(i, account[i]!, 'same account');
  const byEmail = new Holders(email);
  for (const i of placesOf(parties, false))
    if (account[i]! >= 0 && email[i] !== 0 && byEmail.of(email[i]!) === -1) byEmail.set(email[i]!, i);
  const bare: number[] = [];
  const bareNames: number[] = [];
  for (const i of placesOf(parties, false)) {
    if (account[i]! >= 0) continue;
    const twin = byEmail.of(email[i]!);
    if (email[i] !== 0 && twin === -1) byEmail.set(email[i]!, i);
    const taxed = firmByTax.of(tax[i]!);
    if (taxed !== -1) clusters.join(i, taxed, 'same tax id');
    if (twin !== -1) clusters.join(i, twin, 'same e-mail');
    else if (domain[i] !== 0) {
      const firm = firmByDomain.of(domain[i]!);
      if (firm === -1) firmByDomain.set(domain[i]!, i);
      else clusters.join(i, firm, 'same e-mail domain');
    } else if (companyName[i] !== 0) bareNames.push(i);
    else if (email[i] === 0) bare.push(i);
  }
  const bareFirms: number[] = [];
  for (const i of firms()) {
    if (companyName[i] !== 0 && domain[i] === 0 && tax[i] === 0 && (flags[i]! & POSTCODE) === 0) bareFirms.push(i);
    if (isPhoneOnly(parties, i)) bare.push(i);
  }
  joinBareNames(clusters, parties, bareFirms);
  joinBareNames(clusters, parties, bareNames);
  joinPhones(clusters, parties, bare);
  return clusters;
}

/**
 * Rule I7: a party that has nothing but a company name joins the one cluster that carries the name;
 * it stays alone when several clusters do.
 */
function joinBareNames(clusters: Clusters, parties: Parties, bare: readonly number[]): void {
  joinTheOnlyOne(clusters, parties.count, parties.companyName, bare, 'same company name', (i) => isCompany(parties, i));
}

function isPhoneOnly(p: Parties, i: number): boolean {
  return (
    p.phone[i] !== 0 &&
    p.email[i] === 0 &&
    p.tax[i] === 0 &&
    p.domain[i] === 0 &&
    p.companyName[i] === 0 &&
    (p.flags[i]! & LINKED) === 0
  );
}

/** Rule I8: a party with nothing but a phone joins the one cluster that carries the number; with several it stays alone. */
function joinPhones(clusters: Clusters, parties: Parties, candidates: readonly number[]): void {
  const bare = candidates.filter((i) => isPhoneOnly(parties, i));
  joinTheOnlyOne(clusters, parties.count, parties.phone, bare, 'same phone', () => true);
}

function joinTheOnlyOne(
  clusters: Clusters,
  count: number,
  keys: Int32Array,
  bare: readonly number[],
  method: Method,
  mayHold: (i: number) => boolean,
): void {
  if (bare.length === 0) return;
  const isBare = new Uint8Array(count);
  for (const i of bare) isBare[i] = 1;
  const { sets } = clusters;
  const holders = new Holders(keys);
  for (let i = 0; i < count; i++) {
    const key = keys[i]!;
    if (key === 0 || isBare[i] === 1 || !mayHold(i)) continue;
    const held = holders.of(key);
    if (held === -1) holders.set(key, i);
    else if (held !== SEVERAL && sets.find(held) !== sets.find(i)) holders.set(key, SEVERAL);
  }
  for (const i of bare) {
    const held = holders.of(keys[i]!);
    if (held === -1) holders.set(keys[i]!, i);
    else if (held !== SEVERAL) clusters.join(i, held, method);
  }
}

/** Rules I8-I10 (person workspaces): people by e-mail; a company that an event names is a customer of its own. */
export function clusterPeople(parties: Parties): Clusters {
  const clusters = new Clusters(parties.count);
  const everyone = [...Array(parties.count).keys()];
  joinBy(clusters, everyone, parties.email, 'same e-mail');
  joinPhones(clusters, parties, everyone);
  for (const i of placesOf(parties, false)) if (parties.account[i]! >= 0) clusters.outside[parties.account[i]!] = 1;
  return clusters;
}

/** Rule I11: a match decided by a person joins two parties whatever their keys say. */
export function applyDecisions(db: ReadDb, parties: Parties, clusters: Clusters): void {
  const side = (name: 'left' | 'right'): string =>
    `(SELECT p.id FROM source s JOIN party p ON p.source = s.id AND p.kind = CAST(d.${name}_kind AS INTEGER) AND p.ext = d.${name}_ext
      WHERE s.name = d.${name}_source)`;
  for (const [left, right] of db.all(
    `SELECT ${side('left')}, ${side('right')} FROM decision d WHERE d.kind = 'match' ORDER BY d.id`,
  )) {
    if (left === null || right === null) continue;
    const a = placeOf(parties.ids, left as number);
    const b = placeOf(parties.ids, right as number);
    if (a >= 0 && b >= 0) clusters.join(Math.max(a, b), Math.min(a, b), 'decided');
  }
}
