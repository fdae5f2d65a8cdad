import type { ReadDb, SqlRow } from '#engine/base/db.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { companyKey, domainKey, emailKey, phoneKey, postcodeKey, taxKey } from './keys.ts';
import { hash, hashed, KeyIds } from './key-ids.ts';

/** Bits of `Parties.flags`. */
export const COMPANY = 1;
/** Has a name of its own. */
export const NAMED = 2;
/** Named by a row of its own, not only by rows that refer to it. */
export const TOLD = 4;
export const DELETED = 8;
/** A person's row that states a company. */
export const EMPLOYED = 16;
export const POSTCODE = 32;
/** Names an account, known or not. */
export const LINKED = 64;

/** Columns of a party that decide to which customer it belongs and what that is called; `account_ext` through the account. */
export const IDENTITY_COLUMNS: ReadonlySet<string> = new Set([
  'kind_told',
  'name',
  'given_name',
  'family_name',
  'email',
  'company',
  'tax_id',
  'domain',
  'website',
  'postcode',
  'phone',
  'account_ext',
  'deleted',
]);

/**
 * All parties as columns, by id ascending; about 80 bytes each, whatever they say. A key of 0 is none; parties of equal keys
 * have equal numbers. Texts are hashed and read again when they are written.
 */
export type Parties = {
  readonly count: number;
  readonly ids: Int32Array;
  readonly flags: Uint8Array;
  readonly batch: Int32Array;
  /** Place of the account, -1 when none is known. */
  readonly account: Int32Array;
  readonly email: Int32Array;
  readonly domain: Int32Array;
  readonly tax: Int32Array;
  readonly phone: Int32Array;
  readonly companyName: Int32Array;
  /** Company name and postcode together. */
  readonly namePostcode: Int32Array;
  /** Hash of what the party is called, and of the company that a person states. */
  readonly nameHash: Int32Array;
  readonly employerHash: Int32Array;
  /** The customer that the party founded, 0 when none. */
  readonly founded: Int32Array;
};

const COLUMNS = `p.id, p.kind, p.source, p.ext, p.name, p.given_name, p.family_name, p.email, p.company`;

/** Founders of customers, by the key of the party. */
export class Founders {
  private readonly keys = new KeyIds();
  private readonly customers: number[] = [0];

  add(founder: string, customer: number): void {
    this.customers[this.keys.idOf(founder)] = customer;
  }

  customerOf(founder: string): number {
    return this.customers[this.keys.find(founder)]!;
  }

  get empty(): boolean {
    return this.keys.count === 0;
  }
}

