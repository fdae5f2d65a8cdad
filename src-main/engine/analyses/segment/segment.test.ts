import { describe, expect, test } from 'vitest';
import { LadderlineError } from '#engine/base/errors.ts';
import type { Analysis, Command } from '#engine/base/define.ts';
import { freezeSegment, removeList, removeSegment, saveList, saveSegment, undoChange } from '#engine/commands/index.ts';
import { ReadSession, writeContext } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { segment, segmentCompare, segments, segmentWhy, units } from './index.ts';

class Workspace {
  readonly file = new Fixture();

  constructor() {
    const { file } = this;
    const alpha = file.customer({ name: 'Alpha Ltd', owner: 'Mia' });
    const beta = file.customer({ name: 'Beta Ltd', owner: 'Noah' });
    file.customer({ name: 'Gamma Ltd', owner: 'Mia' });
    for (const [party, day] of [
      [alpha, '2026-02-01'],
      [alpha, '2026-06-01'],
      [beta, '2026-05-01'],
    ] as const) {
      file.add('purchase', { party, kind: 'invoice', day, amount: 90_000, currency: 'EUR' });
    }
    file.add('response', { party: alpha, day: '2026-06-02', score: 9, kind: 'relational' });
    file.add('touch', {
      party: alpha,
      day: '2026-06-03',
      channel: 'call',
      direction: 'out',
      team: 'sales',
      owner: 'Mia',
    });
    file.add('touch', {
      party: null,
      day: '2026-06-04',
      channel: 'mail',
      direction: 'out',
      team: 'sales',
      owner: 'Mia',
    });
    file.commit();
  }

  ask<Input, Asked, Report>(analysis: Analysis<string, Input, Asked, Report>, input: Asked): Report {
    return analysis.run(new ReadSession(this.file.db).context(), analysis.parse({ asOf: '2026-06-30', ...input }));
  }

  async tell<Input, Asked, Report>(command: Command<string, Input, Asked, Report>, input: Asked): Promise<Report> {
    const { db } = this.file;
    const ctx = writeContext(db, 1_780_000_000);
    const parsed = command.parse(input);
    if (command.transaction === 'own') return await command.run(ctx, parsed);
    return db.transaction(() => command.run(ctx, parsed) as Report);
  }

  async undoLast(): Promise<void> {
    await this.tell(undoChange, {
      change: this.file.db.count('SELECT max(id) FROM change WHERE undone_by IS NULL'),
    });
  }

  async code(work: () => Promise<unknown>): Promise<string> {
    try {
      await work();
    } catch (error) {
      if (error instanceof LadderlineError) return `${error.code}: ${error.message}`;
      throw error;
    }
    return 'no error';
  }
}

