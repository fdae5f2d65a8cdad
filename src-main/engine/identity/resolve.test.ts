import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { WriteDb } from '#engine/base/db.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { createWorkspace, openWriter } from '#engine/store/open.ts';
import { companyKey, domainKey, emailKey, phoneKey, postcodeKey, taxKey } from './keys.ts';
import { resolveCustomers } from './resolve.ts';

let folder: string;
let db: WriteDb;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'identity-'));
  open('company');
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true });
});

function open(unit: 'company' | 'person'): void {
  const file = join(folder, `${unit}.ladderline`);
  createWorkspace(file, { unit });
  db = openWriter(file);
  for (const [id, name] of [
    [1, 'crm'],
    [2, 'billing'],
    [3, 'survey'],
  ] as const) {
    db.run('INSERT INTO source(id, name) VALUES (?, ?)', [id, name]);
  }
}

type Fields = Partial<Record<'name' | 'email' | 'company' | 'tax_id' | 'domain' | 'postcode' | 'phone', string>> & {
  account?: number;
};

function party(source: number, kind: 'person' | 'company', ext: string, fields: Fields = {}): number {
  return db.run(
    `INSERT INTO party(source, kind, ext, name, email, company, tax_id, domain, postcode, phone, account_party, batch, line)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1)`,
    [
      source,
      termOf(kind),
      ext,
      fields.name ?? null,
      fields.email ?? null,
      fields.company ?? null,
      fields.tax_id ?? null,
      fields.domain ?? null,
      fields.postcode ?? null,
      fields.phone ?? null,
      fields.account ?? null,
    ],
  ).lastId;
}

function customers(): Record<string, { customer: number; method: string }> {
  const rows = db.all(
    'SELECT p.ext, m.customer, m.method FROM membership m JOIN party p ON p.id = m.party ORDER BY p.id',
  );
  return Object.fromEntries(
    rows.map(([ext, customer, method]) => [ext, { customer: customer as number, method: method as string }]),
  );
}

