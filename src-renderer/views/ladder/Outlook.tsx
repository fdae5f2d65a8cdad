import type { Result } from '#contract/api.ts';
import {
  capital,
  ChartFrame,
  chartState,
  formatCount,
  formatDay,
  formatNumber,
  RungBadge,
  rungFill,
  TwinTable,
} from '../../kit/index.ts';
import { useEngine } from '../../data/index.ts';
import { plural, TOP_DOWN } from '../../kit/figures/moves.ts';
import { Curve } from './Curve.tsx';
import type { useLadder } from './model.ts';

type Report = Result<'ladderOutlook'>;
const PERIODS = 4;
const whole = (n: number): string => formatNumber(n, { decimals: 0 });
const periodsOf = (n: number | null): string => (n === null ? '—' : formatNumber(n, { decimals: 1 }));

/** Where the moves of the period lead when they go on, and how long customers stay until they lapse. */
export function Outlook({ model, from }: { model: ReturnType<typeof useLadder>; from: string }) {
  const query = useEngine('ladderOutlook', { ...model.where, from, periods: PERIODS });
  const report = query.data;
  const order = report ? TOP_DOWN.filter((s) => report.states.some((x) => x === s)) : [];
  const most = report ? Math.max(1, ...report.forecast.flatMap((f) => f.standings.map((s) => s.high))) : 1;
  const valueAt = (k: number, standing: string) => report!.forecast[k]!.standings.find((s) => s.standing === standing)!;
  const nobody =
    report && report.rowCustomers.every((n) => n === 0)
      ? {
          title: 'No outlook',
          needs: 'Nobody of the selection was known on both days, so there are no moves to go on.',
        }
      : null;
  return (
    <>
      <ChartFrame
        id="ladder.outlook"
        title={
          report ? `If the moves of ${formatDay(report.from)} → ${formatDay(report.to)} go on` : 'If the moves go on'
        }
        finding={report ? outlookWords(report) : null}
        stale={query.isPlaceholderData}
        state={chartState(query, nobody)}
        twin={{
          columns: [
            { label: 'Day' },
            { label: 'Rung' },
            ...['Customers', '95 % low', '95 % high', 'With new customers'].map((label) => ({ label, numeric: true })),
          ],
          rows: report
            ? report.forecast.flatMap((f) =>
                order.map((s) => {
                  const v = f.standings.find((x) => x.standing === s)!;
                  return [f.day, s, whole(v.customers), whole(v.low), whole(v.high), whole(v.withNew)];
                }),
              )
            : [],
        }}
      >
        <div className="multiples">
          {order.map((standing) => {
            const last = report!.forecast.length - 1;
            const end = valueAt(last, standing);
            const words = `${capital(standing)}: ${whole(valueAt(0, standing).customers)} today, ${whole(end.customers)} after ${last} periods (95 % interval ${whole(end.low)} to ${whole(end.high)})`;
            return (
              <div key={standing} className="multiple">
                <span className="multiple-head">
                  <RungBadge rung={standing} />
                  <span className="num">
                    {whole(valueAt(0, standing).customers)} → <strong>{whole(end.customers)}</strong>
                  </span>
                </span>
                <Curve
                  points={report!.forecast.map((_, k) => {
                    const v = valueAt(k, standing);
                    return { x: k, y: v.customers, low: v.low, high: v.high };
                  })}
                  xEnd={last}
                  yEnd={most}
                  colour={standing === 'lapsed' ? 'var(--edge)' : rungFill(standing)}
                  words={words}
                  xLabel={(x) => formatDay(report!.forecast[x]!.day)}
                  yLabel={whole}
                />
              </div>
            );
          })}
        </div>
        <p className="legend">
          Expected customers of those there are today; the band is 95 % of chance in the moves, the rates taken as they
          are. One period is {report ? formatCount(report.periodDays, 'day') : ''}.
        </p>
      </ChartFrame>
      {report && nobody === null ? (
        <section aria-label="Periods until lapse">
          <h2 className="section-title">Periods until lapse, by rung</h2>
          <p className="finding">
            Expected periods on each rung until a customer lapses
            {report.neverLeft.length > 0
              ? `; nobody was seen to leave ${report.neverLeft.join(', ')} for lapse, so nothing is said of them`
              : ''}
            .
          </p>
          <TwinTable
            label="Expected periods until lapse"
            twin={{
              columns: [
                { label: 'From' },
                { label: 'Until lapse', numeric: true },
                { label: 'Per stay', numeric: true },
                ...report.untilLapsed.map((r) => ({ label: `On ${r.from}`, numeric: true })),
              ],
              rows: report.untilLapsed.map((r) => [
                `${capital(r.from)}${report.weak.includes(r.from) ? ' (few customers)' : ''}`,
                periodsOf(r.total),
                periodsOf(r.perVisit),
                ...r.on.map((s) => periodsOf(s.periods)),
              ]),
            }}
          />
        </section>
      ) : null}
    </>
  );
}

function outlookWords(report: Report): string {
  const [now, end] = [report.forecast[0]!, report.forecast.at(-1)!];
  const changes = now.standings.map((s, k) => ({ from: s.customers, ...end.standings[k]! }));
  const [most] = changes.toSorted((a, b) => Math.abs(b.customers - b.from) - Math.abs(a.customers - a.from));
  const clients = report.untilLapsed.find((r) => r.from === 'client');
  const weak = report.weak.length > 0 ? ` Few customers were seen on ${report.weak.join(', ')}.` : '';
  return `On ${formatDay(end.day)} ${whole(most!.customers)} of today's customers are ${plural(most!.standing)}, ${whole(most!.from)} today (95 % interval ${whole(most!.low)} to ${whole(most!.high)}).${
    clients?.total === null || clients === undefined
      ? ''
      : ` A client lapses after ${periodsOf(clients.total)} periods on average.`
  }${weak}`;
}
