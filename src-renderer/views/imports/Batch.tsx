import { useEffect, useState } from 'react';
import type { Result } from '#contract/api.ts';
import {
  Answer,
  Button,
  Crumbs,
  formatBytes,
  formatCount,
  formatDay,
  formatNumber,
  Icon,
  Isolated,
  Tabs,
  useRemembered,
  ViewControls,
} from '../../kit/index.ts';
import { openSource, useEngine } from '../../data/index.ts';
import { ControlTable } from './Checks.tsx';
import { FixRejects } from './FixRejects.tsx';
import { turn } from './Ledger.tsx';
import type { LedgerBatch } from './Ledger.tsx';
import { Retype } from './Retype.tsx';
import { countWords, fieldName, takesBack } from './words.ts';

type Detail = Result<'importDetail'>;
type Area = 'rejects' | 'columns' | 'decisions' | 'drift';

/** One import of the ledger: what it did, how it was read, its rejects, and reading a column as something else. */
export function Batch({ batch, setTitle }: { batch: string; setTitle: (title: string) => void }) {
  const ledger = useEngine('imports', {});
  const detail = useEngine('importDetail', { batch });
  const row = ledger.data?.batches.find((b) => b.batch === batch);
  const file = detail.data?.file;
  useEffect(() => {
    if (file !== undefined) setTitle(`Batch ${batch}: ${file}`);
  }, [file, batch, setTitle]);
  return (
    <Answer of={detail} what="Reading the import">
      {(found) => <Found row={row} detail={found} />}
    </Answer>
  );
}

function Found({ row, detail }: { row: LedgerBatch | undefined; detail: Detail }) {
  const [area, setArea] = useRemembered<Area>('imports.batchArea', 'rejects');
  const { batch, file, state } = detail;
  const left = detail.exceptions;
  const out = left.lines.length + left.fields.length + left.changed.length + left.created.length;
  const body = (): React.ReactNode => {
    switch (area) {
      case 'columns':
        return <Columns detail={detail} />;
      case 'decisions':
        return <Decisions detail={detail} />;
      case 'drift':
        return <DriftOf batch={batch} detail={detail} />;
      default:
        return <FixRejects batch={batch} />;
    }
  };
  return (
    <section className="imports imports-batch" aria-label={`Import ${batch}`}>
      <Crumbs items={[state === 'live' ? 'live' : 'undone']} />
      <ViewControls>
        <Button icon="file-code" onClick={() => openSource(batch, 1, file)}>
          Show the file
        </Button>
        {row ? (
          <Button icon={state === 'live' ? 'discard' : 'redo'} onClick={() => void turn(row)}>
            {state === 'live' ? 'Undo' : 'Redo'}
          </Button>
        ) : null}
      </ViewControls>
      <h2 className="hidden-label">
        Import {batch}, {file}
      </h2>
      <p className="finding">
        <Isolated text={file} /> ({formatBytes(detail.bytes)}), imported on {formatDay(detail.day)} as{' '}
        {detail.profile ?? 'an export with a mapping of its own'}, source {detail.source}
        {detail.snapshot ? ', a full export' : ''}.{' '}
        {row
          ? `${row.entities.map(countWords).join('; ')}; ${formatNumber(row.skipped)} skipped, ${formatNumber(row.rejected)} rejected.`
          : ''}{' '}
        {out > 0 ? `Left out by choice: ${leftWords(left)}.` : ''}
      </p>
      {row && state === 'live' ? (
        <p className="dim">Undoing it takes back {takesBack(row.entities)}. Other imports stay, in any order.</p>
      ) : null}
      <Tabs<Area>
        label={`About import ${batch}`}
        className="imports-tabs"
        value={area}
        onChange={setArea}
        items={[
          { id: 'rejects', label: 'Rejects', badge: row?.rejected || null },
          { id: 'columns', label: 'Columns', badge: null },
          { id: 'decisions', label: 'How it was read', badge: null },
          { id: 'drift', label: 'Totals and changes', badge: null },
        ]}
      >
        {body()}
      </Tabs>
    </section>
  );
}

