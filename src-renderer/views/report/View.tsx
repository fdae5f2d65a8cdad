import { Answer, Button, Select, formatBytes, formatCount, formatDay, useRemembered } from '../../kit/index.ts';
import { addMonths, quarterEndBefore } from '../../kit/figures/days.ts';
import { engine, notify, notifyError, openView, pick, useAsOf, useEngine, useSelection, whereOf } from '../../data/index.ts';
import './report.css';

type Compare = 'quarter' | 'year';

/** What each page answers, in the order of the pages. */
const ANSWERS: Readonly<Record<string, string>> = {
  standing: 'How many customers stand on each rung, their share with its interval, their revenue, and the change since the comparison day.',
  moves: 'The flow between the two days as a matrix, and the largest moves with the fact behind each.',
  nps: 'The score with its interval, the distribution, the waves and the rungs.',
  rhythm: 'Silences, barrages, collisions, the gap since the last touch, and the worst gaps.',
  attention: 'Detractors without a touch since, customers sold to during a dispute, silent clients, each with its owner.',
  sources: 'The imports behind the figures, the rules and definitions, what was left out, and how to compute every figure again.',
};

/** Six pages as one HTML file, from the selection and day of the window. */
export default function Report() {
  const { asOf, fiscalYearStart } = useAsOf();
  const [compare, setCompare] = useRemembered<Compare>('report.compare', 'quarter');
  const [scope, setScope] = useRemembered<'selection' | 'all'>('report.scope', 'selection');
  const clauses = useSelection((s) => s.clauses);
  const where = scope === 'selection' ? whereOf(clauses) : undefined;
  const from = asOf === null ? undefined : compare === 'year' ? addMonths(asOf, -12) : quarterEndBefore(asOf, fiscalYearStart);
  const report = useEngine('reportHtml', { ...(from === undefined ? {} : { from }), ...(where === undefined ? {} : { where }) }, { enabled: asOf !== null });
  const save = async (html: string): Promise<void> => {
    const [token] = await pick('save-html');
    if (token === undefined) return;
    try {
      const { bytes } = await engine.saveText({ token, text: html });
      notify({ level: 'info', text: `Saved the report, ${formatBytes(bytes)}. It opens in any browser without a network.` });
    } catch (error) {
      notifyError(error, 'Save report');
    }
  };
  return (
    <div className="report">
      <h2>Report for the planning meeting</h2>
      <p className="finding">
        One HTML file without scripts or links outside: it can be mailed, opened offline and printed, one page to a sheet. Every figure carries the question it answers, so that it can be asked again.
      </p>
      <div className="report-options">
        <Select
          inline
          label="compare with"
          value={compare}
          choices={[
            { value: 'quarter', label: 'the end of the quarter before' },
            { value: 'year', label: 'one year earlier' },
          ]}
          onChange={setCompare}
        />
        <Select
          inline
          label="customers"
          value={scope}
          choices={[
            { value: 'selection', label: clauses.length === 0 ? 'all (nothing is selected)' : clauses.map((c) => c.sentence).join(' · ') },
            { value: 'all', label: 'all' },
          ]}
          onChange={setScope}
        />
      </div>
      <Answer of={report} what="Making the pages">
        {(made) => (
          <>
            <div className="report-options">
              <Button kind="primary" icon="save" onClick={() => void save(made.html)}>
                Save as HTML
              </Button>
              <Button icon="play" onClick={() => openView('present')}>
                Show as slides
              </Button>
              <span className="dim">
                {formatCount(made.pages.length, 'page')}, {formatBytes(made.html.length)}, as of {formatDay(made.asOf)}
                {from === undefined ? '' : `, compared with ${formatDay(from)}`}
              </span>
            </div>
            <ol className="report-pages">
              {made.pages.map((page) => (
                <li key={page.id}>
                  <strong>{page.title}</strong>
                  <p className="dim">{ANSWERS[page.id] ?? ''}</p>
                </li>
              ))}
            </ol>
          </>
        )}
      </Answer>
    </div>
  );
}
