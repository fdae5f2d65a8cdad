import { expect, test } from 'vitest';
import type { ReadContext } from '#engine/base/context.ts';
import { setNpsCase, undoChange } from '#engine/commands/index.ts';
import { ReadSession, writeContext } from '#engine/session.ts';
import { NpsFixture, type Asked } from './nps.fixture.ts';
import { npsAsk, npsCases, npsRecovery, npsRulesPreview } from './index.ts';

class Case extends NpsFixture {
  private readonly session = new ReadSession(this.db);

  get ctx(): ReadContext {
    return this.session.context();
  }

  cases(input: Asked = {}) {
    return npsCases.run(this.ctx, npsCases.parse({ asOf: '2026-05-15', ...input }));
  }

  set(input: Asked): void {
    this.db.transaction(() => void setNpsCase.run(writeContext(this.db, 1_790_000_000), setNpsCase.parse(input)));
  }

  async takeBack(): Promise<void> {
    const change = this.db.count('SELECT max(id) FROM change');
    await undoChange.run(writeContext(this.db, 1_790_000_001), undoChange.parse({ change }));
  }

  touch(party: number, day: string, more: Record<string, string | number> = {}): void {
    this.add('touch', { party, day, direction: 'out', channel: 'call', team: 'sales', ...more });
  }
}

const RULES = `minimum: 2 answers
business hours: mon-fri 9:00-17:00
holidays: 2026-05-14
`;
const at = (text: string): number => Date.parse(text) / 1000;

test('N26: a case is followed up by what was recorded, else by the first outbound touch that no campaign sent', () => {
  const w = new Case();
  const party = w.customer();
  const id = w.answer(party, '2026-05-04', 2, { at: at('2026-05-04T10:00Z') });
  w.touch(party, '2026-05-04', { at: at('2026-05-04T09:30Z') });
  w.touch(party, '2026-05-05', { campaign: 'Spring', channel: 'email', team: 'marketing' });
  w.touch(party, '2026-05-06', { at: at('2026-05-06T11:00Z'), team: 'service' });
  const [row] = w.cases().rows;
  expect([row!.followedUp, row!.followedBy, row!.hours, row!.status]).toEqual([
    '2026-05-06',
    'call by service',
    17,
    'followed',
  ]);
  w.set({ answers: [String(id)], followedUp: '2026-05-05' });
  expect([w.cases().rows[0]!.followedUp, w.cases().rows[0]!.followedBy]).toEqual(['2026-05-05', 'recorded']);
  expect(w.cases({ asOf: '2026-05-04' }).rows[0]!.followedUp).toBeNull();
});

test('N27: hours run in business hours of the zone, without weekends and holidays; a day without a time opens with business', () => {
  const w = new Case();
  w.setText('rules', `${RULES}alert detractors: score 0-6 within 16 hours`);
  const friday = w.customer();
  w.answer(friday, '2026-05-08', 0, { at: at('2026-05-08T16:00Z') });
  w.touch(friday, '2026-05-11', { at: at('2026-05-11T10:00Z') });
  const dated = w.customer();
  w.answer(dated, '2026-05-12', 1);
  w.touch(dated, '2026-05-13');
  const open = w.customer();
  w.answer(open, '2026-05-13', 3, { at: at('2026-05-13T13:00Z') });
  const rows = w.cases().rows;
  expect(rows.map((r) => [r.answered, r.hours, r.due, r.overdue])).toEqual([
    ['2026-05-13', 12, '2026-05-18 13:00', false],
    ['2026-05-12', 8, '2026-05-13 17:00', false],
    ['2026-05-08', 2, '2026-05-12 16:00', false],
  ]);
  expect(w.cases({ asOf: '2026-05-18' }).rows[0]!.overdue).toBe(true);
  expect(w.cases({ asOf: '2026-05-18', status: 'overdue' }).total).toBe(1);
});

