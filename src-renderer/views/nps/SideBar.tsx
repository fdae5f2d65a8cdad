import { Answer, formatDay, formatNumber, formatPoints, formatShare, SideRow, SideSection } from '../../kit/index.ts';
import { CLASSES } from '../../kit/figures/npsWords.ts';
import { useSelection } from '../../data/index.ts';
import { classDraft, waveDraft } from './clauses.ts';
import { useNps, VIEW } from './model.ts';

/** Classes with counts, waves with scores, and what the words mean. */
export default function NpsSideBar() {
  const { report, trend, narrowed, clause } = useNps();
  const brush = useSelection((s) => s.brush);
  return (
    <>
      <SideSection id="nps.classes" title="Answers" note={report.data ? formatPoints(report.data.nps) : undefined}>
        <Answer of={report} what="Counting answers">
          {(data) => (
            <>
              {CLASSES.toReversed().map((c) => (
                <SideRow
                  key={c.class}
                  label={`${c.label} ${c.scores}`}
                  value={formatNumber(
                    c.class === 'promoter' ? data.promoters : c.class === 'passive' ? data.passives : data.detractors,
                  )}
                  selected={narrowed.class === c.class}
                  onOpen={() => brush(VIEW, classDraft(c.class))}
                />
              ))}
              {data.invited === null ? null : (
                <SideRow
                  label={`Asked ${formatNumber(data.invited)}`}
                  value={formatShare(data.responseRate)}
                  title="Response rate"
                />
              )}
            </>
          )}
        </Answer>
      </SideSection>
      <SideSection id="nps.waves" title={trend.data?.by === 'quarter' ? 'Quarters' : 'Waves'}>
        {trend.data?.points.toReversed().map((p) => (
          <SideRow
            key={`${p.value} ${p.from}`}
            label={p.value ?? 'none'}
            title={`${formatDay(p.from)} to ${formatDay(p.to)}, ${formatNumber(p.responses)} answers`}
            value={formatPoints(p.nps)}
            selected={clause?.text === waveDraft(trend.data.by, p).text}
            onOpen={() => brush(VIEW, waveDraft(trend.data.by, p))}
          />
        ))}
      </SideSection>
      <SideSection id="nps.words" title="What it is" open={false}>
        <p className="side-text">
          NPS is the share of promoters (9 or 10) minus the share of detractors (0 to 6), in points from −100 to +100
          (Reichheld 2003). Passives gave 7 or 8.
        </p>
        <p className="side-text">
          The interval says how far chance alone moves the score with so many answers. Adjusted Wald adds three answers
          (Rocks 2016) and holds with few of them.
        </p>
      </SideSection>
    </>
  );
}
