import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIsoDay } from '#engine/base/days.ts';
import { CHANNELS, termOf } from '#engine/base/vocabulary.ts';
import { forgetVectors } from '#engine/store/indexes.ts';
import { openReader } from '#engine/store/open.ts';
import { readDataVersion } from '#engine/store/settings.ts';
import { missingChunks } from './chunks.ts';
import { readGroupedHead } from './grouped.ts';
import { loadVectors, packMissing } from './load.ts';
import { RELATIONS } from './tables.ts';
import { UNKNOWN_INT } from './types.ts';
import type { RelationName, Vectors } from './types.ts';
import { Fixture } from './workspace.fixture.ts';

const NAMES: RelationName[] = [...RELATIONS.map(({ name }) => name), 'orders'];

/** Everything the vectors say, as plain values. */
function dump(vectors: Vectors): unknown {
  const relations = Object.fromEntries(
    NAMES.map((name) => {
      const relation = vectors.relation(name);
      const columns = Object.fromEntries(
        relation.columns.map((column) => [column, [...relation.column(column).values]]),
      );
      const { start, day, id, party } = relation;
      return [name, { start: [...start], day: [...day], id: [...id], party: [...party], ...columns }];
    }),
  );
  const { customers } = vectors;
  const attributes = (['owner', 'region', 'country', 'industry', 'type'] as const).map((name) => [
    ...customers.term(name),
  ]);
  return {
    relations,
    customers: {
      id: [...customers.id],
      created: [...customers.created],
      attributes,
      names: [...customers.id].map((_, i) => [customers.name(i), customers.emailDomain(i)]),
      rank: [...customers.nameRank()],
      sources: [...customers.sources()],
    },
    observed: vectors.newestObservedDay(parseIsoDay('2026-06-30')),
  };
}

