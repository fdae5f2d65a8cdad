import { expect, test } from 'vitest';
import { continuousChain } from '#engine/methods/markov.ts';
import { ReadSession } from '#engine/session.ts';
import { Firms } from './case.fixture.ts';
import {
  definitionPreview,
  ladder,
  ladderDwell,
  ladderList,
  ladderReferrals,
  ladderRestated,
  ladderStuck,
  migration,
  nextTime,
  sayDo,
} from './index.ts';

const opened = (): Firms => new Firms((db) => new ReadSession(db));

const D = '2026-06-30';
const per = (share: number | null): string | null => (share === null ? null : (share * 100).toFixed(0));

test('B16 L31: 9 of 60 promoters recommended; 51 are on the ask list', () => {
  const w = opened();
  w.firms(60, 'Promoter').forEach((party, k) => {
    w.invoice(party, '2026-05-01', 1000 + k);
    w.answer(party, '2026-05-10', 9 + (k % 2));
    if (k < 9) w.recommends(party, '2026-06-01');
  });
  const passive = w.firm('Passive who refers');
  w.answer(passive, '2026-05-10', 7);
  w.recommends(passive, '2026-06-01');
  const silent = w.firm('Silent who refers');
  w.answer(silent, '2025-06-30', 10);
  w.recommends(silent, '2025-07-01');
  w.add('ticket', { party: 59, day: '2026-06-20', is_dispute: 1 });
  const report = w.ask(sayDo, { asOf: D, limit: 2 });
  const promoters = report.classes[0]!;
  expect([promoters.customers, promoters.does.customers, per(promoters.does.share)]).toEqual([60, 9, '15']);
  expect([per(promoters.does.low), per(promoters.does.high)]).toEqual(['8', '26']);
  expect([report.ask, report.total, report.unsaid]).toEqual([51, 51, 2]);
  expect(report.rows.map((r) => [r.name, r.score, r.acted, r.dispute])).toEqual([
    ['Promoter 60', 10, null, null],
    ['Promoter 59', 9, null, 'open since 2026-06-20'],
  ]);
  const unsaid = w.ask(sayDo, { asOf: D, list: 'unsaid' });
  expect(unsaid.rows.map((r) => [r.name, r.score, r.acted, r.kind])).toEqual([
    ['Passive who refers', 7, '2026-06-01', 'referral'],
    ['Silent who refers', null, '2025-07-01', 'referral'],
  ]);
  expect(w.ask(sayDo, { asOf: D, list: 'unsaid', window: null }).total).toBe(1);
  expect(w.ask(sayDo, { asOf: D, list: 'done' }).total).toBe(9);
});

test('B28 L33: of 400 buyers 140 come back, of these 77, of these 54', () => {
  const w = opened();
  const days = ['2024-01-10', '2024-04-10', '2024-07-10', '2024-10-10'];
  w.db.transaction(() => {
    for (let k = 0; k < 400; k++) {
      const party = w.firm(`Buyer ${k}`);
      const n = k < 54 ? 4 : k < 77 ? 3 : k < 140 ? 2 : 1;
      for (const day of days.slice(0, n)) w.invoice(party, day);
    }
  });
  const { rows } = w.ask(nextTime, { asOf: D });
  expect(rows.map((r) => [r.n, r.reached, r.decided, r.again.customers, per(r.again.share), r.open])).toEqual([
    [1, 400, 400, 140, '35', 0],
    [2, 140, 140, 77, '55', 0],
    [3, 77, 77, 54, '70', 0],
    [4, 54, 54, 0, '0', 0],
  ]);
  expect(rows[0]!.expected).toBeCloseTo(0.35, 12);
  expect(rows[0]!.medianDays).toBeNull();
  const by = w.ask(nextTime, { asOf: D, by: 'rung' }).groups;
  expect(by.map((g) => [g.value, g.rows.map((r) => r.reached)])).toEqual([
    ['customer', [400]],
    ['client', [140, 77, 54]],
  ]);
});

