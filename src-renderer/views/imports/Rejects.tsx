import { useMemo } from 'react';
import { Button, DataTable, formatCount, toCsv } from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { engine, notify, notifyError, pick } from '../../data/index.ts';
import type { Checked, Item } from './queue.ts';
import { MASK } from './words.ts';

type Reject = Checked['rejects'][number] & { n: number };

/** Rows that would not be loaded, each with its reason. */
export function Rejects({ item, reveal }: { item: Item; reveal: boolean }) {
  const rows = useMemo(() => (item.checked?.rejects ?? []).map((r, n): Reject => ({ ...r, n })), [item.checked]);
  const columns = useMemo((): readonly Column<Reject>[] => {
    const hidden = new Set(item.preview?.columns.filter((c) => c.sensitive && !reveal).map((c) => c.header));
    return [
      { id: 'line', header: 'Line', kind: 'number', size: 56, value: (r) => r.line },
      { id: 'column', header: 'Column', size: 130, value: (r) => r.column },
      {
        id: 'value',
        header: 'Value',
        size: 150,
        value: (r) => (r.column !== null && hidden.has(r.column) && r.value !== null ? MASK : r.value),
      },
      { id: 'reason', header: 'Why it is rejected', size: 460, value: (r) => r.reason },
    ];
  }, [item.preview, reveal]);
  return (
    <DataTable<Reject>
      id="imports.rejects"
      label={`Rejected rows of ${item.file.name}`}
      columns={columns}
      rows={rows}
      rowKey={(r) => String(r.n)}
      hideToolbar={rows.length === 0}
      toolbar={
        <>
          <Button kind="quiet" icon="save" onClick={() => void saveRejects(rows)}>
            Save as CSV
          </Button>
          <span className="dim">After the import they can be corrected in the grid and imported alone.</span>
        </>
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
async function saveRejects(rows: readonly RejectRow[]): Promise<void> {
  const body = rows.map((r) => [r.line, r.column, r.value, r.reason]);
  await saveCsv([['line', 'column', 'value', 'reason'], ...body], formatCount(rows.length, 'rejected row'));
}

/** Asks for a file and writes a table to it; failures are notified. */
export async function saveCsv(table: readonly (readonly (string | number | null)[])[], what: string): Promise<void> {
  try {
    const [token] = await pick('save-csv');
    if (token === undefined) return;
    await engine.saveText({ token, text: toCsv(table) });
    notify({ level: 'info', text: `${what} saved.` });
  } catch (error) {
    notifyError(error, 'The rows were not saved');
  }
}