/** What a workspace without any packed column says. */
function withoutVectors({ db }: Fixture): unknown {
  let plain: unknown;
  const undo = new Error('the deletion is taken back');
  try {
    db.transaction(() => {
      db.run('DELETE FROM vector');
      plain = dump(loadVectors(db, readDataVersion(db)));
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  }
  return plain;
}

/** A workspace with rows in every relation, of two customers, of nobody, in no order of time. */
function filled(unit: 'company' | 'person' = 'company'): Fixture {
  const fixture = new Fixture(unit);
  const acme = fixture.customer({ name: 'Árbol SA', region: 'North', owner: 'Ines' });
  const zeta = fixture.customer({ name: 'arbol', domain: 'https://www.zeta.example/' });
  for (const [i, day] of ['2026-03-05', '2026-01-02', '2026-03-05', '2027-01-01'].entries()) {
    const party = i === 1 ? zeta : acme;
    fixture.add('touch', {
      party,
      day,
      channel: CHANNELS[i]!,
      direction: i === 2 ? null : 'out',
      owner: i === 3 ? 'Tom' : null,
      cost: i * 100,
      currency: 'EUR',
    });
    fixture.add('purchase', { party, day, kind: 'invoice', amount: 1000 * i, tax: i, currency: 'EUR' });
    fixture.add('response', {
      party,
      day,
      kind: i === 0 ? 'transactional' : null,
      score: i === 3 ? 9 : null,
      wave: 'W1',
      at: 4102444800 + i,
    });
    fixture.add('ticket', {
      party,
      day,
      is_dispute: i % 2,
      severity: 'high',
      closed_day: i === 0 ? '2026-03-09' : null,
      csat: 4.5,
    });
    fixture.add('lead', { party, day, status: 'warm', lead_source: 'fair', cost: 12345678901 });
    fixture.add('advocacy', { party, day, kind: 'referral' });
    fixture.add('partnership', { party, day, kind: 'reseller', ends_day: null });
    fixture.add('subscription', {
      party,
      day,
      status: 'active',
      amount: 500,
      currency: 'EUR',
      renews_day: '2026-12-01',
    });
    fixture.add('opportunity', { party, day, stage: 'won', won: 1, amount: 70 });
  }
  fixture.add('touch', { party: null, day: '2026-02-02', channel: 'mail' });
  fixture.commit();
  return fixture;
}

describe('relations', () => {
  it('group rows by customer, sorted by day and row id, rows of nobody last', () => {
    const touches = filled().vectors().relation('touches');
    const { start, day, id, party } = touches;
    expect({
      start: [...start],
      id: [...id],
      party: [...party],
      days: [...day].map((d) => d - parseIsoDay('2026-01-02')),
    }).toEqual({
      start: [0, 3, 4, 5],
      id: [1, 3, 4, 2, 5],
      party: [1, 1, 1, 2, 0],
      days: [62, 62, 364, 0, 31],
    });
  });

  it('prefer the account of an event in company workspaces, the party in person workspaces', () => {
    for (const [unit, expected] of [
      ['company', [0, 2, 2]],
      ['person', [0, 1, 2]],
    ] as const) {
      const fixture = new Fixture(unit);
      const [person, company] = [fixture.customer({ kind: 'person' }), fixture.customer()];
      fixture.add('touch', {
        party: unit === 'company' ? company : person,
        account_party: unit === 'company' ? person : company,
        day: '2026-01-01',
      });
      fixture.add('touch', {
        party: unit === 'company' ? null : company,
        account_party: unit === 'company' ? person : null,
        day: '2026-01-01',
      });
      expect([...fixture.vectors().relation('touches').start.subarray(0, 3)]).toEqual(expected);
    }
  });

  it('fall back to the party when the account is no customer', () => {
    const fixture = new Fixture();
    const person = fixture.customer({ kind: 'person' });
    const stray = fixture.add('party', { kind: 'company' });
    fixture.add('touch', { party: person, account_party: stray, day: '2026-01-01' });
    expect([...fixture.vectors().relation('touches').start]).toEqual([0, 1, 1]);
  });

  it("take a touch's team from its owner when it has none, and leave an unknown direction unknown", () => {
    const fixture = new Fixture();
    const party = fixture.customer();
    fixture.add('touch', { party, day: '2026-01-01', owner: 'Ines' });
    fixture.add('touch', { party, day: '2026-01-02', owner: 'Ines', team: 'service', direction: 'in' });
    fixture.add('touch', { party, day: '2026-01-03', owner: 'Ines', team: 'unknown' });
    fixture.add('touch', { party, day: '2026-01-04', owner: 'Tom' });
    fixture.add('touch', { party, day: '2026-01-05' });
    fixture.db.run('INSERT INTO owner_team(owner, team) VALUES (?, ?)', [fixture.term('Ines'), termOf('sales')]);
    const vectors = fixture.vectors();
    const words = (column: string): (string | null)[] =>
      [...vectors.relation('touches').column(column).values].map((term) => vectors.text(term));
    expect(words('team')).toEqual(['sales', 'service', 'sales', 'unknown', 'unknown']);
    expect(words('direction')).toEqual([null, 'in', null, null, null]);
  });

  it('count an answer of unknown kind as relational and say that it is unknown', () => {
    const vectors = filled().vectors();
    const responses = vectors.relation('responses');
    expect([...responses.column('kind').values].map((term) => vectors.text(term))).toEqual([
      'transactional',
      'relational',
      'relational',
      'relational',
    ]);
    expect([...responses.column('kind_known').values]).toEqual([1, 0, 0, 0]);
  });

  it('hold amounts and seconds beyond 32 bits and fractions exactly', () => {
    const vectors = filled().vectors();
    expect(vectors.relation('leads').column('cost').values[0]).toBe(12345678901);
    expect(vectors.relation('responses').column('at').values[0]).toBe(4102444800);
    expect(vectors.relation('tickets').column('csat').values[0]).toBe(4.5);
  });

  it('name the columns there are when one is not known', () => {
    const vectors = filled().vectors();
    expect(() => vectors.relation('advocacy').column('rung')).toThrow(
      'advocacy has no column "rung"; its columns are day, id, party, kind.',
    );
    expect(() => vectors.relation('orders').column('kind')).toThrow('orders has no column "kind"');
  });

  it('of an empty workspace are empty', () => {
    const vectors = new Fixture().vectors();
    expect(NAMES.map((name) => [vectors.relation(name).rows, ...vectors.relation(name).start])).toEqual(
      NAMES.map(() => [0, 0, 0]),
    );
    expect([vectors.customers.count, vectors.newestObservedDay(99999), vectors.customers.nameRank().length]).toEqual([
      0,
      null,
      0,
    ]);
  });
});

describe('packed chunks', () => {
  it('change no figure: without, with some, with all', () => {
    const fixture = filled();
    const plain = dump(fixture.vectors());
    expect(missingChunks(fixture.db)).toBe(10);
    expect(packMissing(fixture.db, 3)).toBe(3);
    expect(dump(fixture.vectors())).toEqual(plain);
    expect(packMissing(fixture.db)).toBeGreaterThan(0);
    expect([missingChunks(fixture.db), packMissing(fixture.db)]).toEqual([0, 0]);
    expect(dump(fixture.vectors())).toEqual(plain);
    fixture.db.run("DELETE FROM vector WHERE tbl = 'touch' AND chunk = 0");
    fixture.db.run("DELETE FROM vector WHERE tbl = 'customer'");
    expect(dump(fixture.vectors())).toEqual(plain);
    expect(packMissing(fixture.db, 10_000, 1)).toBeGreaterThan(40);
    expect(dump(fixture.vectors())).toEqual(plain);
    // Every row of the cache may be lost on its own.
    const rows = fixture.db.all(
      "SELECT tbl, col, chunk FROM vector WHERE tbl GLOB '*grouped*' OR tbl IN ('membership', 'customer')",
    );
    const lost = rows.map((row) => {
      fixture.db.transaction(() => {
        expect(fixture.db.run('DELETE FROM vector WHERE tbl = ? AND col = ? AND chunk = ?', row).changes).toBe(1);
      });
      expect(dump(fixture.vectors())).toEqual(plain);
      packMissing(fixture.db, 10_000, 1);
      return row;
    });
    expect(lost.length).toBeGreaterThan(100);
  });

  it('CONTROL: are what is read when they are there', () => {
    const fixture = filled();
    packMissing(fixture.db);
    fixture.db.run('UPDATE touch SET day = day + 1');
    fixture.commit();
    const before = [...fixture.vectors().relation('touches').day];
    fixture.db.run("DELETE FROM vector WHERE tbl = 'touch' AND chunk = 0");
    expect([...fixture.vectors().relation('touches').day]).toEqual(before.map((day) => day + 1));
  });

  it('of another layout count as missing', () => {
    const fixture = filled();
    packMissing(fixture.db);
    fixture.db.run("UPDATE vector SET data = zeroblob(16) WHERE tbl = 'touch' AND col = ''");
    expect(missingChunks(fixture.db)).toBe(1);
  });

  it('survive a change of membership, which moves rows between customers', () => {
    const fixture = filled();
    packMissing(fixture.db);
    const first = fixture.vectors();
    expect([...first.relation('touches').start]).toEqual([0, 3, 4, 5]);
    fixture.join(2, 1);
    fixture.commit();
    expect(missingChunks(fixture.db)).toBe(0);
    const merged = fixture.vectors(first);
    expect([...merged.relation('touches').start]).toEqual([0, 4, 5]);
    expect([...merged.relation('touches').id]).toEqual([2, 1, 3, 4, 5]);
    expect(dump(merged)).toEqual(dump(fixture.vectors()));
    fixture.db.run('UPDATE customer SET redirect = 2 WHERE id = 1');
    expect([...fixture.vectors().customers.id]).toEqual([2]);
  });

  it('over several chunks with holes between row ids are read in row-id order', () => {
    const fixture = new Fixture();
    const party = fixture.customer();
    for (const id of [5, 65_535, 65_536, 200_000, 70_000])
      fixture.add('touch', { id, party, day: '2026-01-01', owner: `owner ${id}` });
    const words = (vectors: Vectors): (string | null)[] =>
      [...vectors.relation('touches').column('owner').values].map((term) => vectors.text(term));
    const expected = [5, 65_535, 65_536, 70_000, 200_000].map((id) => `owner ${id}`);
    expect(words(fixture.vectors())).toEqual(expected);
    expect(packMissing(fixture.db)).toBe(7);
    expect(words(fixture.vectors())).toEqual(expected);
  });
});

describe('refresh after a change', () => {
  it('gives what a fresh load gives, and keeps relations whose chunks did not change', () => {
    const fixture = filled();
    packMissing(fixture.db);
    const first = fixture.vectors();
    dump(first);
    fixture.add('touch', { party: 2, day: '2026-05-05', owner: 'Ines' });
    fixture.db.run("DELETE FROM vector WHERE tbl = 'touch' AND chunk = 0");
    fixture.db.run('INSERT INTO owner_team(owner, team) VALUES (?, ?)', [fixture.term('Ines'), termOf('sales')]);
    fixture.commit();
    const second = fixture.vectors(first);
    expect(dump(second)).toEqual(dump(fixture.vectors()));
    expect(second.relation('tickets').day).toBe(first.relation('tickets').day);
    expect(second.relation('touches').rows).toBe(first.relation('touches').rows + 1);
    packMissing(fixture.db);
    expect(dump(fixture.vectors(second))).toEqual(dump(fixture.vectors()));
  });

  it('holds for random insertions, corrections and removals over several chunks', () => {
    const fixture = new Fixture();
    const parties = [1, 2, 3].map(() => fixture.customer());
    const change = fc.record({
      verb: fc.constantFrom('add', 'add', 'correct', 'remove'),
      chunk: fc.nat({ max: 5 }),
      at: fc.nat({ max: 9 }),
      party: fc.constantFrom(...parties, null),
      day: fc.integer({ min: 1, max: 5 }).map((d) => `2026-01-0${d}`),
      owner: fc.constantFrom('Ines', 'Tom', null),
    });
    fc.assert(
      fc.property(
        fc.array(fc.array(change, { maxLength: 6 }), { minLength: 2, maxLength: 5 }),
        fc.boolean(),
        (rounds, packs) => {
          fixture.db.run('DELETE FROM touch');
          fixture.db.run('DELETE FROM vector');
          for (let id = 0; id < 40; id++)
            fixture.add('touch', {
              id: (id % 8) * 65_536 + id + 10,
              ext: `first ${id}`,
              party: parties[id % 3]!,
              day: `2026-01-0${1 + (id % 7)}`,
              owner: 'Ines',
            });
          packMissing(fixture.db);
          let vectors = fixture.vectors();
          vectors.relation('touches').column('team');
          vectors.relation('touches').column('cost');
          for (const changes of rounds) {
            for (const { verb, chunk, at, party, day, owner } of changes) {
              const id = chunk * 65_536 + at + 8;
              if (verb === 'remove') fixture.db.run('DELETE FROM touch WHERE id = ?', [id]);
              else if (verb === 'correct')
                fixture.db.run('UPDATE touch SET cost = ?, party = ?, day = day + ? WHERE id = ?', [
                  at,
                  party,
                  at % 3,
                  id,
                ]);
              else if (fixture.db.count('SELECT count(*) FROM touch WHERE id = ?', [id]) === 0)
                fixture.add('touch', { id, ext: `later ${id}`, party, day, owner, cost: 5 });
              fixture.db.run("DELETE FROM vector WHERE tbl = 'touch' AND chunk = ?", [chunk]);
            }
            fixture.commit();
            vectors = fixture.vectors(vectors);
            expect(dump(vectors)).toEqual(dump(fixture.vectors()));
            if (packs) packMissing(fixture.db);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('holds for appended rows, moves between customers and groupings kept at any moment', () => {
    const fixture = new Fixture();
    const parties = Array.from({ length: 8 }, () => fixture.customer());
    const change = fc.record({
      verb: fc.constantFrom('append', 'append', 'correct', 'remove', 'move', 'leave', 'arrive'),
      at: fc.nat({ max: 90 }),
      party: fc.constantFrom(...parties, null),
      account: fc.constantFrom(...parties, null, null, null),
      customer: fc.constantFrom(...parties),
      day: fc.integer({ min: 1, max: 7 }).map((d) => `2026-01-0${d}`),
      owner: fc.constantFrom('Ines', 'Tom', null),
    });
    const seen = { kept: 0, spliced: 0 };
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ changes: fc.array(change, { maxLength: 5 }), pieces: fc.constantFrom(0, 0, 3, 60, 10_000) }),
          {
            minLength: 2,
            maxLength: 6,
          },
        ),
        fc.constantFrom(1, 1000),
        (rounds, keepFrom) => {
          const { db } = fixture;
          for (const table of ['touch', 'purchase', 'membership', 'vector']) db.run(`DELETE FROM ${table}`);
          db.run('DELETE FROM party WHERE id > ?', [parties.at(-1)!]);
          for (const party of parties) fixture.join(party, party);
          for (let i = 0; i < 60; i++) {
            const row = { ext: `first ${i}`, party: parties[i % 7]!, day: `2026-01-0${1 + (i % 5)}` };
            fixture.add('touch', { ...row, owner: 'Ines' });
            fixture.add('purchase', { ...row, kind: i % 9 === 0 ? 'refund' : 'invoice', amount: i % 4, tax: 1 });
          }
          fixture.commit();
          packMissing(db, 10_000, keepFrom);
          let vectors = fixture.vectors();
          vectors.relation('touches').column('team');
          vectors.relation('orders').column('net');
          let n = 0;
          for (const { changes, pieces } of rounds) {
            for (const { verb, at, party, account, customer, day, owner } of changes) {
              n++;
              if (verb === 'append') {
                const row = { ext: `later ${n}`, party, account_party: account, day };
                forgetVectors(db, 'touch', [fixture.add('touch', { ...row, owner })]);
                forgetVectors(db, 'purchase', [fixture.add('purchase', { ...row, amount: at })]);
              } else if (verb === 'correct' || verb === 'remove') {
                forgetVectors(db, 'touch', [at]);
                if (verb === 'remove') db.run('DELETE FROM touch WHERE id = ?', [at]);
                else db.run('UPDATE touch SET day = day + 1, party = ?, cost = ? WHERE id = ?', [party, at, at]);
              } else if (verb === 'move') fixture.join(party ?? customer, customer);
              else if (verb === 'leave') db.run('DELETE FROM membership WHERE party = ?', [customer]);
              else {
                const arrived = fixture.add('party', { kind: 'company', ext: `new ${n} ${day} ${at}` });
                if (at % 3 > 0) fixture.join(arrived, at % 3 === 1 ? customer : 100 + n);
                forgetVectors(db, 'touch', [fixture.add('touch', { ext: `later ${n}`, party: arrived, day })]);
                forgetVectors(db, 'party', [arrived]);
              }
            }
            fixture.commit();
            const plain = withoutVectors(fixture);
            expect(dump(fixture.vectors())).toEqual(plain);
            vectors = fixture.vectors(vectors);
            expect(dump(vectors)).toEqual(plain);
            if (readGroupedHead(db, 'touch')) seen.kept++;
            else seen.spliced++;
            packMissing(db, pieces, keepFrom);
            expect(dump(fixture.vectors())).toEqual(plain);
          }
        },
      ),
      { numRuns: 40 },
    );
    expect(seen.kept).toBeGreaterThan(10);
    expect(seen.spliced).toBeGreaterThan(10);
  });

  it('a change by another process between two reads is noticed, not mixed in', () => {
    const fixture = filled();
    const reader = openReader(fixture.path);
    const vectors = loadVectors(reader, readDataVersion(reader));
    const touches = vectors.relation('touches');
    fixture.db.run('UPDATE touch SET cost = 1');
    fixture.commit();
    expect(() => touches.column('cost')).toThrow('The workspace changed while it was being read; ask again.');
    expect(() => vectors.relation('tickets')).toThrow('ask again');
    expect(() => loadVectors(reader, readDataVersion(reader) - 1)).toThrow('ask again');
    reader.close();
  });

  it('a change elsewhere does not disturb packed rows', () => {
    const fixture = filled();
    packMissing(fixture.db);
    const vectors = fixture.vectors();
    vectors.relation('touches');
    fixture.add('ticket', { day: '2026-05-05' });
    fixture.db.run("DELETE FROM vector WHERE tbl = 'ticket' AND chunk = 0");
    fixture.commit();
    packMissing(fixture.db);
    expect(vectors.relation('touches').column('cost').values.length).toBe(5);
    expect(() => vectors.relation('tickets')).toThrow('ask again');
  });
});

describe('customers', () => {
  it('take attributes from companies before persons, then from the newest batch', () => {
    const fixture = new Fixture();
    const person = fixture.customer({
      kind: 'person',
      name: 'Ann',
      region: 'East',
      country: 'FR',
      owner: 'P',
      email: 'ann@mail.example',
      batch: 9,
      created_day: '2025-05-01',
    });
    const older = fixture.add('party', { kind: 'company', source: 'crm', region: 'North', owner: 'A', batch: 1 });
    const newer = fixture.add('party', {
      kind: 'company',
      source: 'crm',
      region: 'South',
      batch: 2,
      created_day: '2025-06-01',
    });
    fixture.join(older, person);
    fixture.join(newer, person);
    fixture.add('touch', { party: older, day: '2025-04-01' });
    const { customers, text } = ((vectors) => ({ customers: vectors.customers, text: (t: number) => vectors.text(t) }))(
      fixture.vectors(),
    );
    expect({
      region: text(customers.term('region')[0]!),
      owner: text(customers.term('owner')[0]!),
      country: text(customers.term('country')[0]!),
      industry: text(customers.term('industry')[0]!),
      created: customers.created[0]! - parseIsoDay('2025-04-01'),
      sources: customers.sources()[0],
      domain: customers.emailDomain(0),
    }).toEqual({
      region: 'South',
      owner: 'A',
      country: 'FR',
      industry: null,
      created: 0,
      sources: 2,
      domain: 'mail.example',
    });
  });

  it('take a company first also when its kind was found out after its row was packed', () => {
    const fixture = new Fixture();
    const c = fixture.customer({ kind: 'person', region: 'North', batch: 1 });
    fixture.join(fixture.add('party', { kind: 'person', region: 'South', batch: 2 }), c);
    packMissing(fixture.db);
    const region = (): string | null => ((v) => v.text(v.customers.term('region')[0]!))(fixture.vectors());
    expect(region()).toBe('South');
    fixture.db.run('UPDATE party SET kind = ? WHERE id = ?', [termOf('company'), c]);
    expect(region()).toBe('North');
  });

  it('have a name always, and the domain of a company before that of an address', () => {
    const fixture = new Fixture();
    fixture.customer({ name: ' ', ext: 'K-17' });
    const b = fixture.customer({ name: '', email: 'bo@post.example', kind: 'person' });
    fixture.join(fixture.add('party', { kind: 'company', website: 'https://www.beta.example/about' }), b);
    const { customers } = fixture.vectors();
    expect([0, 1].map((i) => [customers.name(i), customers.emailDomain(i)])).toEqual([
      ['K-17', null],
      ['bo@post.example', 'beta.example'],
    ]);
    expect([customers.indexOf(b), customers.indexOf(999)]).toEqual([1, -1]);
  });

  it('are ranked by name whatever case and accents, then by id, also after a renaming', () => {
    const fixture = new Fixture();
    for (const name of ['Zorn', 'écru', 'Eclair', 'ECRU', 'aal']) fixture.customer({ name });
    expect([...fixture.vectors().customers.nameRank()]).toEqual([4, 2, 1, 3, 0]);
    packMissing(fixture.db);
    expect([...fixture.vectors().customers.nameRank()]).toEqual([4, 2, 1, 3, 0]);
    fixture.db.run("UPDATE customer SET name = 'AAA' WHERE id = 1");
    expect([...fixture.vectors().customers.nameRank()]).toEqual([0, 4, 2, 1, 3]);
  });

  it('without a member party are none', () => {
    const fixture = new Fixture();
    fixture.customer();
    fixture.db.run("INSERT INTO customer(id, founder, name) VALUES (7, 'x', 'Gone')");
    expect([...fixture.vectors().customers.id]).toEqual([1]);
  });
});

describe('the newest observed day', () => {
  it('is of orders, answers given, touches and ticket openings up to the limit, nothing else', () => {
    const day = parseIsoDay;
    const fixture = new Fixture();
    const party = fixture.customer();
    const newest = (limit: string): number | null => fixture.vectors().newestObservedDay(day(limit));
    fixture.add('lead', { party, day: '2026-04-30' });
    fixture.add('subscription', { party, day: '2026-04-30', renews_day: '2026-05-30' });
    fixture.add('response', { party, day: '2026-04-29', score: null });
    fixture.add('purchase', { party, day: '2026-04-28', kind: 'refund', amount: 5 });
    expect(newest('2026-12-31')).toBe(null);
    fixture.add('ticket', { party, day: '2026-01-01', closed_day: '2026-04-01' });
    expect(newest('2026-12-31')).toBe(day('2026-01-01'));
    fixture.add('touch', { day: '2026-01-02' });
    expect(newest('2026-12-31')).toBe(day('2026-01-02'));
    fixture.add('response', { party, day: '2026-01-03', score: 0 });
    expect(newest('2026-12-31')).toBe(day('2026-01-03'));
    fixture.add('purchase', { party, day: '2026-01-04', kind: 'invoice', amount: 5, due_day: '2026-02-01' });
    expect(newest('2026-12-31')).toBe(day('2026-01-04'));
    fixture.add('touch', { party, day: '2027-01-02' });
    expect([newest('2026-12-31'), newest('2026-01-02'), newest('2025-01-01')]).toEqual([
      day('2026-01-04'),
      day('2026-01-02'),
      null,
    ]);
  });

  it('does not depend on whether the relations are loaded', () => {
    const vectors = filled().vectors();
    const before = vectors.newestObservedDay(parseIsoDay('2026-12-31'));
    const again = filled().vectors();
    for (const name of NAMES) again.relation(name);
    expect([before, again.newestObservedDay(parseIsoDay('2026-12-31'))]).toEqual([parseIsoDay('2026-03-05'), before]);
  });
});

describe('terms', () => {
  it('are found by text and back', () => {
    const vectors = filled().vectors();
    expect([
      vectors.text(UNKNOWN_INT),
      vectors.term('nobody'),
      vectors.text(vectors.term('Ines')!),
      vectors.text(vectors.term('email')!),
    ]).toEqual([null, null, 'Ines', 'email']);
  });
});
