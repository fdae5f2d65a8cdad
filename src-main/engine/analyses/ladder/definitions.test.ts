import { expect, test } from 'vitest';
import type { Analysis, Command } from '#engine/base/define.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { resetDefinition, setDefinition, undoChange } from '#engine/commands/index.ts';
import { DEFAULT_LADDER, DEFAULT_TOUCH } from '#engine/language/definitions/defaults.ts';
import { ReadSession, writeContext } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { customer } from '../customer/index.ts';
import { definitionPreview, definitions, ladder, ladderList, migration } from './index.ts';

class Workspace {
  readonly file = new Fixture();

  constructor() {
    const { file } = this;
    const [a, b] = [file.customer({ name: 'Alpha', created_day: '2025-01-01' }), file.customer({ name: 'Beta' })];
    file.customer({ name: 'Gamma', created_day: '2025-01-01' });
    for (const [party, day, amount] of [
      [a, '2026-01-10', 90_000],
      [a, '2026-05-10', 10_000],
      [b, '2026-02-01', 50_000],
    ] as const) {
      file.add('purchase', { party, kind: 'invoice', day, amount, currency: 'EUR' });
    }
    for (const day of ['2026-06-01', '2026-06-03', '2026-06-10', '2026-06-11'])
      file.add('touch', { party: a, day, channel: 'email', direction: 'out', team: 'sales' });
    file.commit();
  }

  ask<Input, Asked, Report>(analysis: Analysis<string, Input, Asked, Report>, input: Asked): Report {
    return analysis.run(new ReadSession(this.file.db).context(), analysis.parse(input));
  }

  async tell<Input, Asked, Report>(command: Command<string, Input, Asked, Report>, input: Asked): Promise<Report> {
    const { db } = this.file;
    const ctx = writeContext(db, 1_780_000_000);
    const parsed = command.parse(input);
    if (command.transaction === 'own') return await command.run(ctx, parsed);
    return db.transaction(() => command.run(ctx, parsed) as Report);
  }
}

const OWN = 'customer: purchases > 0\nclient: revenue_total >= 500 EUR\nlapsed: last_purchase < today - 100 days';

test('L19: a report names the rules in use and their version; an own rule is the reason of a standing', async () => {
  const w = new Workspace();
  const at = { asOf: '2026-06-30' };
  expect(w.ask(ladder, at)).toMatchObject({ rulesVersion: 0 });
  await w.tell(setDefinition, { kind: 'ladder', text: OWN });
  const report = w.ask(ladder, at);
  expect(report.rulesVersion).toBe(1);
  expect(report.rules).toEqual([
    { rung: 'prospect', sentence: 'No rule of a rung holds.' },
    { rung: 'customer', sentence: 'Purchases above 0.' },
    { rung: 'client', sentence: 'Revenue in total at least 500 EUR.' },
    { rung: 'lapsed', sentence: 'Last purchase before today minus 100 days.' },
  ]);
  expect(Object.fromEntries(report.rungs.map(({ rung, customers }) => [rung, customers]))).toMatchObject({
    prospect: 1,
    client: 1,
    lapsed: 1,
  });
  expect(w.ask(ladderList, { ...at, rung: 'client' }).rows[0]!.evidence).toBe('Revenue in total at least 500 EUR.');
  const moves = w.ask(ladderList, { ...at, from: '2026-03-01', direction: 'down' }).rows;
  expect(moves.map(({ name, evidence }) => [name, evidence])).toEqual([
    ['Beta', 'last purchase before today minus 100 days (last_purchase 2026-02-01)'],
  ]);
  expect(
    w.ask(ladderList, { asOf: '2026-02-10', from: '2026-01-01', direction: 'up' }).rows.map((r) => r.evidence),
  ).toEqual(['revenue in total at least 500 EUR (revenue_total 900.00 EUR)']);
  const card = w.ask(customer, { ...at, id: 'C-2' });
  expect(card.evidence).toMatchObject({ rung: 'client', lapsed: true });
  expect(card.rungHistory.map(({ rung, from }) => [rung, from])).toEqual([
    ['client', '2026-02-01'],
    ['lapsed', '2026-05-13'],
  ]);
  const moved = w.ask(migration, { from: '2026-03-01', to: '2026-06-30' });
  expect(moved.matrix.find(({ from, to }) => from === 'client' && to === 'lapsed')?.customers).toBe(1);
});

test('L20: a preview shows who would move on two days, and saves nothing', () => {
  const w = new Workspace();
  const preview = w.ask(definitionPreview, { kind: 'ladder', text: OWN, asOf: '2026-06-30', from: '2026-03-01' });
  expect(preview).toEqual({
    kind: 'ladder',
    days: [
      { asOf: '2026-06-30', moves: [{ from: 'customer', to: 'lapsed', customers: 1 }], moved: 1, customers: 3 },
      { asOf: '2026-03-01', moves: [{ from: 'customer', to: 'client', customers: 2 }], moved: 2, customers: 3 },
    ],
    rows: [
      {
        customer: 'C-2',
        name: 'Beta',
        from: 'customer',
        to: 'lapsed',
        revenue12m: [{ currency: 'EUR', minor: 50_000 }],
      },
    ],
    counts: null,
  });
  expect(w.ask(ladder, { asOf: '2026-06-30' }).rulesVersion).toBe(0);
  const same = w.ask(definitionPreview, {
    kind: 'ladder',
    text: DEFAULT_LADDER.replace('> 0', '>= 1'),
    asOf: '2026-06-30',
  });
  expect(same.days[0]!.moved).toBe(0);

  const touch = w.ask(definitionPreview, {
    kind: 'touch',
    text: `${DEFAULT_TOUCH.replace('target prospect:  45', 'target prospect: 5')}\ncap email: 3 in 30 days`,
    asOf: '2026-06-30',
  });
  expect(touch.days[0]!.moves).toEqual([{ from: 'on', to: 'over', customers: 1 }]);
  expect(touch.counts).toContainEqual({ what: 'customers over a cap', now: 0, would: 1 });
  expect(touch.counts).toContainEqual({ what: 'customers over-touched', now: 0, would: 1 });
  expect(() => w.ask(definitionPreview, { kind: 'ladder', text: 'customer: lapsed' })).toThrow('ladder 1:11');
});

test('L21: rules have versions; what cannot be read is not saved, and setting them can be taken back', async () => {
  const w = new Workspace();
  const now = () => w.ask(definitions, {}).definitions.find(({ kind }) => kind === 'ladder')!;
  await expect(w.tell(setDefinition, { kind: 'ladder', text: 'customer: purchasess > 1' })).rejects.toThrow(
    'ladder 1:11 unknown field "purchasess"',
  );
  expect(now()).toMatchObject({ version: 0, versions: [] });
  await w.tell(setDefinition, { kind: 'ladder', text: OWN });
  await w.tell(setDefinition, { kind: 'ladder', text: `${OWN}\nadvocate: nps = 10` });
  await expect(w.tell(setDefinition, { kind: 'ladder', text: `${OWN}\nadvocate: nps = 10` })).rejects.toBeInstanceOf(
    LadderlineError,
  );
  expect(now().versions.map(({ version }) => version)).toEqual([2, 1]);
  await w.tell(undoChange, { change: 2 });
  expect(now()).toMatchObject({ version: 1, text: OWN });
  await w.tell(resetDefinition, { kind: 'ladder' });
  expect(now()).toMatchObject({ version: 2, text: DEFAULT_LADDER });
  await w.tell(undoChange, { change: 4 });
  expect(now().version).toBe(1);
});
