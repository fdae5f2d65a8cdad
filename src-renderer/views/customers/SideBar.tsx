import { RUNG_ORDER, SideRow, SideSection, capital, formatNumber, rungFill } from '../../kit/index.ts';
import { useEngine, useSelection, useWhereInput } from '../../data/index.ts';

const QUICK: readonly { text: string; sentence: string }[] = [
  { text: 'open_disputes > 0', sentence: 'in an open dispute' },
  { text: 'touch_class = silent', sentence: 'silent beyond the target' },
  { text: 'nps_class = detractor', sentence: 'latest answer is a detractor' },
  { text: 'nps_class = promoter and rung = supporter', sentence: 'promoters who never recommended' },
  { text: 'lapsed', sentence: 'lapsed' },
];

/** Rungs and ready-made filters as doors into the table. */
export default function CustomersSide() {
  const ladder = useEngine('ladder', useWhereInput('customers'));
  const { brush } = useSelection();
  const text = useSelection((s) => s.clauses.find((c) => c.view === 'customers' && !c.pinned)?.text);
  return (
    <>
      <SideSection id="customers.rungs" title="Rungs">
        {RUNG_ORDER.map((rung) => {
          const count = ladder.data?.rungs.find((r) => r.rung === rung)?.customers;
          if (count === undefined) return null;
          const clause = `rung = ${rung} and not lapsed`;
          return (
            <SideRow
              key={rung}
              mark={<span className="swatch" style={{ background: rungFill(rung) }} aria-hidden="true" />}
              label={capital(rung)}
              value={formatNumber(count)}
              selected={text === clause}
              onOpen={() => brush('customers', { text: clause, sentence: `rung is ${rung}` })}
            />
          );
        })}
      </SideSection>
      <SideSection id="customers.quick" title="Often asked">
        {QUICK.map((q) => (
          <SideRow
            key={q.text}
            label={capital(q.sentence)}
            selected={text === q.text}
            onOpen={() => brush('customers', q)}
          />
        ))}
      </SideSection>
    </>
  );
}
