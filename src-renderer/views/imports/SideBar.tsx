import { Answer, DataTable, SideRow, SideSection, formatNumber } from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import type { Result } from '#contract/api.ts';
import { openList, openSource, showPanel, useEngine, useWorkspace } from '../../data/index.ts';

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
        <SideRow
          label="Keys that nothing describes"
          onOpen={() => openList({ title: 'Keys that nothing describes yet', content: <UnresolvedKeys /> })}
        />
        <SideRow
          label="Missing from the last full export"
          onOpen={() => openList({ title: 'Rows missing from the last full export', content: <MissingRows /> })}
        />
      </SideSection>
    </>
  );
}

type Unresolved = Result<'unresolved'>['relations'][number];
const openFirst = (r: Unresolved): void => openSource(r.batch, r.line, r.file);
const UNRESOLVED: readonly Column<Unresolved>[] = [
  { id: 'relation', header: 'Relation', size: 190, value: (r) => r.relation },
  { id: 'source', header: 'Source', size: 110, value: (r) => r.source },
  { id: 'keys', header: 'Keys', kind: 'number', size: 64, value: (r) => r.keys },
  { id: 'rows', header: 'Rows', kind: 'number', size: 64, value: (r) => r.rows },
  { id: 'samples', header: 'Such as', size: 240, value: (r) => r.samples.join(', ') },
  {
    id: 'first',
    header: 'First named in',
    size: 260,
    value: (r) => `${r.file}, line ${r.line}`,
    onOpen: openFirst,
    meaning: 'Opens the source line',
  },
];

function UnresolvedKeys() {
  const keys = useEngine('unresolved', {});
  return (
    <Answer of={keys} what="Looking for keys that nothing describes">
      {({ relations }) => (
        <DataTable<Unresolved>
          id="imports.unresolved"
          label="Keys that nothing describes yet"
          columns={UNRESOLVED}
          rows={relations}
          rowKey={(r) => `${r.relation} ${r.source}`}
          onOpen={openFirst}
          empty={{
            title: 'Every key is described',
            needs: 'Each customer that a row names is described by an import.',
          }}
        />
      )}
    </Answer>
  );
}

type Missing = Result<'missing'>['rows'][number];
const MISSING: readonly Column<Missing>[] = [
  { id: 'table', header: 'Row is', size: 100, value: (r) => r.table },
  { id: 'source', header: 'Source', size: 110, value: (r) => r.source },
  { id: 'key', header: 'Key', size: 140, value: (r) => r.key },
  { id: 'name', header: 'Name', size: 220, value: (r) => r.name },
  { id: 'file', header: 'Last in', size: 240, value: (r) => r.file },
  { id: 'day', header: 'Imported', kind: 'day', size: 90, value: (r) => r.day },
];

function MissingRows() {
  const rows = useEngine('missing', {});
  return (
    <Answer of={rows} what="Comparing the full exports">
      {(found) => (
        <DataTable<Missing>
          id="imports.missing"
          label="Rows missing from the last full export"
          columns={MISSING}
          rows={found.rows}
          rowKey={(r) => `${r.table} ${r.source} ${r.key}`}
          empty={{
            title: found.exports.length === 0 ? 'No full export yet' : 'No row is missing',
            needs:
              found.exports.length === 0
                ? 'Files marked as full exports are compared with the one of their kind before. Nothing is deleted.'
                : 'Every row of the earlier full exports is in the newest one of its kind.',
          }}
        />
      )}
    </Answer>
  );
}
