import { useState } from 'react';
import type { Result } from '#contract/api.ts';
import {
  Button,
  capital,
  ChartFrame,
  chartState,
  DataTable,
  formatCount,
  formatDay,
  formatNumber,
  RungBadge,
  rungFill,
  Select,
} from '../../kit/index.ts';
import { addMonths } from '../../kit/figures/days.ts';
import { TOP_DOWN } from '../../kit/figures/moves.ts';
import { openCustomer, useEngine, useEnginePages } from '../../data/index.ts';
import { movedColumns } from './moved.tsx';
import { Curve } from './Curve.tsx';
import { versionWords } from './words.ts';

type Report = Result<'ladderRestated'>;
type Row = Report['rows'][number];
type Version = Result<'definitions'>['definitions'][number]['versions'][number];
const YEARS = 2;
const open = (row: Row): void => openCustomer(row.customer, row.name);
const COLUMNS = movedColumns<Row>('By the first → by the second', 230, open);
const read = (report: Report) => ({ total: report.total, rows: report.rows });

/** The past by two versions of the rules. Versions are never changed: a former one is read again, or taken into the editor. */
export function Restated({ newest, versions, from }: { newest: number; versions: readonly Version[]; from: string }) {
  const [a, setA] = useState(String(Math.max(0, newest - 1)));
  const [b, setB] = useState(String(newest));
  const pair = [...new Set([Math.min(Number(a), newest), Math.min(Number(b), newest)])];
  const input = { from: addMonths(from, -12 * YEARS), versions: pair };
  const query = useEngine('ladderRestated', { ...input, limit: 0 });
  const pages = useEnginePages('ladderRestated', input, read, {});
  const report = query.data;
  const [first, second] = report?.versions ?? [];
  const choices = [...versions.map((v) => v.version), 0].map((v) => ({
    value: String(v),
    label:
      v === 0
        ? "the product's own"
        : `version ${v}, ${formatDay(versions.find((x) => x.version === v)!.at.slice(0, 10))}`,
  }));
  const order = report ? TOP_DOWN.filter((s) => report.standings.some((x) => x === s)) : [];
  const at = (v: Report['versions'][number] | undefined, day: number, standing: string): number =>
    v?.counts[day]?.[report!.standings.findIndex((x) => x === standing)] ?? 0;
  const most = report ? Math.max(1, ...report.versions.flatMap((v) => v.counts.flat())) : 1;
  const last = (report?.days.length ?? 1) - 1;
  const line = (v: Report['versions'][number] | undefined, standing: string) =>
    v === undefined ? [] : report!.days.map((_, k) => ({ x: k, y: at(v, k, standing), low: null, high: null }));
  return (
    <>
      <ChartFrame
        id="ladder.restated"
        title="The past by the rules"
        finding={report ? restatedWords(report) : null}
        stale={query.isPlaceholderData}
        state={chartState(query)}
        actions={
          <>
            <Select inline label="by" value={a} onChange={setA} choices={choices} />
            <Select inline label="and" value={b} onChange={setB} choices={choices} />
          </>
        }
        twin={{
          columns: [
            { label: 'Day' },
            { label: 'Rules' },
            ...order.map((s) => ({ label: capital(s), numeric: true })),
            { label: 'Stand elsewhere', numeric: true },
          ],
          rows: (report?.days ?? []).flatMap((day, k) =>
            report!.versions.map((v, i) => [
              day,
              versionWords(v.version),
              ...order.map((s) => at(v, k, s)),
              i === 1 ? (report!.differ[k]?.moved ?? null) : null,
            ]),
          ),
        }}
      >
        <div className="multiples">
          {order.map((s) => (
            <div key={s} className="multiple">
              <span className="multiple-head">
                <RungBadge rung={s} />
                <span className="num">
                  {second === undefined
                    ? formatNumber(at(first, last, s))
                    : `${formatNumber(at(first, last, s))} | ${formatNumber(at(second, last, s))}`}
                </span>
              </span>
              <Curve
                points={line(second ?? first, s)}
                second={second === undefined ? [] : line(first, s)}
                xEnd={last}
                yEnd={most}
                colour={s === 'lapsed' ? 'var(--edge)' : rungFill(s)}
                words={`${capital(s)} on ${formatDay(report!.days[last]!)}: ${report!.versions.map((v) => `${formatNumber(at(v, last, s))} by ${versionWords(v.version)}`).join(', ')}`}
                xLabel={(x) => formatDay(report!.days[x]!)}
                yLabel={(y) => formatNumber(y)}
              />
            </div>
          ))}
        </div>
        {second === undefined ? null : (
          <p className="legend">
            dashed: by {versionWords(first!.version)}, line: by {versionWords(second.version)}
          </p>
        )}
      </ChartFrame>
      {report && report.total > 0 ? (
        <section className="ladder-list" aria-label="Customers that the versions place differently">
          <header className="list-head">
            <h2>Stand elsewhere on {formatDay(report.days[last]!)}</h2>
            <span className="dim">{formatCount(report.total, 'customer')} · sorted by revenue</span>
            <Button
              kind="quiet"
              onClick={() => {
                setA(b);
                setB(a);
              }}
            >
              Swap the versions
            </Button>
          </header>
          <DataTable<Row>
            id="ladder.restated"
            label="Customers that the versions place differently"
            columns={COLUMNS}
            {...pages}
            rowKey={(r) => r.customer}
            onOpen={open}
            hideToolbar
          />
        </section>
      ) : null}
    </>
  );
}

function restatedWords(report: Report): string {
  const last = report.differ.at(-1);
  if (!last) {
    const [one] = report.versions;
    return `Every day by ${versionWords(one!.version)}. Choose two versions to compare them.`;
  }
  const most = report.differ.toSorted((x, y) => y.moved - x.moved)[0]!;
  if (most.moved === 0) return 'By both versions every customer stands at the same place on each of these days.';
  return `On ${formatDay(last.day)} ${formatNumber(last.moved)} of ${formatCount(last.customers, 'customer')} stand elsewhere by the second version; the most were ${formatNumber(most.moved)} on ${formatDay(most.day)}.`;
}
