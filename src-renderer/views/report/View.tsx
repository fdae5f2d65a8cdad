import { useRef } from 'react';
import {
  Answer,
  Button,
  Crumbs,
  formatBytes,
  formatCount,
  formatDay,
  Select,
  TextField,
  useRemembered,
  ViewControls,
} from '../../kit/index.ts';
import { addMonths, isDay, quarterEndBefore } from '../../kit/figures/days.ts';
import {
  engine,
  notify,
  notifyError,
  openView,
  pick,
  useAsOf,
  useEngine,
  useSelection,
  whereOf,
} from '../../data/index.ts';
import { run } from '../../commands/index.ts';
import { Preview } from './Preview.tsx';
import type { PreviewHandle } from './Preview.tsx';
import './report.css';

type Compare = 'quarter' | 'year' | 'day';

async function save(html: string): Promise<void> {
  const [token] = await pick('save-html');
  if (token === undefined) return;
  try {
    const { bytes } = await engine.saveText({ token, text: html });
    notify({
      level: 'info',
      text: `Saved the report, ${formatBytes(bytes)}. It opens in any browser without a network.`,
    });
  } catch (error) {
    notifyError(error, 'Save report');
  }
}

/** Six pages as one HTML file, from the selection and day of the window, shown as they will be saved. */
export default function Report() {
  const { asOf, fiscalYearStart } = useAsOf();
  const [compare, setCompare] = useRemembered<Compare>('report.compare', 'quarter');
  const [day, setDay] = useRemembered('report.day', '');
  const [scope, setScope] = useRemembered<'selection' | 'all'>('report.scope', 'selection');
  const clauses = useSelection((s) => s.clauses);
  const preview = useRef<PreviewHandle>(null);
  const where = scope === 'selection' ? whereOf(clauses) : undefined;
  const usable = asOf !== null && isDay(day) && day < asOf;
  const from =
    asOf === null
      ? undefined
      : compare === 'day' && usable
        ? day
        : compare === 'year'
          ? addMonths(asOf, -12)
          : quarterEndBefore(asOf, fiscalYearStart);
  const report = useEngine(
    'reportHtml',
    { ...(from === undefined ? {} : { from }), ...(where === undefined ? {} : { where }) },
    { enabled: asOf !== null },
  );
  return (
    <div className="report">
      <ViewControls>
        <Button kind="quiet" icon="calendar" onClick={() => run('edit.asOf')}>
          {asOf === null ? 'as of' : `as of ${formatDay(asOf)}`}
        </Button>
        <Select<Compare>
          inline
          label="compare with"
          value={compare}
          choices={[
            { value: 'quarter', label: 'quarter before' },
            { value: 'year', label: 'one year earlier' },
            { value: 'day', label: 'another day' },
          ]}
          onChange={setCompare}
        />
        {compare === 'day' ? (
          <TextField
            label="Day to compare with"
            hideLabel
            placeholder="2026-03-31"
            value={day}
            onChange={setDay}
            error={day === '' || usable ? null : `A day before ${asOf ?? 'the as-of day'}, such as 2026-03-31.`}
          />
        ) : null}
        <Select
          inline
          label="customers"
          value={scope}
          choices={[
            { value: 'selection', label: clauses.length === 0 ? 'all (nothing is selected)' : 'the selection' },
            { value: 'all', label: 'all' },
          ]}
          onChange={setScope}
        />
      </ViewControls>
      {from === undefined ? null : <Crumbs items={[`compared with ${formatDay(from)}`]} />}
      <Answer of={report} what="Making the pages">
        {(made) => (
          <div
            className={report.isPlaceholderData ? 'report-body stale' : 'report-body'}
            aria-busy={report.isPlaceholderData}
          >
            <div className="report-side">
              <Button
                kind="primary"
                icon="save"
                disabled={report.isPlaceholderData}
                onClick={() => void save(made.html)}
              >
                Save as HTML
              </Button>
              <Button icon="play" onClick={() => openView('present')}>
                Show as slides
              </Button>
              <ol className="report-pages" aria-label="Pages">
                {made.pages.map((page) => (
                  <li key={page.id}>
                    <button type="button" onClick={() => preview.current?.show(page.id)}>
                      {page.title}
                    </button>
                  </li>
                ))}
              </ol>
              <p className="dim">
                {formatCount(made.pages.length, 'page')}, {formatBytes(made.html.length)}. One file without scripts or
                links outside: it can be mailed, opened offline, and printed one page to a sheet. Every figure carries
                its question, so that it can be asked again.
              </p>
            </div>
            <Preview ref={preview} html={made.html} />
          </div>
        )}
      </Answer>
    </div>
  );
}
