import { expect, test } from 'vitest';
import { DEFAULT_TOUCH } from '#engine/language/definitions/defaults.ts';
import { ReadSession } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { touches, touchesAudit } from './index.ts';

test('T18: breaches of caps are found looking back, of those whom the cap is for', () => {
  const file = new Fixture();
  const party = file.customer({ name: 'Alpha' });
  for (const day of ['2026-01-10', '2026-05-10'])
    file.add('purchase', { party, kind: 'invoice', day, amount: 9000, currency: 'EUR' });
  for (const day of ['2026-06-01', '2026-06-03', '2026-06-10', '2026-06-11'])
    file.add('touch', { party, day, channel: 'email', direction: 'out', team: 'sales' });
  file.commit();
  const define = (text: string): void => {
    file.db.run(
      "INSERT INTO definition(kind, name, version, text, made_at) SELECT 'touch', 'touch', coalesce(max(version), 0) + 1, ?, 0 FROM definition",
      [text],
    );
    file.commit();
  };
  const breaches = () =>
    touchesAudit.run(new ReadSession(file.db).context(), touchesAudit.parse({ asOf: '2026-06-30' })).capBreaches;
  expect(breaches()).toEqual([]);
  define(`${DEFAULT_TOUCH}\ncap email: 1 in 3 days where rung >= client`);
  expect(breaches()).toEqual([
    {
      customer: 'C-1',
      name: 'Alpha',
      channel: 'email',
      from: '2026-06-10',
      to: '2026-06-11',
      touches: 2,
      cap: 'cap email: 1 in 3 days where rung >= client',
    },
    {
      customer: 'C-1',
      name: 'Alpha',
      channel: 'email',
      from: '2026-06-01',
      to: '2026-06-03',
      touches: 2,
      cap: 'cap email: 1 in 3 days where rung >= client',
    },
  ]);
  const { capBreaches, capBreachCount } = touchesAudit.run(
    new ReadSession(file.db).context(),
    touchesAudit.parse({ asOf: '2026-06-30', limit: 1 }),
  );
  expect([capBreaches.map(({ from }) => from), capBreachCount]).toEqual([['2026-06-10'], 2]);
  define(`${DEFAULT_TOUCH}\ncap any: 1 in 3 days where rung < client`);
  expect(breaches()).toEqual([]);
});

test('T19: the summary names the rules in use, and who is over a cap once there is one', () => {
  const file = new Fixture();
  const party = file.customer({ name: 'Alpha' });
  for (const day of ['2026-06-28', '2026-06-29'])
    file.add('touch', { party, day, channel: 'email', direction: 'out', team: 'sales' });
  file.commit();
  const summary = () => touches.run(new ReadSession(file.db).context(), touches.parse({ asOf: '2026-06-30' })).summary;
  const before = summary();
  expect(before.rules).toEqual({
    version: 0,
    silence: 1.5,
    burst: { touches: 4, within: 7 },
    barrage: 60,
    collision: 3,
    caps: [],
  });
  expect(before.findings.map(({ id }) => id)).not.toContain('over');
  const text = `${DEFAULT_TOUCH.replace('collision: 3', 'collision: 1')}\ncap email: 1 in 30 days`;
  file.db.run("INSERT INTO definition(kind, name, version, text, made_at) VALUES ('touch', 'touch', 1, ?, 0)", [text]);
  file.commit();
  const after = summary();
  expect(after.rules).toMatchObject({ version: 1, collision: 1, caps: ['cap email: 1 in 30 days'] });
  expect(after.findings.find(({ id }) => id === 'over')).toEqual({
    id: 'over',
    label: 'Over a cap',
    customers: 1,
    where: 'touch_class = over',
  });
  expect(after.findings.find(({ id }) => id === 'collision')!.label).toBe('Two teams within 1 day');
});
