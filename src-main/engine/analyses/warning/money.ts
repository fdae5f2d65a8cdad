import { decimalOf } from '#engine/base/money.ts';
import { isoDay } from '#engine/base/days.ts';
import { rankSum } from '#engine/methods/change.ts';
import { meanOf, sum } from '#engine/methods/method.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { counted, found, grouped, percentChange, type Found, type Question } from './candidate.ts';
import { weeksBefore } from './relations.ts';
import { weekly } from './series.ts';
import { LEAST_WEEKS, weekOf } from './span.ts';

/** Whole weeks since the day that a comparison of amounts needs. */
export const LEAST_RECENT_WEEKS = 4;

/** Net of orders per week, per currency, since the day against the weeks before (W12). */
export function moneyChanges({ population, span }: Question): Found {
  const result = found();
  const { vectors } = population;
  const relation = vectors.relation('orders');
  const [net, currency, voided] = ['net', 'currency', 'voided'].map((name) => relation.column(name).values);
  const width = span.weeks + span.recent;
  const byCurrency = new Map<number, number[]>();
  let first: number | null = null;
  const customers = population.member.length;
  const take = (r: number): void => {
    const day = relation.day[r]!;
    if (day > span.asOf || (voided![r] !== UNKNOWN_INT && voided![r]! <= span.asOf)) return;
    if (first === null || day < first) first = day;
    if (day <= span.before || currency![r] === UNKNOWN_INT) return;
    let weeks = byCurrency.get(currency![r]!);
    if (!weeks) byCurrency.set(currency![r]!, (weeks = Array.from({ length: width }, () => 0)));
    weeks[weekOf(span, day)]! += net![r]!;
  };
  for (let c = 0; c < customers; c++) {
    if (population.member[c]) for (let r = relation.start[c]!; r < relation.start[c + 1]!; r++) take(r);
  }
  if (!population.filtered) for (let r = relation.start[customers]!; r < relation.rows; r++) take(r);

  const whole = Math.floor(span.exposure);
  const skip = first === null ? span.weeks : weeksBefore(span, first);
  const since = isoDay(span.since);
  for (const [term, weeks] of [...byCurrency].sort((x, y) => sum(y[1]) - sum(x[1]) || x[0] - y[0])) {
    const code = vectors.text(term)!;
    const label = `Revenue in ${code}`;
    const baseline = weeks.slice(skip, span.weeks);
    const recent = weeks.slice(span.weeks, span.weeks + whole);
    if (baseline.length < LEAST_WEEKS || recent.length < LEAST_RECENT_WEEKS) {
      result.notCompared.push({
        label,
        group: null,
        reason: `${counted(baseline.length, 'week')} before and ${grouped(recent.length)} whole since; ${LEAST_WEEKS} and ${LEAST_RECENT_WEEKS} are needed`,
      });
      continue;
    }
    const test = rankSum(baseline, recent);
    if (test === null || test.p === null) continue;
    const [a, b] = [Math.round(meanOf(baseline)!), Math.round(meanOf(recent)!)];
    const money = (minor: number): string => `${decimalOf(minor, code).replace(/\B(?=(\d{3})+(?!\d))/g, ',')} ${code}`;
    const up = test.superiority > 0.5;
    result.candidates.push({
      id: `money:${code}`,
      kind: 'money',
      label,
      group: null,
      unit: 'minor per week',
      before: a,
      after: b,
      currency: code,
      direction: up ? 'up' : test.superiority < 0.5 ? 'down' : 'mixed',
      // Probability of superiority as the distance of two normal means in standard deviations: 0.5 is none.
      size: 2 * Math.abs(2 * test.superiority - 1),
      p: test.p,
      sentence: `${label}: ${money(b)} a week, ${money(a)} a week in the ${counted(baseline.length, 'week')} before (${percentChange(a, b)})`,
      test: 'rank sum of weekly amounts (Mann and Whitney)',
      where: `exists(purchases where day > ${since} and currency = '${code}')`,
      whereSentence: `orders in ${code} since ${since}`,
      details: () => [weekly(span, weeks, skip, 'minor per week')],
    });
  }
  return result;
}
