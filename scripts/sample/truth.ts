import { AS_OF, day, isoDay, QUARTER_START } from './calendar.ts';
import type { Day } from './calendar.ts';
import type { Company, Rung } from './model.ts';
import { WAVES } from './model.ts';
import { barrages, outboundDays } from './rhythm.ts';

export const RUNG_ORDER: readonly Rung[] = [
  'prospect',
  'customer',
  'client',
  'supporter',
  'advocate',
  'partner',
  'lapsed',
];

/** The rung of a company on a day, straight from the rules of the ladder (Payne's six rungs, `lapsed` laid over them). */
export function rungOn(c: Company, asOf: Day): Rung {
  const recent = (at: Day): boolean => at > asOf - 365 && at <= asOf;
  const counting = c.orders.filter(
    (o) => o.day <= asOf && o.net - (o.credit && o.credit.day <= asOf ? o.credit.net : 0) > 0,
  );
  const days = new Set(counting.map((o) => o.day));
  const occasions = days.size;
  if (occasions === 0) return 'prospect';
  const partner =
    c.agreement !== null && c.agreement.starts <= asOf && (c.agreement.ends === null || asOf < c.agreement.ends);
  if (asOf - Math.max(...days) > 365 && !(partner && occasions >= 2)) return 'lapsed';
  if (occasions === 1) return 'customer';
  if (partner) return 'partner';
  const answer = c.answers
    .filter((a) => a.score !== null && recent(a.day))
    .sort((a, b) => a.day - b.day || a.minute - b.minute)
    .at(-1);
  const act = c.advocacy
    .map((a) => a.day)
    .filter(recent)
    .sort((a, b) => a - b)
    .at(-1);
  const score = answer?.score ?? null;
  if (act !== undefined && !(answer && score !== null && score <= 6 && answer.day > act)) return 'advocate';
  return score !== null && score >= 9 ? 'supporter' : 'client';
}

const isKnown = (c: Company, at: Day): boolean => c.created <= at;

export function rungCounts(companies: readonly Company[], asOf: Day): Record<Rung, number> {
  const counts = Object.fromEntries(RUNG_ORDER.map((rung) => [rung, 0])) as Record<Rung, number>;
  for (const c of companies) if (isKnown(c, asOf)) counts[rungOn(c, asOf)] += 1;
  return counts;
}

export type Move = { from: Rung | 'new'; to: Rung; customers: number };

export function migration(companies: readonly Company[], from: Day, to: Day): Move[] {
  const moves: Move[] = [];
  for (const a of ['new', ...RUNG_ORDER] as const) {
    for (const b of RUNG_ORDER) {
      const customers = companies.filter(
        (c) => isKnown(c, to) && (isKnown(c, from) ? rungOn(c, from) : 'new') === a && rungOn(c, to) === b,
      ).length;
      if (customers > 0) moves.push({ from: a, to: b, customers });
    }
  }
  return moves;
}

/** Clients at the start of each quarter and how many of them fell (to customer, lapsed or prospect) or rose by its end. */
export function clientQuarters(
  companies: readonly Company[],
): { quarter: string; clients: number; fell: number; rose: number; fellBy: { lapse: number; credit: number } }[] {
  const ends = ['2025-09-30', '2025-12-31', '2026-03-31', '2026-06-30', '2026-09-30'].map((iso) => day(iso));
  return ['2025-Q4', '2026-Q1', '2026-Q2', '2026-Q3'].map((quarter, i) => {
    const moves = migration(companies, ends[i]!, ends[i + 1]!).filter((m) => m.from === 'client');
    const count = (...to: Rung[]): number =>
      moves.filter((m) => to.includes(m.to)).reduce((n, m) => n + m.customers, 0);
    return {
      quarter,
      clients: count(...RUNG_ORDER),
      fell: count('prospect', 'customer', 'lapsed'),
      rose: count('supporter', 'advocate', 'partner'),
      fellBy: { lapse: count('lapsed'), credit: count('customer', 'prospect') },
    };
  });
}

export type WaveTruth = {
  wave: string;
  answers: number;
  unanswered: number;
  promoters: number;
  passives: number;
  detractors: number;
  nps: number;
};

export function npsOfWaves(companies: readonly Company[]): WaveTruth[] {
  return WAVES.map(({ wave }, i) => {
    const all = companies.flatMap((c) => c.answers.filter((a) => a.wave === i));
    const scores = all.flatMap((a) => (a.score === null ? [] : [a.score]));
    const promoters = scores.filter((s) => s >= 9).length;
    const detractors = scores.filter((s) => s <= 6).length;
    return {
      wave,
      answers: scores.length,
      unanswered: all.length - scores.length,
      promoters,
      passives: scores.length - promoters - detractors,
      detractors,
      nps: Math.round(((promoters - detractors) / scores.length) * 1000) / 10,
    };
  });
}

export type TouchTruth = {
  barrages: { company: string; from: string; to: string; touches: number; silentDays: number; open: boolean }[];
  /** Customers whose open gap is above 1.5 times the target of their rung (lapsed: 60 days), by rung; `never`: no outbound touch at all. */
  silent: Partial<Record<Rung, number>>;
  never: number;
};

const TARGET: Readonly<Record<Rung, number>> = {
  prospect: 45,
  customer: 30,
  client: 60,
  supporter: 60,
  advocate: 45,
  partner: 14,
  lapsed: 60,
};

export function touchTruth(companies: readonly Company[]): TouchTruth {
  const silent: Partial<Record<Rung, number>> = {};
  let never = 0;
  for (const c of companies) {
    const last = outboundDays(c).at(-1);
    const rung = rungOn(c, AS_OF);
    if (last === undefined) never += 1;
    else if ((AS_OF - last) * 2 > TARGET[rung] * 3) silent[rung] = (silent[rung] ?? 0) + 1;
  }
  return {
    barrages: companies.flatMap((c) =>
      barrages(c).map((b) => ({
        company: c.name,
        from: isoDay(b.from),
        to: isoDay(b.to),
        touches: b.touches,
        silentDays: b.silentDays,
        open: b.open,
      })),
    ),
    silent,
    never,
  };
}

/** Pairs of sales and marketing touches of one customer at most three days apart (one per team and day). */
export function collisionPairs(c: Company): number {
  const sales = new Set(
    [
      ...c.calls.filter((k) => k.direction === 'out' && k.team === 'sales').map((k) => k.day),
      ...c.appointments.map((a) => a.day),
    ].filter((d) => d <= AS_OF),
  );
  const marketing = new Set(c.sends.map((s) => s.day));
  let pairs = 0;
  for (const a of sales) for (const b of marketing) if (Math.abs(a - b) <= 3) pairs += 1;
  return pairs;
}

/** The plan is kept: every company stands on both days where its move says. */
export function checkPlan(companies: readonly Company[]): void {
  for (const c of companies) {
    const from = isKnown(c, QUARTER_START) ? rungOn(c, QUARTER_START) : 'new';
    const to = rungOn(c, AS_OF);
    if (from !== c.from || to !== c.to)
      throw new Error(`${c.name} was planned ${c.from} > ${c.to} (${c.variant}) and stands ${from} > ${to}`);
  }
}
