import { SideRow, SideSection, formatNumber } from '../../kit/index.ts';
import { showPanel, useEngine, useWorkspace } from '../../data/index.ts';

const NAMES: readonly (readonly [string, string])[] = [
  ['customer', 'Customers'],
  ['party', 'People and companies as sources know them'],
  ['purchase', 'Purchases'],
  ['response', 'Survey answers'],
  ['touch', 'Touches'],
  ['ticket', 'Tickets'],
  ['lead', 'Leads'],
  ['subscription', 'Subscriptions'],
  ['opportunity', 'Opportunities'],
  ['advocacy', 'Advocacy'],
  ['partnership', 'Partnerships'],
];

export default function ImportsSide() {
  const { status } = useWorkspace();
  const problems = status?.problems.length ?? 0;
  const ledger = useEngine('imports', {});
  const sources = new Map<string, number>();
  for (const batch of ledger.data?.batches ?? [])
    if (batch.state === 'live') sources.set(batch.source, (sources.get(batch.source) ?? 0) + batch.used);
  return (
    <>
      <SideSection id="imports.holds" title="The workspace holds">
        {NAMES.filter(([table]) => (status?.tables[table] ?? 0) > 0).map(([table, name]) => (
          <SideRow key={table} label={name} value={formatNumber(status!.tables[table]!)} />
        ))}
      </SideSection>
      <SideSection id="imports.sources" title="Sources" note={formatNumber(sources.size)}>
        {[...sources].map(([source, rows]) => (
          <SideRow key={source} label={source} value={formatNumber(rows)} />
        ))}
      </SideSection>
      <SideSection id="imports.problems" title="Problems" note={formatNumber(problems)}>
        <SideRow label="Show all problems" onOpen={() => showPanel('problems')} />
      </SideSection>
    </>
  );
}
