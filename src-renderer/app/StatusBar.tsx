import { useIsFetching } from '@tanstack/react-query';
import { run } from '../commands/workbench.ts';
import { formatCount, formatDay, formatNumber } from '../kit/format.ts';
import { Icon } from '../kit/Icon.tsx';
import { useTasks } from '../data/run.ts';
import { useSelection } from '../data/selection.ts';
import { useAsOf, useWorkspace } from '../data/workspace.ts';
import { showPanel } from '../data/workbench.ts';
import { useChord } from './keyboard.ts';
import { useSelectionCount } from '../data/selectionCount.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The state of the window as a sentence: which workspace, as of when, which customers; then problems and settings. */
export function StatusBar() {
  const { info, status } = useWorkspace();
  const { asOf, set } = useAsOf();
  const clauses = useSelection((s) => s.clauses);
  const count = useSelectionCount();
  const tasks = useTasks((s) => s.tasks);
  const fetching = useIsFetching();
  const waiting = useChord((s) => s.waiting);
  const running = tasks.find((t) => t.state === 'running');
  const problems = status?.problems.length ?? null;
  return (
    <footer className="status" data-part="status" aria-label="Status">
      {info ? (
        <>
          <button type="button" onClick={() => run('go.quickOpen')} title="The open workspace">
            <Icon name="database" /> {info.name}
          </button>
          <button
            type="button"
            onClick={() => run('edit.asOf')}
            title={set ? 'The as-of day was set by hand' : 'The newest observed day; click to set another'}
          >
            {asOf ? `as of ${formatDay(asOf)}` : status ? 'no day yet' : 'opening'}
            {set ? <Icon name="pinned" /> : null}
          </button>
          <button
            type="button"
            className="status-selection"
            onClick={() => run(clauses.length > 0 ? 'selection.clear' : 'go.sideBar')}
            title={clauses.length > 0 ? 'The selection; click or Escape clears it' : 'Nothing is selected'}
          >
            {clauses.length === 0 ? null : `${clauses.map((c) => c.sentence).join(' · ')} · `}
            {count ? selectionText(count, clauses.length > 0) : null}
          </button>
        </>
      ) : (
        <span className="status-text">No workspace is open</span>
      )}
      <span className="status-gap" />
      {waiting ? <span className="status-text">{waiting} was pressed; waiting for the second key</span> : null}
      {running ? (
        <button type="button" onClick={() => showPanel('progress')}>
          <Icon name="sync" className="spin" /> {running.label}
          {running.progress?.total
            ? ` ${formatNumber(Math.floor((100 * running.progress.done) / running.progress.total))} %`
            : ''}
        </button>
      ) : fetching > 0 ? (
        <span className="status-text busy">computing</span>
      ) : null}
      {problems !== null ? (
        <button type="button" onClick={() => showPanel('problems')}>
          <Icon name={problems > 0 ? 'warning' : 'pass'} /> {formatCount(problems, 'problem')}
        </button>
      ) : null}
      <span className="status-text" title="This program opens no network connection">
        <Icon name="shield" /> offline
      </span>
      {status ? (
        <>
          <span className="status-text status-fixed" title="Currency of the workspace">
            {status.currency}
          </span>
          <span className="status-text status-fixed" title="First month of the fiscal year">
            FY starts {MONTHS[status.fiscalYearStart - 1]}
          </span>
        </>
      ) : null}
    </footer>
  );
}

function selectionText(count: { selected: number; all: number; unknown: number }, some: boolean): string {
  if (!some) return formatCount(count.all, 'customer');
  const left = count.unknown > 0 ? `, ${formatNumber(count.unknown)} unknown` : '';
  return `${formatNumber(count.selected)} of ${formatCount(count.all, 'customer')}${left}`;
}
