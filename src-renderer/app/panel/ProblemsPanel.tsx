import { formatNumber } from '../../kit/format.ts';
import { Icon } from '../../kit/Icon.tsx';
import { Answer, EmptyState } from '../../kit/states.tsx';
import { useEngine } from '../../data/query.ts';
import { openSource } from '../../data/workbench.ts';
import { useOpenWorkspace } from '../../data/version.ts';

/** Rejected rows and data-quality findings; each opens its file at its line. */
export function ProblemsPanel() {
  const open = useOpenWorkspace((s) => s.info !== null);
  const problems = useEngine('problems', {});
  if (!open)
    return (
      <EmptyState
        icon="pass"
        title="No problems"
        needs="Problems of imported files appear here once a workspace is open."
      />
    );
  return (
    <Answer
      of={problems}
      what="Reading problems"
      empty={(r) =>
        r.problems.length === 0
          ? {
              icon: 'pass',
              title: 'No problems',
              needs: 'Every imported row was used and nothing in the data contradicts itself.',
            }
          : null
      }
    >
      {(report) => (
        <ul className="lines">
          {report.problems.map((p) => {
            const where = [
              p.file,
              [p.line === null ? null : `line ${formatNumber(p.line)}`, p.column === null ? null : `column ${p.column}`]
                .filter(Boolean)
                .join(', '),
            ].filter(Boolean);
            const text = (
              <>
                <Icon name={p.severity} className={`severity-${p.severity}`} />
                <span>{p.message}</span>
                {where.length > 0 ? <span className="dim">{where.join(' · ')}</span> : null}
              </>
            );
            const { batch } = p;
            return (
              <li key={`${p.code} ${p.batch ?? ''} ${p.line ?? ''} ${p.column ?? ''} ${p.message}`}>
                {batch !== null ? (
                  <button
                    type="button"
                    className="line"
                    onClick={() => openSource(batch, p.line ?? 1, p.file ?? undefined)}
                  >
                    {text}
                  </button>
                ) : (
                  <div className="line">{text}</div>
                )}
              </li>
            );
          })}
          {report.total > report.problems.length ? (
            <li className="line dim">
              {formatNumber(report.problems.length)} of {formatNumber(report.total)} problems are shown.
            </li>
          ) : null}
        </ul>
      )}
    </Answer>
  );
}