describe('segments in a workspace', () => {
  test('G1 G2 a rule is listed with its sentence, members, unknowns and records', async () => {
    const w = new Workspace();
    await w.tell(saveSegment, { name: ' Happy ', definition: "NPS>=9 and current owner='Mia'" });
    await w.tell(freezeSegment, { name: 'happy', asOf: '2026-06-30' });
    expect(w.ask(segments, {}).segments).toEqual([
      {
        name: 'Happy',
        kind: 'rule',
        definition: "nps >= 9 and current owner = 'Mia'",
        sentence: "last score at least 9 and current owner is 'Mia'",
        error: null,
        members: 1,
        unknown: 1,
        recorded: [{ day: '2026-06-30', members: 1 }],
      },
    ]);
    expect(w.ask(segment, { name: 'HAPPY' }).rows).toEqual([{ customer: 'C-1', name: 'Alpha Ltd' }]);
    w.file.db.run("UPDATE segment SET definition = 'npss > 1'");
    w.file.commit();
    expect(w.ask(segments, {}).segments[0]).toMatchObject({
      sentence: null,
      error: expect.stringContaining('did you mean "nps"') as string,
    });
  });

  test('G3 a customer is explained: clauses of a rule, the record of a frozen segment, the list of a listed one', async () => {
    const w = new Workspace();
    await w.tell(saveSegment, { name: 'Repeat', definition: 'purchases >= 2 and nps > 9' });
    expect(w.ask(segmentWhy, { name: 'Repeat', customer: 'C-1' })).toMatchObject({
      member: false,
      recorded: null,
      clauses: [
        { holds: 'true', values: [{ text: 'purchases', value: '2' }] },
        { holds: 'false', values: [{ text: 'nps', value: '9' }] },
      ],
    });
    await w.tell(saveSegment, { name: 'Then', kind: 'frozen', definition: 'purchases > 0', asOf: '2026-03-31' });
    expect(w.ask(segmentWhy, { name: 'Then', customer: 'C-1' })).toMatchObject({
      member: true,
      recorded: { day: '2026-03-31', reason: 'purchases above 0 (purchases 1)' },
    });
    expect(w.ask(segment, { name: 'Then' })).toMatchObject({ members: 1, kind: 'frozen' });
    await w.tell(saveList, { name: 'No calls', keys: ['beta ltd', '', ' C-3 ', 'beta ltd'] });
    await w.tell(saveSegment, { name: 'Silent', kind: 'listed', definition: 'no calls' });
    expect(w.ask(segmentWhy, { name: 'Silent', customer: 'C-2' })).toMatchObject({
      member: true,
      clauses: [{ text: "in list 'No calls'", holds: 'true' }],
    });
    expect(w.ask(segments, {}).lists).toEqual([{ name: 'No calls', keys: 2 }]);
  });

  test('G7 the record keeps why, whatever comes later', async () => {
    const w = new Workspace();
    await w.tell(saveSegment, { name: 'Fans', definition: 'nps > 8 and (purchases > 1 or lapsed)' });
    await w.tell(freezeSegment, { name: 'Fans', asOf: '2026-06-30' });
    w.file.add('response', { party: 1, day: '2026-06-29', score: 2, kind: 'relational', ext: 'late' });
    w.file.db.run('DELETE FROM response WHERE ext <> ?', ['late']);
    w.file.commit();
    expect(w.ask(segmentWhy, { name: 'Fans', customer: 'C-1' })).toMatchObject({
      member: false,
      recorded: {
        day: '2026-06-30',
        reason: 'last score above 8 (nps 9); purchases above 1 or lapsed (purchases 2, lapsed no)',
      },
    });
    await w.tell(saveList, { name: 'Chosen', keys: ['C-2'] });
    await w.tell(saveSegment, { name: 'Picked', kind: 'listed', definition: 'Chosen' });
    await w.tell(freezeSegment, { name: 'Picked', asOf: '2026-06-30' });
    expect(w.ask(segmentWhy, { name: 'Picked', customer: 'C-2' }).recorded?.reason).toBe("in list 'Chosen'");
  });

  test('G4 two segments are compared; a segment and its complement share nobody', async () => {
    const w = new Workspace();
    await w.tell(saveSegment, { name: 'Buyers', definition: 'purchases > 0' });
    await w.tell(saveSegment, { name: "Mia's", definition: "current owner = 'Mia'" });
    await w.tell(saveSegment, { name: 'Others', definition: "not in segment 'Buyers'" });
    expect(w.ask(segmentCompare, { a: 'Buyers', b: "mia's", show: 'onlyA' })).toMatchObject({
      both: 1,
      onlyA: 1,
      onlyB: 1,
      neither: 0,
      rows: [{ name: 'Beta Ltd' }],
    });
    expect(w.ask(segmentCompare, { a: 'Buyers', b: 'Others' })).toMatchObject({
      both: 0,
      neither: 0,
      onlyA: 2,
      onlyB: 1,
    });
  });

  test('G5 units of a text, those of no customer among them', () => {
    const w = new Workspace();
    expect(w.ask(units, { unit: 'touch', where: "owner = 'mia'" })).toMatchObject({
      total: 2,
      unknown: 0,
      rows: [
        { name: 'call', customer: 'C-1', customerName: 'Alpha Ltd', day: '2026-06-03', source: 'books' },
        { name: 'mail', customer: null, customerName: null, day: '2026-06-04' },
      ],
    });
    expect(w.ask(units, { unit: 'touch', where: 'customer.purchases > 0' })).toMatchObject({
      total: 1,
      unknown: 1,
      clauses: [{ text: 'customer.purchases > 0', true: 1, unknown: 1 }],
    });
    expect(w.ask(units, { where: 'purchases > 0', limit: 1, offset: 1 })).toMatchObject({
      total: 2,
      rows: [{ id: 'C-2', name: 'Beta Ltd' }],
    });
  });

  test('G6 what means nothing is not saved, what is needed is not removed, and every change can be undone', async () => {
    const w = new Workspace();
    const names = (): string[] => w.ask(segments, {}).segments.map(({ name, definition }) => `${name}: ${definition}`);
    expect(await w.code(() => w.tell(saveSegment, { name: 'A', definition: 'purchasess > 0' }))).toContain('language');
    expect(await w.code(() => w.tell(saveSegment, { name: 'A', kind: 'listed', definition: 'x' }))).toContain(
      'no-list',
    );
    expect(await w.code(() => w.tell(saveSegment, { name: ' ', definition: 'lapsed' }))).toContain('usage');
    expect(names()).toEqual([]);
    await w.tell(saveSegment, { name: 'A', definition: 'purchases > 0' });
    await w.tell(saveSegment, { name: 'B', definition: "in segment 'A'" });
    expect(await w.code(() => w.tell(saveSegment, { name: 'A', definition: "in segment 'B'" }))).toContain(
      'refer to each other',
    );
    expect(await w.code(() => w.tell(removeSegment, { name: 'A' }))).toContain(
      'segment-in-use: The segment "A" is used by "B"',
    );
    expect(names()).toEqual(['A: purchases > 0', "B: in segment 'A'"]);

    await w.tell(freezeSegment, { name: 'A', asOf: '2026-05-31' });
    expect(await w.code(() => w.tell(freezeSegment, { name: 'A', asOf: '2026-05-31' }))).toContain('frozen-already');
    await w.tell(saveSegment, { name: 'a', definition: 'purchases > 1' });
    expect(w.ask(segment, { name: 'A' })).toMatchObject({ members: 1, recorded: [{ day: '2026-05-31', members: 2 }] });
    await w.undoLast();
    expect(names()).toEqual(['A: purchases > 0', "B: in segment 'A'"]);

    await w.tell(removeSegment, { name: 'B' });
    await w.tell(removeSegment, { name: 'A' });
    expect(names()).toEqual([]);
    await w.undoLast();
    expect(w.ask(segment, { name: 'A' })).toMatchObject({ members: 2, recorded: [{ day: '2026-05-31', members: 2 }] });

    await w.tell(saveList, { name: 'Keys', keys: ['C-1'] });
    await w.tell(saveSegment, { name: 'Listed', kind: 'listed', definition: 'Keys' });
    expect(await w.code(() => w.tell(removeList, { name: 'keys' }))).toContain('list-in-use');
    await w.tell(saveList, { name: 'KEYS', keys: ['C-1', 'C-2'] });
    expect(w.ask(segment, { name: 'Listed' }).members).toBe(2);
    await w.undoLast();
    expect(w.ask(segment, { name: 'Listed' }).members).toBe(1);
    expect(await w.code(() => w.tell(freezeSegment, { name: 'Listd' }))).toBe(
      'no-segment: There is no segment "Listd". Did you mean "Listed"?',
    );
  });
});
