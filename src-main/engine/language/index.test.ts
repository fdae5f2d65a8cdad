import { describe, expect, it } from 'vitest';
import { parseIsoDay } from '#engine/base/days.ts';
import { ReadSession } from '#engine/session.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { language } from './index.ts';

const D = parseIsoDay('2026-06-30');

describe('the language over a workspace on disk', () => {
  const open = (): { ids: number[]; outcome(text: string): string; share(): number[] } => {
    const file = new Fixture();
    const ids = ['Alpha Ltd', 'Beta Ltd', 'Gamma Ltd'].map((name) =>
      file.customer({ name, owner: 'Mia', region: name === 'Beta Ltd' ? 'North' : null }),
    );
    const [alpha, beta] = ids as [number, number];
    for (const day of ['2026-01-10', '2026-05-10'])
      file.add('purchase', { party: alpha, kind: 'invoice', day, amount: 12_000, currency: 'EUR' });
    file.add('purchase', { party: beta, kind: 'invoice', day: '2026-04-01', amount: 5_000, currency: 'EUR' });
    file.add('purchase', { party: beta, kind: 'credit_note', day: '2026-05-01', amount: 5_000, currency: 'EUR' });
    file.add('response', { party: alpha, day: '2026-06-01', score: 10, kind: 'relational' });
    file.add('touch', { party: beta, day: '2026-06-01', channel: 'call', direction: 'out', team: 'sales' });
    file.add('ticket', { party: beta, day: '2026-05-20', is_dispute: 1, severity: 'high' });
    file.add('answer', { party: alpha, day: '2026-02-01', question: 'hobby', value: 'sailing' });
    file.add('answer', { party: beta, day: '2026-02-01', question: 'birthday', value: ' ' });
    file.commit();
    const ctx = new ReadSession(file.db).context();
    return {
      ids,
      outcome: (text) => [...language.filter(ctx, text, D).outcome].join(''),
      share: () => {
        const column = language.fact(ctx, 'completeness', D);
        if (column.type !== 'share') throw new Error('completeness is a share');
        return [...column.values];
      },
    };
  };

  it('reads orders, credits, answers, touches, tickets and attributes', () => {
    const { outcome, share } = open();
    expect({
      supporter: outcome('rung = supporter'),
      credited: outcome('(rung as of 2026-04-30) = customer and rung = prospect'),
      revenue: outcome('revenue_12m >= 240'),
      orders: outcome('count(purchases) = purchases and sum(purchases.net) = revenue_total'),
      class: outcome('nps_class = promoter'),
      dispute: outcome('touches_in_dispute = 1 and exists(tickets where severity >= high and open)'),
      called: outcome('count(touches where channel = call and team = sales and direction = out) = 1'),
      north: outcome("region = 'north'"),
      named: outcome("name starts with 'gamma'"),
      share: share(),
    }).toEqual({
      supporter: '100',
      credited: '010',
      revenue: '100',
      orders: '111',
      class: '122',
      dispute: '010',
      called: '010',
      north: '212',
      named: '001',
      share: [0.5, 0, 0],
    });
  });

  it('can read every fact and every field of every relation', () => {
    const { outcome } = open();
    const texts = language.catalogue
      .filter(({ relation }) => relation !== 'person')
      .map(({ relation, name }) =>
        relation === 'customer'
          ? `${name} is known or ${name} is unknown`
          : `count(${relation}.${name} where ${name} is unknown) = 0`,
      );
    expect(texts.map((text) => outcome(text))).toEqual(texts.map(() => '111'));
  });
});