test('N28: kept within the hours of those decided, the mean of those followed up, the median with open cases censored', () => {
  const w = new Case();
  for (const [day, reply] of [
    ['2026-05-04', '2026-05-05'],
    ['2026-05-04', '2026-05-12'],
    ['2026-05-04', null],
    ['2026-05-15', null],
  ] as const) {
    const party = w.customer({ owner: 'Ines' });
    w.answer(party, day, 2);
    if (reply !== null) w.touch(party, reply);
  }
  const { summary, owners } = w.cases();
  expect(summary).toMatchObject({
    cases: 4,
    open: 2,
    followed: 2,
    overdue: 1,
    meanHours: (8 + 48) / 2,
    medianHours: 48,
  });
  expect([summary.kept.cases, summary.kept.within, summary.kept.share]).toEqual([3, 1, 1 / 3]);
  expect(owners.map((o) => [o.owner, o.cases])).toEqual([['Ines', 4]]);
  expect(w.cases({ owner: 'Ines' }).total).toBe(4);
  expect(w.cases({ owner: 'Nobody' }).summary.meanHours).toBeNull();
});

test('N29: alerts by score, survey, channel and customer; the alert with the fewest hours names the case', () => {
  const w = new Case();
  w.setText(
    'rules',
    `${RULES}alert detractors: score 0-6 within 16 hours
alert north: score 0-8 within 8 hours where region = 'North'
alert delivery: score 0-6 survey 'Delivery' channel email within 4 hours`,
  );
  w.answer(w.customer({ region: 'North' }), '2026-05-04', 8);
  w.answer(w.customer({ region: 'South' }), '2026-05-05', 8);
  w.answer(w.customer({ region: 'South' }), '2026-05-06', 3);
  w.answer(w.customer({ region: 'North' }), '2026-05-07', 3, {
    survey: 'Delivery',
    channel: 'email',
    kind: 'transactional',
  });
  w.answer(null, '2026-05-08', 3);
  const cases = w.cases();
  expect(cases.rows.map((r) => [r.answered, r.alert, r.limit])).toEqual([
    ['2026-05-08', 'detractors', 16],
    ['2026-05-07', 'delivery', 4],
    ['2026-05-06', 'detractors', 16],
    ['2026-05-04', 'north', 8],
  ]);
  expect(cases.alerts.map((a) => a.cases)).toEqual([2, 1, 1]);
  expect(w.cases({ alert: 'north' }).total).toBe(1);
});

test('N29: an owner, a status and an outcome are recorded and can be taken back', async () => {
  const w = new Case();
  const party = w.customer({ owner: 'Ines' });
  const id = String(w.answer(party, '2026-05-04', 2));
  w.set({ answers: [id], owner: 'Tom', status: 'working' });
  w.set({ answers: [id], status: 'closed', outcome: 'resolved', note: 'Replaced the part', closed: '2026-05-06' });
  expect(w.cases().rows[0]).toMatchObject({
    owner: 'Tom',
    status: 'closed',
    outcome: 'resolved',
    note: 'Replaced the part',
    hours: 16,
    overdue: false,
  });
  await w.takeBack();
  expect(w.cases().rows[0]).toMatchObject({ owner: 'Tom', status: 'working', outcome: null, note: null });
  expect(() => w.set({ answers: ['999'], owner: 'Tom' })).toThrow(/There is no answer 999/);
  expect(() => w.set({ answers: [id] })).toThrow(/nothing to set/);
});

test('N30: the next score of detractors that were followed up against those that were not, with an interval', () => {
  const w = new Case();
  w.setText('rules', `${RULES}alert detractors: score 0-6 within 16 hours`);
  const again = (next: number | null, followed: boolean): void => {
    const party = w.customer();
    w.answer(party, '2026-01-10', 3, { wave: 'A' });
    if (followed) w.touch(party, '2026-01-12');
    if (next !== null) w.answer(party, '2026-05-10', next, { wave: 'B' });
    // A touch after the next answer is no follow-up of the first.
    if (!followed) w.touch(party, '2026-05-12');
  };
  [10, 9, 8, 2].forEach((score) => again(score, true));
  again(null, true);
  [9, 3, 2, 5].forEach((score) => again(score, false));
  const report = npsRecovery.run(w.ctx, npsRecovery.parse({ asOf: '2026-05-15', interval: 'wald' }));
  expect([
    report.followed.detractors,
    report.followed.again,
    report.followed.recovered,
    report.followed.next.nps,
  ]).toEqual([8, 4, 3, 25]);
  expect([report.notFollowed.again, report.notFollowed.recovered, report.notFollowed.next.nps]).toEqual([4, 1, -50]);
  expect(report.difference.difference).toBeCloseTo(75, 9);
  expect(report.recovered.difference).toBeCloseTo(0.5, 9);
  expect(report.recovered.low! < 0.5 && report.recovered.high! > 0.5).toBe(true);
  expect(npsRecovery.run(new Case().ctx, npsRecovery.parse({})).difference.difference).toBeNull();
});

