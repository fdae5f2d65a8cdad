import { useMemo } from 'react';
import type { Result } from '#contract/api.ts';
import { Answer, Button, DataTable, formatCount, formatDay, formatNumber } from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import {
  engine,
  notify,
  notifyError,
  openList,
  openSource,
  runCommand,
  useEngine,
  useOpenWorkspace,
} from '../../data/index.ts';
import { saveRejects } from './DryRun.tsx';
import { countWords } from './words.ts';

type Batch = Result<'imports'>['batches'][number];
type Reject = Result<'rejects'>['rejects'][number];

/** Undoes a live import or brings an undone one back; a failure is notified. */
async function turn(batch: Batch): Promise<void> {
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

const show = (batch: Batch): void => openSource(batch.batch, 1, batch.file);
const showRejects = (batch: Batch): void =>
  openList({ title: `Rejected rows of ${batch.file}`, content: <Rejects batch={batch} /> });

const COLUMNS: readonly Column<Batch>[] = [
  { id: 'batch', header: 'Batch', kind: 'number', size: 56, value: (b) => Number(b.batch) },
  {
    id: 'file',
    header: 'File',
    size: 230,
    value: (b) => b.file,
    onOpen: show,
    meaning: 'Opens the file as it was imported',
  },
  {
    id: 'undo',
    header: 'Undo',
    size: 62,
    sortable: false,
    meaning: 'Undoes or redoes this import; the order does not matter',
    value: (b) => (b.state === 'live' ? 'Undo' : 'Redo'),
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
    onOpen: showRejects,
    meaning: 'Opens the rows that could not be loaded',
  },
  { id: 'profile', header: 'Read as', size: 170, value: (b) => b.profile ?? `own mapping, ${b.source}` },
  { id: 'source', header: 'Source', size: 110, value: (b) => b.source, hidden: true },
  { id: 'day', header: 'Imported', kind: 'day', size: 90, value: (b) => b.day },
  { id: 'read', header: 'Rows read', kind: 'number', size: 84, value: (b) => b.read, hidden: true },
  { id: 'seconds', header: 'Seconds', kind: 'number', size: 74, value: (b) => b.seconds, hidden: true },
];

/** Every import, newest first; any of them can be undone and redone in any order. */
export function Ledger() {
  const open = useOpenWorkspace((s) => s.info !== null);
  const ledger = useEngine('imports', {});
  if (!open) return null;
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
  const undone = batches.length - live;
  return (
    <DataTable<Batch>
      id="imports.ledger"
      label="Ledger of imports"
      columns={COLUMNS}
      rows={rows}
      rowKey={(b) => b.batch}
      onOpen={show}
      toolbar={
        <h2 className="imports-title">
          Ledger{' '}
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

/** The rows of an import that were not loaded; each opens its source line. */
function Rejects({ batch }: { batch: Batch }) {
  const rejects = useEngine('rejects', { batch: batch.batch });
  const columns = useMemo((): readonly Column<Reject>[] => {
    const open = (r: Reject): void => openSource(batch.batch, r.line, batch.file);
    return [
      { id: 'line', header: 'Line', kind: 'number', size: 70, value: (r) => r.line, onOpen: open },
      { id: 'column', header: 'Column', size: 160, value: (r) => r.column },
      { id: 'value', header: 'Value', size: 220, value: (r) => r.value },
      { id: 'reason', header: 'Why', size: 480, value: (r) => r.reason },
    ];
  }, [batch.batch, batch.file]);
  const save = async (): Promise<void> => {
    try {
      const all = await engine.rejects({ batch: batch.batch, limit: 100_000 });
      await saveRejects(all.rejects);
    } catch (error) {
      notifyError(error, 'The rejected rows were not saved');
    }
  };
  const numbered = useMemo(() => rejects.data?.rejects.map((r, n) => ({ ...r, n })) ?? [], [rejects.data]);
  return (
    <Answer
      of={rejects}
      what="Reading rejects"
      empty={(r) =>
        r.total === 0
          ? { title: 'No rejected row', needs: 'Every row of this import was loaded or skipped on purpose.' }
          : null
      }
    >
      {() => (
        <DataTable<Reject>
          id="imports.ledger-rejects"
          label={`Rejected rows of ${batch.file}`}
          columns={columns}
          rows={numbered}
          rowKey={(r) => String((r as Reject & { n: number }).n)}
          onOpen={(r) => openSource(batch.batch, r.line, batch.file)}
          toolbar={
            <Button kind="quiet" icon="save" onClick={() => void save()}>
              Save as CSV
            </Button>
          }
        />
      )}
    </Answer>
  );
}
