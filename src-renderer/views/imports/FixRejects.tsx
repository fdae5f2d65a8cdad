import { useMemo, useState } from 'react';
import type { Result } from '#contract/api.ts';
import { Answer, Button, formatCount, formatNumber, Icon, Isolated, Sentence } from '../../kit/index.ts';
import { engine, notify, notifyError, openSource, openView, pick, runCommand, useEngine } from '../../data/index.ts';
import { failureOf } from './queue.ts';
import { saveCsv } from './Rejects.tsx';

type Rows = Result<'rejectRows'>;
type Row = Rows['rows'][number];
/** New cells of rejected rows, by line and header. */
type Drafts = Readonly<Record<number, Readonly<Record<string, string>>>>;

const PAGE = 50;
const ALL = 100_000;

/** The rejected rows of an import in the columns of their file: cells are corrected in place, and those rows alone imported. */
export function FixRejects({ batch }: { batch: string }) {
  const [page, setPage] = useState(0);
  const rows = useEngine('rejectRows', { batch, limit: PAGE, offset: page * PAGE });
  const named = useEngine('rejects', { batch, limit: 1000 });
  return (
    <Answer
      of={rows}
      what="Reading the rejected rows"
      empty={(r) =>
        r.total === 0
          ? { title: 'No rejected row', needs: 'Every row of this import was loaded or skipped on purpose.' }
          : null
      }
    >
      {(found) => (
        <Grid
          key={`${batch} ${page} ${found.rows.map((r) => r.fixedBy ?? '-').join()}`}
          found={found}
          wrong={named.data?.rejects ?? []}
          page={page}
          onPage={setPage}
        />
      )}
    </Answer>
  );
}