test('L33: who still has time is counted apart and can be listed; a void order is no purchase', () => {
  const w = opened();
  const [early, fresh, back, gone] = ['early', 'fresh', 'back', 'void'].map((name) => w.firm(name));
  w.invoice(early!, '2025-06-30');
  w.invoice(fresh!, '2026-06-01', 5000);
  w.invoice(back!, '2026-06-01');
  w.invoice(back!, '2026-06-20');
  w.credited(gone!, '2026-01-01', '2026-02-01');
  const { rows } = w.ask(nextTime, { asOf: D });
  expect(rows.map((r) => [r.n, r.reached, r.decided, r.again.customers, r.open, r.enough])).toEqual([
    [1, 3, 1, 0, 1, false],
    [2, 1, 0, 0, 1, false],
  ]);
  expect(rows[1]!.expected).toBeNull();
  const list = (state: 'again' | 'not' | 'open') => w.ask(nextTime, { asOf: D, n: 1, state }).list.map((r) => r.name);
  expect([list('open'), list('not'), list('again')]).toEqual([['fresh'], ['early'], []]);
});

test('L32: a referral counts once, for the first, and only what is bought after it', () => {
  const w = opened();
  const [a, b] = [w.firm('Advocate'), w.firm('Second')];
  for (const party of [a, b]) {
    w.invoice(party!, '2026-01-10', 700);
    w.invoice(party!, '2026-02-10', 700);
  }
  const target = (ext: string): number => w.customer({ name: ext, ext, source: 'crm' });
  const won = target('won');
  const before = target('before');
  target('open');
  w.invoice(won, '2026-05-01', 3000, { ext: 'INV-W' });
  w.invoice(won, '2026-06-01', 500);
  w.add('purchase', {
    party: won,
    kind: 'credit_note',
    day: '2026-06-10',
    amount: 1000,
    currency: 'EUR',
    invoice_ext: 'INV-W',
  });
  w.invoice(won, '2026-07-10', 9999);
  w.invoice(before, '2026-01-01');
  const refers = (party: number, day: string, ext: string | null): void =>
    w.recommends(party, day, { referred_ext: ext, source: 'crm' });
  refers(a!, '2026-03-01', 'won');
  refers(b!, '2026-04-01', 'won');
  refers(a!, '2026-03-02', 'before');
  refers(a!, '2026-03-03', 'open');
  refers(a!, '2026-03-04', 'nobody knows');
  refers(a!, '2026-03-05', null);
  refers(a!, '2026-07-05', 'open');
  const report = w.ask(ladderReferrals, { asOf: D });
  expect(Object.fromEntries(report.outcomes.map((x) => [x.outcome, x.referrals]))).toEqual({
    won: 1,
    open: 1,
    'bought before': 1,
    earlier: 1,
    own: 0,
    unnamed: 2,
  });
  expect(report.revenueBrought).toEqual([{ currency: 'EUR', minor: 2500 }]);
  expect(report.won).toMatchObject({ customers: 1, share: 0.5 });
  expect(report.rows.map((r) => [r.name, r.standing, r.won, r.open, r.revenueBrought])).toEqual([
    ['Advocate', 'advocate', 1, 1, [{ currency: 'EUR', minor: 2500 }]],
    ['Second', 'advocate', 0, 0, []],
  ]);
  const advocates = report.standings.find((s) => s.standing === 'advocate')!;
  expect(advocates).toMatchObject({ customers: 2, referrers: 2, referrals: 6, revenue12m: [{ minor: 2800 }] });
  expect(w.ask(ladderReferrals, { asOf: D, from: '2026-03-31' }).referrals).toBe(1);
});

test('L28: spells on a rung, open ones censored; days per move are those of the continuous chain', () => {
  const w = opened();
  const [one, two, three] = w.firms(3) as [number, number, number];
  w.invoice(one, '2026-01-01');
  w.invoice(one, '2026-01-11');
  w.invoice(two, '2026-01-01');
  w.invoice(two, '2026-03-02');
  w.invoice(three, '2026-06-20');
  const report = w.ask(ladderDwell, { asOf: D });
  const customer = report.curves.find((c) => c.standing === 'customer')!;
  expect(customer).toMatchObject({ spells: 3, open: 1, up: 2, down: 0, median: 60, p25: 10 });
  expect(customer.points.map((p) => [p.day, p.share.toFixed(9), p.atRisk])).toEqual([
    [10, '0.666666667', 3],
    [60, '0.000000000', 1],
  ]);
  const chain = continuousChain(
    [
      { rung: 'customer', start: 0, end: 10, next: 'client' },
      { rung: 'customer', start: 0, end: 60, next: 'client' },
      { rung: 'customer', start: 0, end: 10, next: null },
    ],
    ['customer', 'client'],
    null,
  );
  expect(customer.meanDays).toBe(chain.mean_days_on_rung['customer']);
  const groups = w.ask(ladderDwell, { asOf: D, rung: 'customer', by: 'name' }).groups;
  expect(groups.map((g) => [g.value, g.curve.spells, g.curve.open])).toEqual([
    ['Firm 1', 1, 0],
    ['Firm 2', 1, 0],
    ['Firm 3', 1, 1],
  ]);
});