describe('company workspaces', () => {
  test('I1 I2 I3: companies meet by tax id, domain, and name with postcode', () => {
    party(1, 'company', 'a', { name: 'Kestrel Dental Labs Ltd', domain: 'www.kestrel.example' });
    party(2, 'company', 'b', { name: 'Kestrel', email: 'billing@kestrel.example' });
    party(1, 'company', 'c', { name: 'Orchard', tax_id: 'DE 123 456 789' });
    party(2, 'company', 'd', { name: 'Orchard Orthodontics', tax_id: 'de123456789' });
    party(1, 'company', 'e', { name: 'Fjord Smile ApS', postcode: '8000 ', domain: 'fjord.example' });
    party(2, 'company', 'f', { name: 'Fjord Smile', postcode: '8000', domain: 'fjord-smile.example' });
    party(2, 'company', 'g', { name: 'Fjord Smile', postcode: '9000' });
    resolveCustomers(db, 1);
    expect(customers()).toEqual({
      a: { customer: 1, method: 'alone' },
      b: { customer: 1, method: 'same company domain' },
      c: { customer: 2, method: 'alone' },
      d: { customer: 2, method: 'same tax id' },
      e: { customer: 3, method: 'alone' },
      f: { customer: 3, method: 'same company name and postcode' },
      g: { customer: 4, method: 'alone' },
    });
  });

  test('I4 I5 I6 I7 I8: people join by account, e-mail, e-mail domain, company name, phone; a free-mail domain joins nobody', () => {
    const firm = party(1, 'company', 'firm', { name: 'Saltmarsh GmbH', domain: 'saltmarsh.example' });
    party(1, 'person', 'p1', { name: 'A', email: 'a@gmail.com', account: firm, phone: '+49 170 1234567' });
    party(2, 'person', 'p2', { email: 'A+news@googlemail.com' });
    party(3, 'person', 'p3', { email: 'new@saltmarsh.example' });
    party(3, 'person', 'p4', { email: 'x@gmail.com' });
    party(3, 'person', 'p5', { company: 'The Saltmarsh' });
    party(3, 'person', 'p6', { phone: '491701234567' });
    party(3, 'person', 'p7', { email: 'y@gmail.com' });
    resolveCustomers(db, 1);
    expect(customers()).toEqual({
      firm: { customer: 1, method: 'alone' },
      p1: { customer: 1, method: 'same account' },
      p2: { customer: 1, method: 'same e-mail' },
      p3: { customer: 1, method: 'same e-mail domain' },
      p4: { customer: 2, method: 'alone' },
      p5: { customer: 1, method: 'same company name' },
      p6: { customer: 1, method: 'same phone' },
      p7: { customer: 3, method: 'alone' },
    });
  });

  test('I7: a bare name stays alone when two customers carry it', () => {
    party(1, 'company', 'a', { name: 'Old Mill', domain: 'oldmill.example' });
    party(1, 'company', 'b', { name: 'Old Mill', domain: 'oldmill-north.example' });
    party(2, 'company', 'c', { name: 'Old Mill' });
    resolveCustomers(db, 1);
    expect(customers()['c']).toEqual({ customer: 3, method: 'alone' });
  });

  test('I12: ids stay when a cluster grows, redirect when two meet, and come back after the bridge is removed', () => {
    party(1, 'company', 'a', { name: 'North', domain: 'north.example' });
    party(2, 'company', 'b', { name: 'South', tax_id: 'GB12345678' });
    resolveCustomers(db, 1);
    const bridge = party(3, 'company', 'c', { name: 'Both', domain: 'north.example', tax_id: 'GB12345678' });
    resolveCustomers(db, 2);
    expect(Object.values(customers()).map((c) => c.customer)).toEqual([1, 1, 1]);
    expect(db.get('SELECT redirect FROM customer WHERE id = 2')).toEqual([1]);
    db.run('DELETE FROM party WHERE id = ?', [bridge]);
    resolveCustomers(db, 3);
    expect(Object.values(customers()).map((c) => c.customer)).toEqual([1, 2]);
    expect(db.get('SELECT redirect FROM customer WHERE id = 2')).toEqual([null]);
    expect(db.count('SELECT count(*) FROM membership_log')).toBe(6);
  });

  test('I13: a company known by its people alone is called as they state it', () => {
    party(1, 'person', 'lead-1', { name: 'Ines', email: 'ines@quern.example', company: 'Quern Papier GmbH' });
    party(2, 'person', 'contact-1', { name: 'Tove', email: 'tove@quern.example' });
    party(3, 'person', 'contact-2', { name: 'Ulf', email: 'ulf@alone.example' });
    resolveCustomers(db, 1);
    expect(db.all('SELECT name FROM customer ORDER BY name').map(([name]) => name)).toEqual([
      'Quern Papier GmbH',
      'Ulf',
    ]);
    db.close();
    open('person');
    party(1, 'person', 'lead-1', { name: 'Ines', email: 'ines@quern.example', company: 'Quern Papier GmbH' });
    resolveCustomers(db, 1);
    expect(db.all('SELECT name FROM customer')).toEqual([['Ines']]);
  });

  test('I12 I13: everything removed and imported again gets the same ids; a second run changes nothing', () => {
    const one = party(1, 'company', 'a', { name: 'A', domain: 'a.example' });
    const two = party(1, 'company', 'b', { name: 'B', domain: 'b.example' });
    resolveCustomers(db, 1);
    for (const id of [one, two]) db.run('DELETE FROM party WHERE id = ?', [id]);
    resolveCustomers(db, 2);
    expect(customers()).toEqual({});
    party(1, 'company', 'b', { name: 'B', domain: 'b.example' });
    party(1, 'company', 'a', { name: 'A', domain: 'a.example' });
    resolveCustomers(db, 3);
    expect(customers()).toEqual({ a: { customer: 1, method: 'alone' }, b: { customer: 2, method: 'alone' } });
    const before = db.all('SELECT * FROM membership_log');
    resolveCustomers(db, 4);
    expect(db.all('SELECT * FROM membership_log')).toEqual(before);
  });

  test('I11: a decided match joins parties without a common key', () => {
    party(1, 'company', 'a', { name: 'A', domain: 'a.example' });
    party(2, 'company', 'b', { name: 'B', domain: 'b.example' });
    const company = String(termOf('company'));
    db.run(
      "INSERT INTO decision(kind, left_source, left_kind, left_ext, right_source, right_kind, right_ext, decided_at) VALUES ('match', 'crm', ?, 'a', 'billing', ?, 'b', 0)",
      [company, company],
    );
    resolveCustomers(db, 1);
    expect(customers()['b']).toEqual({ customer: 1, method: 'decided' });
  });
});

test('I9 I10: in a person workspace people are customers and their company is an attribute', () => {
  db.close();
  open('person');
  const firm = party(1, 'company', 'firm', { name: 'Firm', domain: 'firm.example' });
  party(1, 'person', 'p1', { email: 'a@firm.example', account: firm });
  party(2, 'person', 'p2', { email: 'A@firm.example' });
  party(2, 'person', 'p3', { email: 'b@firm.example' });
  resolveCustomers(db, 1);
  expect(customers()).toEqual({
    p1: { customer: 1, method: 'alone' },
    p2: { customer: 1, method: 'same e-mail' },
    p3: { customer: 2, method: 'alone' },
  });
});

test('keys: what is dropped and what is refused', () => {
  expect(emailKey(' Jo.Hn+x@GoogleMail.com ')).toBe('john@gmail.com');
  expect(emailKey('no at sign')).toBeNull();
  expect(emailKey('a@localhost')).toBeNull();
  expect(domainKey('https://www.Acme.co.uk/path')).toBe('acme.co.uk');
  expect(domainKey('someone@gmail.com')).toBeNull();
  expect(domainKey('10.0.0.1')).toBeNull();
  expect(companyKey('The Müller & Söhne GmbH & Co. KG')).toBe('mueller and soehne');
  expect(companyKey('Ltd')).toBe('ltd');
  expect(companyKey('  ')).toBeNull();
  expect(postcodeKey('sw1a 1aa')).toBe('SW1A1AA');
  expect(taxKey('0000000')).toBeNull();
  expect(phoneKey('+44 (0)20 7946 0000 ext 12')).toBe('442079460000');
  expect(phoneKey('4,41633E+11')).toBeNull();
});
