import { useMemo } from 'react';
import { DataTable, EmptyState, formatNumber } from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { useQueue, type Checked, type Item } from './queue.ts';

type Difference = Checked['differences'][number];
type Reject = Checked['rejects'][number];

const DIFFERENCES: readonly Column<Difference>[] = [
  { id: 'line', header: 'Line', kind: 'number', size: 60, value: (d) => d.line },
  { id: 'entity', header: 'Row is', size: 110, value: (d) => d.entity.replace('_', ' ') },
  { id: 'key', header: 'Key', size: 180, value: (d) => d.key },
  { id: 'column', header: 'Field', size: 130, value: (d) => d.column },
  { id: 'before', header: 'Before', size: 180, value: (d) => (d.before === null ? null : String(d.before)) },
  { id: 'after', header: 'After', size: 180, value: (d) => (d.after === null ? null : String(d.after)) },
];
const REJECTS: readonly Column<Reject>[] = [
  { id: 'line', header: 'Line', kind: 'number', size: 60, value: (r) => r.line },
  { id: 'column', header: 'Column', size: 150, value: (r) => r.column },
  { id: 'value', header: 'Value', size: 180, value: (r) => r.value },
  { id: 'reason', header: 'Why it is rejected', size: 420, value: (r) => r.reason },
];

/** What an import would do, before anything is written. */
export function DryRun({ item }: { item: Item }) {
  const { check } = useQueue();
  const { checked } = item;
  const differences = useMemo(() => checked?.differences.map((d, i) => ({ ...d, n: i })) ?? [], [checked]);
  const rejects = useMemo(() => checked?.rejects.map((r, i) => ({ ...r, n: i })) ?? [], [checked]);
  if (!checked) {
    return (
      <EmptyState
        icon="checklist"
        title="Not checked yet"
        needs="The dry run reads the whole file and counts what would be created, changed, skipped and rejected. Nothing is written."
        action={item.state === 'done' ? undefined : { label: 'Check the file', run: () => void check(item.file.token) }}
      />
    );
  }
  return (
    <div className="imports-dry">
      {checked.already ? <p className="sentence warning-text">{checked.already.message}</p> : null}
      <table className="plain-table imports-counts">
        <thead>
          <tr>
            <th scope="col">Rows become</th>
            <th scope="col" className="num">
              Created
            </th>
            <th scope="col" className="num">
              Changed
            </th>
            <th scope="col" className="num">
              Unchanged
            </th>
          </tr>
        </thead>
        <tbody>
          {checked.entities.map((e) => (
            <tr key={e.entity}>
              <th scope="row">{e.entity.replace('_', ' ')}</th>
              <td className="num">{formatNumber(e.created)}</td>
              <td className="num">{formatNumber(e.updated)}</td>
              <td className="num">{formatNumber(e.unchanged)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="finding">
        {formatNumber(checked.read)} rows read: {formatNumber(checked.used)} used, {formatNumber(checked.skipped)} skipped, {formatNumber(checked.rejected)} rejected. Nothing is written before Import.
      </p>
      {rejects.length > 0 ? (
        <>
          <h3>Rejected rows</h3>
          <DataTable id="imports.rejects" label="Rejected rows" columns={REJECTS} rows={rejects} rowKey={(r) => String((r as Reject & { n: number }).n)} height={Math.min(240, 60 + rejects.length * 24)} hideToolbar />
        </>
      ) : null}
      {differences.length > 0 ? (
        <>
          <h3>What would change</h3>
          <DataTable id="imports.differences" label="What would change" columns={DIFFERENCES} rows={differences} rowKey={(d) => String((d as Difference & { n: number }).n)} height={Math.min(280, 60 + differences.length * 24)} hideToolbar />
        </>
      ) : null}
    </div>
  );
}
