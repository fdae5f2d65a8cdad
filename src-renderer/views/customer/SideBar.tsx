import { SideRow, SideSection, formatDay, formatNumber } from '../../kit/index.ts';
import { openLineage, useEngine } from '../../data/index.ts';
import type { ViewProps } from '../../commands/index.ts';

/** The sources of the customer, and its disputes and silences. */
export default function CustomerSide({ params }: ViewProps) {
  const { id } = params;
  const customer = useEngine('customer', { id: id ?? '' }, { enabled: id !== undefined });
  const report = customer.data;
  if (!report) return null;
  const bySource = new Map<string, number>();
  for (const party of report.identity.parties) bySource.set(party.source, (bySource.get(party.source) ?? 0) + 1);
  const disputes = report.tickets.filter((t) => t.dispute);
  return (
    <>
      <SideSection id="customer.sources" title="Sources" note={formatNumber(bySource.size)}>
        {[...bySource].map(([source, n]) => (
          <SideRow key={source} label={source} value={formatNumber(n)} />
        ))}
      </SideSection>
      <SideSection id="customer.disputes" title="Disputes" note={formatNumber(disputes.length)}>
        {disputes.map((d) => (
          <SideRow
            key={d.ref.id}
            label={d.subject ?? 'Dispute'}
            value={d.closed ? `closed ${formatDay(d.closed)}` : `open since ${formatDay(d.opened)}`}
            onOpen={() => openLineage(d.ref)}
          />
        ))}
      </SideSection>
      <SideSection id="customer.silences" title="Silences" note={formatNumber(report.touches.silences.length)}>
        {report.touches.silences.map((s) => (
          <SideRow
            key={s.from}
            label={`from ${formatDay(s.from)}`}
            value={`${formatNumber(s.days)} d${s.open ? ', open' : ''}`}
          />
        ))}
      </SideSection>
    </>
  );
}