export function readParties(db: ReadDb, founders: Founders): Parties {
  const n = db.count('SELECT count(*) FROM party');
  const numbers = (each = 1): Int32Array => new Int32Array(n * each);
  const parties = {
    count: n,
    ids: numbers(),
    flags: new Uint8Array(n),
    batch: numbers(),
    account: numbers(),
    email: numbers(),
    domain: numbers(),
    tax: numbers(),
    phone: numbers(),
    companyName: numbers(),
    namePostcode: numbers(),
    nameHash: numbers(2),
    employerHash: numbers(2),
    founded: numbers(),
  };
  const { ids, flags, batch, account, email, domain, tax, phone, companyName, namePostcode } = parties;
  const keys = {
    email: new KeyIds(),
    domain: new KeyIds(),
    tax: new KeyIds(),
    phone: new KeyIds(),
    companyName: new KeyIds(),
    namePostcode: new KeyIds(),
  };
  const number = (of: KeyIds, key: string | null): number => (key === null ? 0 : of.idOf(key));
  const company = termOf('company');
  const sources = sourceNames(db);
  let i = 0;
  for (const row of db.iterate(
    `SELECT ${COLUMNS}, p.tax_id, coalesce(p.domain, p.website), p.postcode, p.account_party, p.batch, p.deleted, p.phone,
       p.row_name IS NOT NULL FROM party p ORDER BY p.id`,
  )) {
    const isCompany = row[1] === company;
    const name = nameOf(row);
    const rawEmail = row[7] as string | null;
    const mail = emailKey(rawEmail);
    const employer = employerOf(row, isCompany);
    const postcode = postcodeKey(row[11] as string | null);
    const firm = companyKey((isCompany ? row[4] : row[8]) as string | null);
    ids[i] = row[0] as number;
    flags[i] =
      (isCompany ? COMPANY : 0) |
      (name === null ? 0 : NAMED) |
      (row[16] === 1 ? TOLD : 0) |
      (row[14] === 1 ? DELETED : 0) |
      (employer === null ? 0 : EMPLOYED) |
      (postcode === null ? 0 : POSTCODE) |
      (row[12] === null ? 0 : LINKED);
    batch[i] = row[13] as number;
    // The id until all are read.
    account[i] = (row[12] as number | null) ?? 0;
    email[i] = number(keys.email, mail);
    domain[i] = number(keys.domain, domainKey(row[10] as string | null) ?? domainKey(rawEmail));
    tax[i] = number(keys.tax, taxKey(row[9] as string | null));
    phone[i] = number(keys.phone, phoneKey(row[15] as string | null));
    companyName[i] = number(keys.companyName, firm);
    if (isCompany && firm !== null && postcode !== null)
      namePostcode[i] = keys.namePostcode.idOf(`${firm}|${postcode}`);
    hash(name ?? mail ?? callOf(row[3] as string));
    parties.nameHash[2 * i] = hashed.high;
    parties.nameHash[2 * i + 1] = hashed.low;
    if (employer !== null) {
      hash(employer);
      parties.employerHash[2 * i] = hashed.high;
      parties.employerHash[2 * i + 1] = hashed.low;
    }
    if (!founders.empty) parties.founded[i] = founders.customerOf(keyOf(row, sources));
    i++;
  }
  for (let k = 0; k < n; k++) account[k] = account[k] === 0 ? -1 : placeOf(ids, account[k]!);
  return parties;
}

/** Place of an id among ascending ids, -1 when it is not there. */
export function placeOf(ids: Int32Array, id: number): number {
  const guess = id - (ids[0] ?? 0);
  if (ids[guess] === id) return guess;
  let [lo, hi] = [0, ids.length - 1];
  while (lo <= hi) {
    const middle = (lo + hi) >> 1;
    if (ids[middle] === id) return middle;
    if (ids[middle]! < id) lo = middle + 1;
    else hi = middle - 1;
  }
  return -1;
}

/** What is written of a party: what it is called, the company that it states, its key. */
export type PartyTexts = { readonly name: string; readonly employer: string | null; readonly key: string };

export function readTexts(db: ReadDb, ids: readonly number[]): Map<number, PartyTexts> {
  const company = termOf('company');
  const sources = sourceNames(db);
  const texts = new Map<number, PartyTexts>();
  for (const row of db.all(`SELECT ${COLUMNS} FROM party p WHERE p.id IN (SELECT value FROM json_each(?))`, [
    JSON.stringify(ids),
  ])) {
    texts.set(row[0] as number, {
      name: nameOf(row) ?? emailKey(row[7] as string | null) ?? callOf(row[3] as string),
      employer: employerOf(row, row[1] === company),
      key: keyOf(row, sources),
    });
  }
  return texts;
}

function sourceNames(db: ReadDb): Map<number, string> {
  return new Map(db.all('SELECT id, name FROM source').map(([id, name]) => [id as number, name as string]));
}

function keyOf(row: SqlRow, sources: ReadonlyMap<number, string>): string {
  return `${sources.get(row[2] as number)!}|${row[1] as number}|${row[3] as string}`;
}

function nameOf(row: SqlRow): string | null {
  if (row[4] !== null) return row[4] as string;
  const full = [row[5], row[6]].filter((part) => part !== null && part !== '').join(' ');
  return full === '' ? null : full;
}

function employerOf(row: SqlRow, isCompany: boolean): string | null {
  return isCompany ? null : (row[8] as string | null)?.trim() || null;
}

/** What a party is called that has nothing but its key. */
function callOf(ext: string): string {
  return ext.slice(ext.lastIndexOf('|') + 1).replace(/^(email|name|phone):/, '');
}
