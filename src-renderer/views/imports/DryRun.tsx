import { useMemo } from 'react';
import { Button, DataTable, formatCount, formatNumber, Icon, toCsv } from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { engine, notify, notifyError, pick } from '../../data/index.ts';
import type { Checked, Item } from './queue.ts';
import { entityName } from './words.ts';

type Numbered<T> = T & { n: number };
type Difference = Numbered<Checked['differences'][number]>;
type Reject = Numbered<Checked['rejects'][number]>;

const written = (value: string | number | null): string | null => (value === null ? null : String(value));
const DIFFERENCES: readonly Column<Difference>[] = [
  { id: 'line', header: 'Line', kind: 'number', size: 56, value: (d) => d.line },
  { id: 'entity', header: 'Row is', size: 100, value: (d) => entityName(d.entity) },
  { id: 'key', header: 'Key', size: 130, value: (d) => d.key },
  { id: 'column', header: 'Field', size: 120, value: (d) => d.column },
  { id: 'before', header: 'Before', size: 150, value: (d) => written(d.before) },
  { id: 'after', header: 'After', size: 150, value: (d) => written(d.after) },
];
const REJECTS: readonly Column<Reject>[] = [
  { id: 'line', header: 'Line', kind: 'number', size: 56, value: (r) => r.line },
  { id: 'column', header: 'Column', size: 130, value: (r) => r.column },
  { id: 'value', header: 'Value', size: 150, value: (r) => r.value },
  { id: 'reason', header: 'Why it is rejected', size: 460, value: (r) => r.reason },
];
const number = <T,>(list: readonly T[]): Numbered<T>[] => list.map((value, n) => ({ ...value, n }));
const rowKey = (row: { n: number }): string => String(row.n);

/** What an import would do, before anything is written. */
export function Counts({ checked }: { checked: Checked }) {
  return (
    <div className="imports-dry">
      {checked.already ? (
        <p className="warning-text" role="status">
          <Icon name="warning" /> {checked.already.message}
        </p>
      ) : null}
      <table className="plain-table imports-counts" aria-label="What the import would do">
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
              <th scope="row">{entityName(e.entity, 2)}</th>
              <td className="num">{formatNumber(e.created)}</td>
              <td className="num">{formatNumber(e.updated)}</td>
              <td className="num">{formatNumber(e.unchanged)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="imports-sum dim">
        {formatCount(checked.read, 'row')} read: {formatNumber(checked.used)} used, {formatNumber(checked.skipped)}{' '}
        skipped on purpose, {formatNumber(checked.rejected)} rejected. Nothing is written before Import.
      </p>
    </div>
  );
}

/** Cells an import would change, with what stands there now. */
export function Differences({ item }: { item: Item }) {
  const rows = useMemo(() => number(item.checked?.differences ?? []), [item.checked]);
  return (
    <DataTable<Difference>
      id="imports.differences"
      label={`What ${item.file.name} would change`}
      columns={DIFFERENCES}
      rows={rows}
      rowKey={rowKey}
      hideToolbar
      empty={{
        title: item.checked ? 'Nothing would change' : 'Not checked yet',
        needs: item.checked
          ? 'No value that is in the workspace would be replaced by another.'
          : 'The check reads the whole file and compares it with the workspace. Nothing is written.',
      }}
    />
  );
}

/** Rows that would not be loaded, each with its reason. */
export function Rejects({ item }: { item: Item }) {
  const rows = useMemo(() => number(item.checked?.rejects ?? []), [item.checked]);
  return (
    <DataTable<Reject>
      id="imports.rejects"
      label={`Rejected rows of ${item.file.name}`}
      columns={REJECTS}
      rows={rows}
      rowKey={rowKey}
      hideToolbar={rows.length === 0}
      toolbar={
        <Button kind="quiet" icon="save" onClick={() => void saveRejects(rows)}>
          Save as CSV
        </Button>
      }
      empty={{
        title: item.checked ? 'No row is rejected' : 'Not checked yet',
        needs: item.checked
          ? 'Every row is loaded or skipped on purpose.'
          : 'The check reads the whole file and lists the rows that cannot be loaded, each with its reason.',
      }}
    />
  );
}

type RejectRow = { line: number; column: string | null; value: string | null; reason: string };

/** Asks for a file and writes rejected rows to it. */
export async function saveRejects(rows: readonly RejectRow[]): Promise<void> {
  try {
    const [token] = await pick('save-csv');
    if (token === undefined) return;
    const body = rows.map((r) => [r.line, r.column, r.value, r.reason]);
    await engine.saveText({ token, text: toCsv([['line', 'column', 'value', 'reason'], ...body]) });
    notify({ level: 'info', text: `${formatCount(rows.length, 'rejected row')} saved.` });
  } catch (error) {
    notifyError(error, 'The rejected rows were not saved');
  }
}
