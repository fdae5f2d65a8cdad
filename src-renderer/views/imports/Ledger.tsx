import { useMemo } from 'react';
import type { Result } from '#contract/api.ts';
import { Answer, Button, DataTable, formatCount, formatDay, formatNumber, toCsv } from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { engine, notify, openList, openSource, pick, runCommand, useEngine } from '../../data/index.ts';

type Batch = Result<'imports'>['batches'][number];
type Reject = Result<'rejects'>['rejects'][number];

async function undo(batch: Batch): Promise<void> {
  const result = await runCommand('undoImport', { batch: batch.batch }, { label: `Undo ${batch.file}` });
  notify({ level: 'info', text: `Undid ${batch.file}: ${formatNumber(result.removed)} rows removed, ${formatNumber(result.rehomed)} kept by other imports, ${formatNumber(result.restored)} earlier values restored.` });
}

async function redo(batch: Batch): Promise<void> {
  await runCommand('redoImport', { batch: batch.batch }, { label: `Redo ${batch.file}` });
  notify({ level: 'info', text: `Imported ${batch.file} again from its stored bytes.` });
}

const swallow = (work: Promise<unknown>): void => void work.catch(() => undefined);

const COLUMNS: readonly Column<Batch>[] = [
  { id: 'batch', header: 'Batch', kind: 'number', size: 56, value: (b) => Number(b.batch) },
  { id: 'file', header: 'File', size: 280, value: (b) => b.file, onOpen: (b) => openSource(b.batch, 1, b.file) },
  { id: 'profile', header: 'Read as', size: 190, value: (b) => b.profile ?? b.source },
  { id: 'day', header: 'Imported', kind: 'day', size: 100, value: (b) => b.day },
  { id: 'what', header: 'Rows', size: 250, value: (b) => b.entities.map((e) => `${e.entity.replace('_', ' ')} ${formatNumber(e.created)} new, ${formatNumber(e.updated)} changed`).join('; ') },
  { id: 'skipped', header: 'Skipped', kind: 'number', size: 70, value: (b) => b.skipped },
  { id: 'rejected', header: 'Rejected', kind: 'number', size: 76, value: (b) => b.rejected, onOpen: (b) => openList({ title: `Rejected rows of ${b.file}`, content: <Rejects batch={b} /> }) },
  { id: 'state', header: 'State', size: 80, value: (b) => (b.state === 'live' ? 'live' : 'undone') },
  {
    id: 'undo',
    header: 'Undo or redo',
    size: 110,
    sortable: false,
    value: (b) => (b.state === 'live' ? 'Undo' : 'Redo'),
    onOpen: (b) => swallow(b.state === 'live' ? undo(b) : redo(b)),
  },
];

/** Every import, newest first; any of them can be undone and redone in any order. */
export function Ledger() {
  const ledger = useEngine('imports', {});
  return (
    <section className="imports-ledger" aria-label="Ledger of imports">
      <Answer of={ledger} what="Reading the ledger">
        {({ batches }) => <LedgerTable batches={batches} />}
      </Answer>
    </section>
  );
}

function LedgerTable({ batches }: { batches: readonly Batch[] }) {
  const rows = useMemo(() => [...batches].reverse(), [batches]);
  const live = batches.filter((b) => b.state === 'live').length;
  return (
    <>
      <header className="imports-head">
        <h2>Ledger</h2>
        <span className="dim">
          {formatCount(live, 'import')} live{batches.length > live ? `, ${formatNumber(batches.length - live)} undone` : ''}
          {batches.length > 0 ? `, the newest on ${formatDay(batches.at(-1)!.day)}` : ''}
        </span>
      </header>
      <DataTable<Batch> id="imports.ledger" label="Ledger of imports" columns={COLUMNS} rows={rows} rowKey={(b) => b.batch} onOpen={(b) => openSource(b.batch, 1, b.file)} hideToolbar empty={{ title: 'Nothing imported yet', needs: 'Each imported file is listed here with its counts, its rejects and a way back.' }} />
    </>
  );
}

const REJECT_COLUMNS = (batch: Batch): readonly Column<Reject>[] => [
  { id: 'line', header: 'Line', kind: 'number', size: 70, value: (r) => r.line, onOpen: (r) => openSource(batch.batch, r.line, batch.file) },
  { id: 'column', header: 'Column', size: 160, value: (r) => r.column },
  { id: 'value', header: 'Value', size: 220, value: (r) => r.value },
  { id: 'reason', header: 'Why', size: 480, value: (r) => r.reason },
];

/** The rows of an import that were not loaded; each opens its source line. */
function Rejects({ batch }: { batch: Batch }) {
  const rejects = useEngine('rejects', { batch: batch.batch });
  const columns = useMemo(() => REJECT_COLUMNS(batch), [batch]);
  const save = async (): Promise<void> => {
    const [token] = await pick('save-csv');
    if (token === undefined) return;
    const { rejects: all } = await engine.rejects({ batch: batch.batch, limit: 100_000 });
    await engine.saveText({ token, text: toCsv([['line', 'column', 'value', 'reason'], ...all.map((r) => [r.line, r.column, r.value, r.reason])]) });
    notify({ level: 'info', text: `Saved ${formatCount(all.length, 'rejected row')}.` });
  };
  return (
    <Answer of={rejects} what="Reading rejects" empty={(r) => (r.total === 0 ? { title: 'No rejected row', needs: 'Every row of this import was loaded or skipped on purpose.' } : null)}>
      {(report) => (
        <DataTable<Reject>
          id="imports.ledger-rejects"
          label={`Rejected rows of ${batch.file}`}
          columns={columns}
          rows={report.rejects}
          rowKey={(r) => `${r.line}-${r.column ?? ''}`}
          onOpen={(r) => openSource(batch.batch, r.line, batch.file)}
          toolbar={
            <Button icon="save" onClick={() => void save()}>
              Save as CSV
            </Button>
          }
        />
      )}
    </Answer>
  );
}
