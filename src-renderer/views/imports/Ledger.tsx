import { useMemo } from 'react';
import type { Result } from '#contract/api.ts';
import { Answer, Button, DataTable, formatCount, formatDay, formatNumber, useRemembered } from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { notify, openSource, openView, runCommand, useEngine, useOpenWorkspace } from '../../data/index.ts';
import { countWords, takesBack } from './words.ts';

export type LedgerBatch = Result<'imports'>['batches'][number];

/** Undoes a live import or brings an undone one back; a failure is notified. */
export async function turn(batch: LedgerBatch): Promise<void> {
  try {
    if (batch.state === 'live') {
      const { removed, rehomed, restored } = await runCommand(
        'undoImport',
        { batch: batch.batch },
        { label: `Undo ${batch.file}` },
      );
      notify({
        level: 'info',
        text: `Import of ${batch.file} undone: ${formatCount(removed, 'row')} removed, ${formatNumber(rehomed)} kept by other imports, ${formatCount(restored, 'earlier value')} restored.`,
        actions: [{ label: 'Redo', run: () => void turn({ ...batch, state: 'undone' }) }],
      });
    } else {
      await runCommand('redoImport', { batch: batch.batch }, { label: `Redo ${batch.file}` });
      notify({ level: 'info', text: `${batch.file} imported again from its stored bytes.` });
    }
  } catch {
    // Notified by runCommand.
  }
}

const details = (batch: LedgerBatch): void =>
  openView('imports', { batch: batch.batch }, { title: `Batch ${batch.batch}` });

const COLUMNS: readonly Column<LedgerBatch>[] = [
  {
    id: 'batch',
    header: 'Batch',
    kind: 'number',
    size: 56,
    value: (b) => Number(b.batch),
    onOpen: details,
    meaning: 'Opens the import: how it was read, its rejects, its columns',
  },
  {
    id: 'file',
    header: 'File',
    size: 230,
    value: (b) => b.file,
    onOpen: (b) => openSource(b.batch, 1, b.file),
    meaning: 'Opens the file as it was imported',
  },
  {
    id: 'undo',
    header: 'Undo',
    size: 62,
    sortable: false,
    meaning: 'Undoes or redoes this import; the order does not matter',
    value: (b) => (b.state === 'live' ? 'Undo' : 'Redo'),
    cell: (b) => (
      <span
        title={b.state === 'live' ? `Takes back ${takesBack(b.entities)}` : 'Imports it again from its stored bytes'}
      >
        {b.state === 'live' ? 'Undo' : 'Redo'}
      </span>
    ),
    onOpen: (b) => void turn(b),
  },
  { id: 'state', header: 'State', size: 66, value: (b) => b.state },
  { id: 'what', header: 'Rows', size: 290, value: (b) => b.entities.map(countWords).join('; ') },
  {
    id: 'skipped',
    header: 'Skipped',
    kind: 'number',
    size: 68,
    value: (b) => b.skipped,
    meaning: 'Left out on purpose',
  },
  {
    id: 'rejected',
    header: 'Rejected',
    kind: 'number',
    size: 72,
    value: (b) => b.rejected,
    onOpen: details,
    meaning: 'Opens the rows that could not be loaded, to be corrected',
  },
  { id: 'profile', header: 'Read as', size: 170, value: (b) => b.profile ?? `own mapping, ${b.source}` },
  { id: 'source', header: 'Source', size: 110, value: (b) => b.source, hidden: true },
  { id: 'day', header: 'Imported', kind: 'day', size: 90, value: (b) => b.day },
  { id: 'read', header: 'Rows read', kind: 'number', size: 84, value: (b) => b.read, hidden: true },
  { id: 'seconds', header: 'Seconds', kind: 'number', size: 74, value: (b) => b.seconds, hidden: true },
];

/** Every import, newest first; any of them can be undone and redone in any order. `below`: under files, an empty one is a line. */
export function Ledger({ below = false }: { below?: boolean }) {
  const open = useOpenWorkspace((s) => s.info !== null);
  const [shown, setShown] = useRemembered('imports.ledgerShown', true);
  const ledger = useEngine('imports', {}, { enabled: shown });
  if (!open) return null;
  const toggle = (
    <Button
      kind="quiet"
      icon={shown ? 'chevron-down' : 'chevron-right'}
      aria-expanded={shown}
      onClick={() => setShown(!shown)}
    >
      Ledger
    </Button>
  );
  return (
    <section
      className={
        shown && !(below && ledger.data?.batches.length === 0) ? 'imports-ledger' : 'imports-ledger imports-shut'
      }
      aria-label="Ledger of imports"
    >
      {shown ? (
        <Answer of={ledger} what="Reading the ledger">
          {({ batches }) =>
            below && batches.length === 0 ? (
              <h2 className="imports-title">
                {toggle} <span className="dim">Nothing imported yet</span>
              </h2>
            ) : (
              <LedgerTable batches={batches} toggle={toggle} />
            )
          }
        </Answer>
      ) : (
        <h2 className="imports-title">{toggle}</h2>
      )}
    </section>
  );
}

function LedgerTable({ batches, toggle }: { batches: readonly LedgerBatch[]; toggle: React.ReactNode }) {
  const rows = useMemo(() => [...batches].reverse(), [batches]);
  const live = batches.filter((b) => b.state === 'live').length;
  const undone = batches.length - live;
  return (
    <DataTable<LedgerBatch>
      id="imports.ledger"
      label="Ledger of imports"
      columns={COLUMNS}
      rows={rows}
      rowKey={(b) => b.batch}
      onOpen={details}
      toolbar={
        <h2 className="imports-title">
          {toggle}{' '}
          <span className="dim">
            {formatCount(live, 'import')} live{undone > 0 ? `, ${formatNumber(undone)} undone` : ''}
            {rows[0] ? `, the newest of ${formatDay(rows[0].day)}` : ''}
          </span>
        </h2>
      }
      empty={{
        title: 'Nothing imported yet',
        needs: 'Each imported file is listed here with its counts and rejects, and can be undone in any order.',
      }}
    />
  );
}