function leftWords({ lines, fields, changed, created }: Detail['exceptions']): string {
  const rows = lines.reduce((n, [from, to]) => n + to - from + 1, 0);
  return [
    ...(rows > 0 ? [formatCount(rows, 'source row')] : []),
    ...fields.map((f) => `changes of ${fieldName(f)}`),
    ...changed.map((e) => `changes of ${e}`),
    ...created.map((e) => `new rows of ${e}`),
  ].join(', ');
}

/** What each column became, with the way to read it as something else. */
function Columns({ detail }: { detail: Detail }) {
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <div className={chosen === null ? 'imports-columns' : 'imports-columns imports-both'}>
      <div className="imports-mapping">
        <table className="plain-table" aria-label={`Columns of ${detail.file}`}>
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col" className="num">
                Filled
              </th>
              <th scope="col">Became</th>
              <th scope="col">Read as</th>
            </tr>
          </thead>
          <tbody>
            {detail.columns.map(({ header, filled, fields }, i) => (
              // oxlint-disable-next-line react/no-array-index-key -- two columns can have the same header
              <tr key={`${i} ${header}`} className={header === chosen ? 'on' : undefined}>
                <th scope="row">
                  <Button
                    kind="quiet"
                    className="imports-link"
                    aria-label={`Read ${header} as something else`}
                    aria-expanded={header === chosen}
                    onClick={() => setChosen(header === chosen ? null : header)}
                  >
                    <Isolated text={header} />
                  </Button>
                </th>
                <td className="num">{formatNumber(filled)}</td>
                <td>
                  {fields.length === 0 ? (
                    <span className="dim">attribute</span>
                  ) : (
                    fields.map((f) => `${f.entity}.${f.field}`).join(', ')
                  )}
                </td>
                <td className="dim">
                  {fields
                    .flatMap((f) => [
                      f.dateOrder,
                      f.decimal === ',' ? 'decimal comma' : undefined,
                      f.currency,
                      f.zone,
                      f.policy,
                    ])
                    .filter((word) => word !== undefined)
                    .join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {chosen === null ? null : <Retype key={chosen} detail={detail} header={chosen} onClose={() => setChosen(null)} />}
    </div>
  );
}

/** What was decided about the file, and by which rule. */
function Decisions({ detail }: { detail: Detail }) {
  return (
    <div className="imports-mapping">
      <table className="plain-table" aria-label={`How ${detail.file} was read`}>
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">What</th>
            <th scope="col">Is</th>
            <th scope="col">Because</th>
          </tr>
        </thead>
        <tbody>
          {detail.decisions.map((d, i) => (
            // oxlint-disable-next-line react/no-array-index-key -- a decision is known by its place
            <tr key={i}>
              <th scope="row">{d.column ?? <span className="dim">file</span>}</th>
              <td>{d.what}</td>
              <td>
                <Isolated text={d.value} />
              </td>
              <td className="dim">{d.why}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function DriftOf({ batch, detail }: { batch: string; detail: Detail }) {
  const drift = useEngine('drift', { batch });
  return (
    <div className="imports-checks">
      <section aria-label="Control totals">
        <h3>Control totals</h3>
        {detail.control.length === 0 ? (
          <p className="dim">The file states no total and no number of records.</p>
        ) : (
          <ControlTable control={detail.control} />
        )}
      </section>
      <section aria-label="Changes since the last file">
        <h3>Since the file of its kind before</h3>
        <Answer of={drift} what="Comparing the files">
          {({ against, lines }) =>
            against === null ? (
              <p className="dim">It was the first of its kind.</p>
            ) : lines.length === 0 ? (
              <p className="dim">Nothing stands out against {against.file}.</p>
            ) : (
              <ul className="imports-list">
                {lines.map((line, i) => (
                  // oxlint-disable-next-line react/no-array-index-key -- a line is known by its place
                  <li key={i}>
                    <Icon name="warning" /> <Isolated text={line.message} />
                  </li>
                ))}
              </ul>
            )
          }
        </Answer>
      </section>
    </div>
  );
}
