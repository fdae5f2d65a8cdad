import { Answer, formatNumber, SideRow, SideSection } from '../../kit/index.ts';
import { useChanges } from './model.ts';
import { nameOf, pWords } from './words.ts';

/** The named changes, what could not be compared, and what the words mean. */
export default function ChangesSideBar() {
  const { report, picked, setPicked } = useChanges();
  return (
    <>
      <SideSection
        id="changes.named"
        title="Significant changes"
        note={report.data ? formatNumber(report.data.significant) : undefined}
      >
        <Answer of={report} what="Comparing">
          {(data) =>
            data.changes.length === 0 ? (
              <p className="side-text">
                {data.compared === 0 ? 'Nothing could be compared.' : 'Nothing changed significantly.'}
              </p>
            ) : (
              <>
                {data.changes.map((c) => (
                  <SideRow
                    key={c.id}
                    label={nameOf(c)}
                    value={{ up: '▲', down: '▼', mixed: '◆' }[c.direction]}
                    title={`${c.sentence}; adjusted p ${pWords(c.adjusted)}`}
                    selected={c.id === picked}
                    onOpen={() => setPicked(c.id)}
                  />
                ))}
              </>
            )
          }
        </Answer>
      </SideSection>
      {report.data && report.data.notCompared.length > 0 ? (
        <SideSection
          id="changes.not"
          title="Not compared"
          note={formatNumber(report.data.notCompared.length)}
          open={false}
        >
          {report.data.notCompared.map((n) => (
            <p className="side-text" key={`${n.label} ${n.group}`}>
              {nameOf(n)}: {n.reason}.
            </p>
          ))}
        </SideSection>
      ) : null}
      <SideSection id="changes.words" title="What it is" open={false}>
        <p className="side-text">
          Every comparison has a p value; all are adjusted together (Benjamini and Hochberg 1995), so that at most one
          in ten of the changes called significant is expected to be chance.
        </p>
        <p className="side-text">
          Sizes are standardised and order the list: 0.2 is small, 0.5 medium, 0.8 large. Seasons are not taken out:
          against 52 weeks a yearly rhythm weighs less.
        </p>
        <p className="side-text">
          CUSUM and EWMA are control charts: they say when a level left what it was before the day. PSI is the stability
          index of a mix, beside the value that chance alone reaches.
        </p>
      </SideSection>
    </>
  );
}
