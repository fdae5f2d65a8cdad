import { useId } from 'react';
import type { ReactNode } from 'react';
import { IconButton } from './controls.tsx';
import { copyText, toCsv } from './csv.ts';
import { useRemembered } from './memory.ts';
import { EmptyState, ErrorState, Loading } from './states.tsx';
import type { EmptyStateProps } from './states.tsx';

/** The numbers of a chart as a table: the same data the marks are drawn from. */
export type Twin = {
  columns: readonly { label: string; numeric?: boolean }[];
  rows: readonly (readonly (string | number | null)[])[];
};

export type ChartFrameProps = {
  /** Stable; under it the choice of chart or table is remembered. */
  id: string;
  title: string;
  /** One sentence that says what is seen, with numbers and interval; `<Door>`s inside it open lists. */
  finding: ReactNode;
  twin: Twin;
  children: ReactNode;
  /** Set while the first answer is computed, when it failed, or when there is nothing to draw. */
  state?:
    | { kind: 'loading' }
    | { kind: 'failed'; error: unknown; retry?: () => void }
    | ({ kind: 'empty' } & EmptyStateProps)
    | undefined;
  /** A former answer is shown while a new one is computed. */
  stale?: boolean;
  actions?: ReactNode;
  /** What Escape does inside the chart, for example dropping a half-made brush; when it returns true nothing else happens. */
  onEscape?: () => boolean;
  className?: string;
};

/** What a chart frame shows instead of its chart: loading, failed, or nothing to draw. */
export function chartState(
  query: { data: unknown; error: unknown; refetch: () => unknown },
  nothing: { title: string; needs: string } | null = null,
): ChartFrameProps['state'] {
  if (query.data === undefined)
    return query.error
      ? { kind: 'failed', error: query.error, retry: () => void query.refetch() }
      : { kind: 'loading' };
  return nothing === null ? undefined : { kind: 'empty', ...nothing };
}

/** Every chart stands in one: a figure with title, finding, and its table twin. */
export function ChartFrame({
  id,
  title,
  finding,
  twin,
  children,
  state,
  stale = false,
  actions,
  onEscape,
  className = '',
}: ChartFrameProps) {
  const [asTable, setAsTable] = useRemembered(`twin.${id}`, false);
  const base = useId();
  const ready = state === undefined;
  return (
    <figure
      className={`chart ${className}${stale ? ' stale' : ''}`}
      aria-labelledby={`${base}-title`}
      aria-describedby={ready ? `${base}-finding` : undefined}
      aria-busy={state?.kind === 'loading' || stale}
      onKeyDown={(e) => {
        if (e.key === 'Escape' && onEscape?.()) e.stopPropagation();
      }}
    >
      <figcaption className="chart-head">
        <h2 id={`${base}-title`}>{title}</h2>
        <span className="chart-actions">
          {actions}
          {ready ? (
            <>
              <IconButton
                icon={asTable ? 'graph' : 'table'}
                label={asTable ? `Show chart: ${title}` : `Show table: ${title}`}
                aria-pressed={asTable}
                onClick={() => setAsTable(!asTable)}
              />
              <IconButton
                icon="copy"
                label={`Copy as CSV: ${title}`}
                onClick={() => copyText(toCsv([twin.columns.map((c) => c.label), ...twin.rows]))}
              />
            </>
          ) : null}
        </span>
        {ready ? (
          <p className="finding" id={`${base}-finding`}>
            {finding}
          </p>
        ) : null}
      </figcaption>
      {body()}
    </figure>
  );

  function body(): ReactNode {
    switch (state?.kind) {
      case 'loading':
        return <Loading what={`Computing ${title.charAt(0).toLowerCase()}${title.slice(1)}`} />;
      case 'failed':
        return <ErrorState error={state.error} retry={state.retry} />;
      case 'empty':
        return <EmptyState title={state.title} needs={state.needs} action={state.action} />;
      default:
        return asTable ? <TwinTable label={title} twin={twin} /> : <div className="chart-body">{children}</div>;
    }
  }
}

/** A plain table for small numbers of rows. */
export function TwinTable({ label, twin }: { label: string; twin: Twin }) {
  return (
    <div className="twin" role="region" aria-label={`${label}, as a table`} tabIndex={0}>
      <table>
        <caption className="hidden-label">{label}</caption>
        <thead>
          <tr>
            {twin.columns.map((c) => (
              <th key={c.label} scope="col" className={c.numeric ? 'num' : undefined}>
                {c.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {twin.rows.map((row, i) => (
            // oxlint-disable-next-line react/no-array-index-key -- rows of a report keep their places
            <tr key={i}>
              {row.map((value, k) =>
                k === 0 ? (
                  <th key={twin.columns[k]?.label ?? k} scope="row">
                    {value ?? '—'}
                  </th>
                ) : (
                  <td key={twin.columns[k]?.label ?? k} className={twin.columns[k]?.numeric ? 'num' : undefined}>
                    {value ?? '—'}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
