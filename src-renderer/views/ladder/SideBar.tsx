import { Answer, formatNumber, RungBadge, SideRow, SideSection } from '../../kit/index.ts';
import { TOP_DOWN } from '../../kit/figures/moves.ts';
import { useLadder } from './model.ts';
import { rungName, versionWords } from './words.ts';

/** Rungs with counts, and the rules in words. */
export default function LadderSideBar() {
  const { ladder, target, select } = useLadder();
  return (
    <>
      <SideSection id="ladder.rungs" title="Rungs" note={ladder.data?.mode === 5 ? 'five, 1991' : 'Payne 1994'}>
        <Answer of={ladder} what="Counting rungs">
          {(report) =>
            TOP_DOWN.flatMap((rung) => {
              const r = report.rungs.find((x) => x.rung === rung);
              if (!r) return [];
              return [
                <SideRow
                  key={rung}
                  label={
                    <RungBadge
                      rung={rung}
                      label={
                        rung === 'lapsed' && report.names.lapsed === undefined
                          ? 'Lapsed (overlay)'
                          : rungName(report, rung)
                      }
                    />
                  }
                  value={formatNumber(r.customers)}
                  selected={target?.kind === 'rung' && target.rung === rung}
                  onOpen={() => select({ kind: 'rung', rung })}
                />,
              ];
            })
          }
        </Answer>
      </SideSection>
      <SideSection
        id="ladder.rules"
        title="Rules"
        open={false}
        {...(ladder.data ? { note: versionWords(ladder.data.rulesVersion) } : {})}
      >
        {ladder.data ? (
          <dl className="rules">
            {ladder.data.rules.toReversed().map((rule) => (
              <div key={`${rule.ladder ?? ''} ${rule.rung}`}>
                <dt title={rule.of}>
                  {rungName(ladder.data, rule.rung)}
                  {rule.ladder === undefined ? '' : `, ${rule.ladder}`}
                </dt>
                <dd>{rule.sentence}</dd>
              </div>
            ))}
          </dl>
        ) : null}
      </SideSection>
    </>
  );
}