test('N35: invitations above the limits looking back, and who may be invited, by attributes of people', () => {
  const w = new Case();
  w.setText(
    'rules',
    `${RULES}ask everybody: 1 in 90 days
ask executives: 1 in 180 days where title contains 'chief'`,
  );
  const company = w.customer({ name: 'Acme' });
  const person = (name: string, more = {}): number => {
    const party = w.add('party', { kind: 'person', name, created_day: '2025-01-01', ...more });
    w.join(party, company);
    return party;
  };
  const clerk = person('Clerk', { title: 'Clerk' });
  const chief = person('Chief', { title: 'Chief buyer' });
  person('Out', { opt_out: 1 });
  w.answer(clerk, '2026-01-10', null, { asked_day: '2026-01-08' });
  w.answer(clerk, '2026-03-01', 9, { asked_day: '2026-02-20' });
  w.answer(chief, '2026-01-10', 9);
  const ask = (show: string) => npsAsk.run(w.ctx, npsAsk.parse({ asOf: '2026-05-22', show }));
  expect(ask('breaches')).toMatchObject({ people: 3 + 1 - 1, allowed: 1, blocked: 1, optedOut: 1, breaches: 1 });
  expect(ask('breaches').rows).toMatchObject([{ person: 'Clerk', rule: 'everybody', day: '2026-02-20', count: 2 }]);
  expect(ask('allowed').rows).toMatchObject([{ person: 'Clerk', lastInvited: '2026-02-20' }]);
  expect(ask('blocked').rows).toMatchObject([{ person: 'Chief', rule: 'executives', day: '2026-07-09' }]);
  expect(ask('breaches').rules.map((r) => [r.name, r.people, r.breaches])).toEqual([
    ['everybody', 3, 1],
    ['executives', 1, 0],
  ]);
});

test('N38: rules are read with the place of an error, and other rules are previewed without saving anything', () => {
  const w = new Case();
  w.answer(w.customer(), '2026-05-04', 2);
  w.answer(w.customer(), '2026-05-04', 7);
  const preview = (text: string) => npsRulesPreview.run(w.ctx, npsRulesPreview.parse({ text, asOf: '2026-05-05' }));
  expect(preview(`${RULES}alert all: score 7-10 within 4 hours`)).toMatchObject({
    cases: { now: 1, would: 1 },
    opened: 1,
    dropped: 1,
    overdue: { now: 0, would: 1 },
    minimum: { now: 30, would: 2 },
  });
  expect(w.cases().total).toBe(1);
  const wrong: Record<string, RegExp> = {
    'minimum: 2': /lack "minimum" or "business hours"/,
    [`${RULES}alert x: score 7-11 within 4 hours`]: /4:9 an alert is scores/,
    [`${RULES}alert x: score 0-6 within 4 hours where regio = 'N'`]: /4:41 unknown field "regio"/,
    [`${RULES}ask x: 1 per 90 days`]: /4:7 this is a number of invitations/,
    [`${RULES}role x: 0 where title contains 'a'`]: /a weight above 0/,
    [`${RULES}point x: everything`]: /a point of the journey/,
    [`${RULES}alert x: score 1 channel fax within 4 hours`]: /unknown channel "fax"/,
    [`${RULES}alret x: score 1 within 4 hours`]: /4:1 unknown line/,
    [`${RULES}ask a: 1 in 9 days\nask a: 1 in 8 days`]: /two lines "ask a"/,
    [`${RULES}business hours: mon-fri 17:00-9:00`]: /stands there already/,
    'minimum: 2\nbusiness hours: fri-mon 9:00-17:00': /2:16 business hours are weekdays/,
    'holidays: 2026-13-01': /1:11 "2026-13-01" is not a calendar day/,
  };
  for (const [text, message] of Object.entries(wrong)) expect(() => preview(text)).toThrow(message);
});