test('L29 L30: who stands longer than three quarters of the others is stuck, with what would lift it', () => {
  const w = opened();
  w.firms(8, 'Quick').forEach((party) => {
    w.invoice(party, '2026-01-01');
    w.invoice(party, '2026-01-21');
  });
  const slow = w.firm('Slow');
  w.invoice(slow, '2026-01-01', 4000);
  const fresh = w.firm('Fresh');
  w.invoice(fresh, '2026-06-20', 4000);
  const { curves } = w.ask(ladderDwell, { asOf: D });
  expect(curves.find((c) => c.standing === 'customer')).toMatchObject({
    stuckAfter: 20,
    stuckBy: 'survival',
    stuck: 1,
  });
  expect(curves.find((c) => c.standing === 'client')).toMatchObject({ stuckAfter: null, stuckBy: null, stuck: 0 });
  const { rows, total } = w.ask(ladderStuck, { asOf: D });
  expect(total).toBe(1);
  expect(rows[0]).toMatchObject({
    name: 'Slow',
    standing: 'customer',
    since: '2026-01-01',
    days: 180,
    next: 'An order on a second day makes a client.',
  });
  w.rules('customer: purchases > 0\nclient: purchases > 1 and purchases < 99');
  expect(w.ask(ladderStuck, { asOf: D }).rows.find((r) => r.name === 'Slow')).toMatchObject({
    next: 'Client asks for: purchases above 1 (purchases 1).',
  });
});

test('L29: nobody is stuck on the highest rung of the own ladder', () => {
  const w = opened();
  const days = ['2026-01-01', '2026-01-11', '2026-01-21'];
  w.firms(8, 'Quick').forEach((party) => days.forEach((day) => w.invoice(party, day)));
  for (const type of ['Reseller', 'Other']) {
    const party = w.firm(type, { type });
    for (const day of days.slice(0, 2)) w.invoice(party, day);
  }
  w.rules(
    "customer: purchases > 0\nclient: purchases > 1\nadvocate: purchases > 2\nladder r: type = 'Reseller'\ncustomer: purchases > 0\nclient: purchases > 1",
  );
  expect(w.ask(ladderStuck, { asOf: D }).rows.map((r) => [r.name, r.standing])).toEqual([['Other', 'client']]);
  const { curves } = w.ask(ladderDwell, { asOf: D });
  expect(curves.map((c) => [c.standing, c.stuck]).filter(([, stuck]) => stuck !== 0)).toEqual([['client', 1]]);
});