function Grid({
  found,
  wrong,
  page,
  onPage,
}: {
  found: Rows;
  wrong: Result<'rejects'>['rejects'];
  page: number;
  onPage: (page: number) => void;
}) {
  const { batch, headers, total, rows } = found;
  const [drafts, setDrafts] = useState<Drafts>({});
  const [failed, setFailed] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const at = useMemo(() => new Set(wrong.map((r) => `${r.line} ${r.column ?? ''}`)), [wrong]);
  // The columns that are wrong come first: they are what is corrected.
  const order = useMemo(() => {
    const bad = new Set(wrong.map((r) => r.column));
    const places = headers.map((_, i) => i);
    return [...places.filter((i) => bad.has(headers[i]!)), ...places.filter((i) => !bad.has(headers[i]!))];
  }, [wrong, headers]);
  const changed = Object.entries(drafts).filter(([, cells]) => Object.keys(cells).length > 0);
  const open = rows.filter((r) => r.fixedBy === null);
  const put = (row: Row, header: string, value: string): void => {
    const own = row.cells[headers.indexOf(header)] ?? '';
    const { [header]: _, ...others } = drafts[row.line] ?? {};
    setDrafts({ ...drafts, [row.line]: value === own ? others : { ...others, [header]: value } });
  };
  const run = async (work: () => Promise<{ batch: string | null; fixed: number }>, what: string): Promise<void> => {
    setBusy(true);
    setFailed(null);
    try {
      const { batch: made, fixed } = await work();
      setDrafts({});
      notify({
        level: 'info',
        text: `${formatCount(fixed, 'corrected row')} imported${made === null ? '' : ` as batch ${made}`}.`,
        ...(made === null
          ? {}
          : {
              actions: [{ label: 'Show', run: () => openView('imports', { batch: made }, { title: `Batch ${made}` }) }],
            }),
      });
    } catch (error) {
      const { code, message } = failureOf(error);
      if (code !== 'cancelled') setFailed(`${what}: ${message.replace(/, or import with --on-reject keep\.$/, '.')}`);
    } finally {
      setBusy(false);
    }
  };
  const importFixed = (): void =>
    void run(
      () =>
        runCommand(
          'fixReject',
          { batch, rows: changed.map(([line, values]) => ({ line: Number(line), values: { ...values } })) },
          { label: `Import corrected rows of ${found.file}`, quiet: true },
        ),
      'The corrected rows were not imported',
    );
  const importFile = async (): Promise<void> => {
    const [file] = await pick('files');
    if (file === undefined) return;
    await run(
      () =>
        runCommand('importCorrections', { batch, file }, { label: `Import corrections of ${found.file}`, quiet: true }),
      'The file of corrections was not imported',
    );
  };
  const save = async (): Promise<void> => {
    try {
      const all = await engine.rejectRows({ batch, limit: ALL });
      const left = all.rows.filter((r) => r.fixedBy === null);
      await saveCsv(
        [
          [...all.headers, 'reject_reason', 'reject_line'],
          ...left.map((r) => [...r.cells, r.reasons.join(' '), r.line]),
        ],
        formatCount(left.length, 'rejected row'),
      );
    } catch (error) {
      notifyError(error, 'The rejected rows were not saved');
    }
  };
  return (
    <div className="imports-fix" aria-busy={busy}>
      <div className="imports-options">
        <Button kind="primary" disabled={busy || changed.length === 0} onClick={importFixed}>
          {changed.length === 0 ? 'Import corrected rows' : `Import ${formatCount(changed.length, 'corrected row')}`}
        </Button>
        <Button icon="save" disabled={busy} onClick={() => void save()}>
          Save as CSV
        </Button>
        <Button icon="folder-opened" disabled={busy} onClick={() => void importFile()}>
          Import a corrected file
        </Button>
        <span className="dim">
          {formatCount(total, 'rejected row')}
          {rows.length > open.length ? `, ${formatNumber(rows.length - open.length)} of these imported since` : ''}
        </span>
        {total > PAGE ? (
          <span className="imports-pages">
            <Button disabled={page === 0} onClick={() => onPage(page - 1)}>
              Previous
            </Button>
            <span className="dim">
              {formatNumber(page * PAGE + 1)} to {formatNumber(Math.min(total, (page + 1) * PAGE))}
            </span>
            <Button disabled={(page + 1) * PAGE >= total} onClick={() => onPage(page + 1)}>
              Next
            </Button>
          </span>
        ) : null}
      </div>
      {failed ? (
        <p className="warning-text" role="alert">
          <Icon name="warning" /> {failed}
        </p>
      ) : null}
      <Sentence dim>
        Change the cells that are wrong and import: only the rows that were changed are read again, and all of them or
        none.
      </Sentence>
      <div
        className="imports-scroll"
        tabIndex={0}
        role="group"
        aria-label={`Rejected rows of ${found.file}, to be corrected`}
      >
        <table className="plain-table imports-fixes" aria-label={`Rejected rows of ${found.file}`}>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Why it was rejected</th>
              {order.map((i) => (
                <th scope="col" key={i}>
                  <Isolated text={headers[i]!} />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.line}>
                <th scope="row">
                  <Button
                    kind="quiet"
                    className="imports-link"
                    aria-label={`Line ${row.line} in the file`}
                    onClick={() => openSource(batch, row.line, found.file)}
                  >
                    {row.line}
                  </Button>
                </th>
                <td className={row.fixedBy === null ? 'imports-reason' : 'imports-reason dim'}>
                  {row.fixedBy === null ? row.reasons.join(' ') : `Imported since as batch ${row.fixedBy}.`}
                </td>
                {order.map((i) => {
                  const header = headers[i]!;
                  const own = row.cells[i] ?? '';
                  const value = drafts[row.line]?.[header] ?? own;
                  const bad = at.has(`${row.line} ${header}`) && row.fixedBy === null;
                  return (
                    <td key={i}>
                      <input
                        className={`input${value === own ? '' : ' imports-changed'}`}
                        aria-label={`${header} of line ${row.line}`}
                        aria-invalid={bad && value === own ? true : undefined}
                        dir="auto"
                        size={Math.min(28, Math.max(6, own.length))}
                        value={value}
                        disabled={row.fixedBy !== null || busy}
                        onChange={(e) => put(row, header, e.target.value)}
                        onKeyDown={(e) => {
                          if (e.key === 'Enter' && changed.length > 0) importFixed();
                        }}
                      />
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