test('L22: every question by a former version of the rules, and two versions compared', () => {
  const w = opened();
  const [a, b] = w.firms(2) as [number, number];
  w.invoice(a, '2026-01-10', 900);
  w.invoice(a, '2026-05-10', 900);
  w.invoice(b, '2026-01-10');
  w.rules('customer: purchases > 0\nclient: purchases > 2');
  w.rules('customer: purchases > 0\npartner: purchases > 1');
  const standing = (version?: number): Record<string, number> =>
    Object.fromEntries(
      w
        .ask(ladder, { asOf: D, ...(version === undefined ? {} : { version }) })
        .rungs.flatMap((r) => (r.customers > 0 ? [[r.rung, r.customers]] : [])),
    );
  expect([standing(0), standing(1), standing(2), standing()]).toEqual([
    { customer: 1, client: 1 },
    { customer: 2 },
    { customer: 1, partner: 1 },
    { customer: 1, partner: 1 },
  ]);
  expect(w.ask(migration, { from: '2026-03-31', to: D, version: 0 }).up).toBe(1);
  expect(w.ask(migration, { from: '2026-03-31', to: D, version: 1 }).up).toBe(0);
  expect(w.ask(ladderList, { asOf: D, rung: 'client', version: 0 }).rows.map((r) => r.evidence)).toEqual([
    'orders on 2 days, no answer yet',
  ]);
  // A filter that names the rung means the rung of the version asked for.
  expect(w.ask(ladder, { asOf: D, where: 'rung = client', version: 0 }).customers).toBe(1);
  expect(w.ask(ladder, { asOf: D, where: 'rung = client' }).customers).toBe(0);
  const report = w.ask(ladderRestated, { from: '2026-03-31', to: D, every: 'quarter', versions: [0, 2] });
  expect(report.versions.map((v) => [v.version, v.counts])).toEqual([
    [
      0,
      [
        [0, 2, 0, 0, 0, 0, 0],
        [0, 1, 1, 0, 0, 0, 0],
      ],
    ],
    [
      2,
      [
        [0, 2, 0, 0, 0, 0, 0],
        [0, 1, 0, 0, 0, 1, 0],
      ],
    ],
  ]);
  expect(report.differ.map((d) => d.moved)).toEqual([0, 1]);
  expect(report.moves).toEqual([{ from: 'client', to: 'partner', customers: 1 }]);
  expect(report.rows).toMatchObject([{ name: 'Firm 1', from: 'client', to: 'partner' }]);
  expect(w.ask(ladderRestated, { to: D }).versions.map((v) => v.version)).toEqual([1, 2]);
  expect(() => w.ask(ladder, { version: 7 })).toThrow("they have the versions 0 (the product's own) to 2");
});

test('L34: rules and reasons name the ladder of a group, and renamed rungs', () => {
  const w = opened();
  const [reseller, other] = [w.firm('Reseller', { type: 'Reseller' }), w.firm('Other')];
  for (const party of [reseller, other]) w.invoice(party, '2026-05-10');
  w.rules(
    "customer: purchases > 0\nname customer: Buyer\nladder resellers: type = 'Reseller'\ncustomer: purchases > 5",
  );
  const report = w.ask(ladder, { asOf: D });
  expect(report.names).toEqual({ customer: 'Buyer' });
  expect(report.rules.map((r) => [r.ladder ?? '', r.rung, r.sentence])).toEqual([
    ['', 'prospect', 'No rule of a rung holds.'],
    ['', 'customer', 'Purchases above 0.'],
    ['resellers', 'prospect', 'No rule of a rung holds.'],
    ['resellers', 'customer', 'Purchases above 5.'],
  ]);
  expect(w.ask(ladderList, { asOf: D }).rows.map((r) => [r.name, r.to, r.evidence])).toEqual([
    ['Reseller', 'prospect', 'resellers: No rule of a rung holds.'],
    ['Other', 'customer', 'Purchases above 0.'],
  ]);
});

test('L20: a preview with a filter of the rung asks by the rules in use', () => {
  const w = opened();
  const party = w.firm('Client');
  w.invoice(party, '2026-01-10');
  w.invoice(party, '2026-05-10');
  const preview = w.ask(definitionPreview, { kind: 'ladder', text: 'customer: purchases > 0', asOf: D });
  expect(preview.days[0]!.moves).toEqual([{ from: 'client', to: 'customer', customers: 1 }]);
});

test('L35: slices by cohort, of the ladder, of moves and of the next time', () => {
  const w = opened();
  const [old, fresh, never] = w.firms(3) as [number, number, number];
  w.invoice(old, '2024-11-10');
  w.invoice(old, '2025-09-10');
  w.invoice(fresh, '2026-02-10');
  w.invoice(fresh, '2026-05-10');
  w.answer(never, '2026-05-10', 5);
  const by = 'first_purchase by year';
  const groups = w.ask(ladder, { asOf: D, by }).groups.map((g) => [g.value, g.customers]);
  expect(groups).toEqual([
    ['2024', 1],
    ['2026', 1],
    [null, 1],
  ]);
  expect(w.ask(migration, { from: '2026-03-31', to: D, by }).groups.map((g) => [g.value, g.up.customers])).toEqual([
    ['2024', 0],
    ['2026', 1],
    [null, 0],
  ]);
  expect(w.ask(nextTime, { asOf: D, by: 'first_purchase by quarter' }).groups.map((g) => g.value)).toEqual([
    '2024-Q4',
    '2026-Q1',
  ]);
  expect(() => w.ask(ladder, { by: 'owner by year' })).toThrow('"owner" is not a day');
});
