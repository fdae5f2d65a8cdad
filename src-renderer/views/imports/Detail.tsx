import { useMemo } from 'react';
import {
  Button,
  DataTable,
  formatCount,
  formatNumber,
  formatSeconds,
  Icon,
  Loading,
  Progress,
  Select,
  Tabs,
  TextField,
  useRemembered,
} from '../../kit/index.ts';
import type { Choice, Column } from '../../kit/index.ts';
import { openSource, useEngine, useTasks } from '../../data/index.ts';
import { Counts, Differences, Rejects } from './DryRun.tsx';
import { Failed } from './Failed.tsx';
import { Mapping } from './Mapping.tsx';
import { useQueue } from './queue.ts';
import type { DateOrder, Item, Looked } from './queue.ts';
import { countWords, entityName } from './words.ts';

type Area = 'records' | 'mapping' | 'changes' | 'rejects';

export const ORDERS: readonly Choice<DateOrder | ''>[] = [
  { value: '', label: 'as detected' },
  { value: 'dmy', label: 'day month year' },
  { value: 'mdy', label: 'month day year' },
  { value: 'ymd', label: 'year month day' },
];
const ORDER_WORDS: Readonly<Record<DateOrder, string>> = { dmy: 'day first', mdy: 'month first', ymd: 'year first' };
const DELIMITERS: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' };

/** Everything about one waiting file: what was detected and why, how it is read, what an import would do. */
export function Detail({ item }: { item: Item }) {
  const { check, commit } = useQueue.getState();
  const { token, name } = item.file;
  const task = useTasks((s) => s.tasks.find((t) => t.state === 'running' && t.label.endsWith(` ${name}`)) ?? null);
  const busy = item.state === 'checking' || item.state === 'importing';
  const { checked, looked } = item;
  return (
    <section className="imports-detail" aria-label={name} aria-busy={item.state === 'looking' || busy}>
      <header className="imports-head">
        <h2>{name}</h2>
        {item.state === 'done' || !looked ? null : (
          <>
            <Button
              kind="primary"
              disabled={busy || !checked || checked.already !== null}
              title="Import this file (Ctrl+Enter)"
              onClick={() => void commit(token)}
            >
              Import
            </Button>
            <Button disabled={busy} onClick={() => void check(token)}>
              {checked ? 'Check again' : 'Check'}
            </Button>
          </>
        )}
      </header>
      {item.state === 'waiting' || item.state === 'looking' ? <Loading what={`Looking at ${name}`} /> : null}
      {busy ? (
        <Progress
          label={item.state === 'checking' ? 'Checking; nothing is written' : 'Importing'}
          done={task?.progress?.done ?? null}
          total={task?.progress?.total ?? null}
          note={task?.progress ? progressWords(task.progress) : undefined}
          onCancel={task ? () => task.cancel() : undefined}
        />
      ) : null}
      {item.error ? <Failed item={item} /> : null}
      {item.note ? (
        <p className="warning-text" role="status">
          {item.note}
        </p>
      ) : null}
      {item.committed ? <Outcome item={item} /> : null}
      {looked ? (
        <>
          <Detected looked={looked} />
          {item.state === 'done' ? null : <Options item={item} looked={looked} />}
          {checked ? <Counts checked={checked} /> : null}
          <Areas item={item} looked={looked} />
        </>
      ) : null}
    </section>
  );
}

/** What was found in the file and why, in sentences. */
function Detected({ looked: { sniff } }: { looked: Looked }) {
  const doubts = sniff.columns.filter((c) => c.ambiguous);
  const dated = sniff.columns.filter((c) => c.dateOrder !== null);
  const telling = dated.find((c) => c.dateOrder !== 'ymd') ?? dated[0];
  const parts = [
    sniff.profile
      ? `Recognised as ${sniff.profile} (${formatNumber(sniff.confidence * 100, { decimals: 0 })} % sure) by its columns.`
      : 'Not an export that is known; the mapping below is proposed from headers and values.',
    `${formatCount(sniff.logicalRecords, 'record')}${sniff.rawRecords !== sniff.logicalRecords ? ` in ${formatCount(sniff.rawRecords, 'row')}` : ''} and ${formatCount(sniff.columns.length, 'column')}, ${writtenAs(sniff)}, ${headerWords(sniff)}.`,
    telling ? `Dates ${ORDER_WORDS[telling.dateOrder!]}: ${telling.why} (${telling.header}).` : '',
    sniff.provisional ? 'Decided on the first 2 MB; the check decides on all rows.' : '',
  ];
  return (
    <>
      <p className="finding">{parts.filter((p) => p !== '').join(' ')}</p>
      {doubts.length > 0 ? (
        <p className="warning-text">
          <Icon name="warning" /> Undecided: {doubts.map((c) => `${c.header} (${c.why})`).join(', ')}. Choose the order
          of the dates below.
        </p>
      ) : null}
    </>
  );
}

/** How the file is written: text, a sheet of a workbook, JSON. */
function writtenAs(sniff: Looked['sniff']): string {
  if (sniff.format === 'json') return `JSON (${sniff.notes?.[0]?.why ?? 'records'})`;
  if (sniff.format === 'xlsx') {
    const others = (sniff.sheets?.length ?? 1) - 1;
    return `sheet “${sniff.sheet ?? ''}” of a workbook${others > 0 ? ` with ${formatCount(others, 'other sheet')}` : ''}`;
  }
  return `${sniff.encoding}${sniff.bom ? ' with byte order mark' : ''}, ${DELIMITERS[sniff.delimiter] ?? sniff.delimiter} separated`;
}

function headerWords(sniff: Looked['sniff']): string {
  const header =
    sniff.headerRows === 0
      ? 'no header'
      : sniff.headerRows === 1
        ? 'one header row'
        : `${sniff.headerRows} header rows`;
  const before = sniff.preambleRecords > 0 ? ` after ${formatCount(sniff.preambleRecords, 'line')} of preamble` : '';
  const after = sniff.footerRecords > 0 ? `, ${formatCount(sniff.footerRecords, 'line')} after the data` : '';
  return `${header}${before}${after}`;
}

/** How the file is read, to be overruled. */
function Options({ item, looked }: { item: Item; looked: Looked }) {
  const { override } = useQueue.getState();
  const catalogue = useEngine('profiles', {});
  const { overrides } = item;
  const { token, name } = item.file;
  return (
    <div className="imports-options">
      <Select
        inline
        label="read as"
        value={overrides.profile ?? ''}
        choices={[
          { value: '', label: detectedTitle(looked.sniff.profile, catalogue.data?.profiles ?? []) },
          ...(catalogue.data?.profiles ?? []).map((p) => ({ value: p.id, label: p.title })),
        ]}
        onChange={(value) => override(token, { profile: value === '' ? undefined : value, as: undefined })}
      />
      <Select
        inline
        label="a row is"
        value={overrides.as ?? ''}
        choices={[
          {
            value: '',
            label:
              looked.proposal && overrides.as === undefined
                ? looked.proposal.mapping.entities.map((e) => entityName(e.entity)).join(' and ')
                : 'as detected',
          },
          ...(catalogue.data?.entities ?? []).map((e) => ({ value: e.name, label: entityName(e.name) })),
        ]}
        onChange={(value) => override(token, { as: value === '' ? undefined : value, profile: undefined })}
      />
      {(looked.sniff.sheets?.length ?? 0) > 1 ? (
        <Select
          inline
          label="sheet"
          value={overrides.sheet ?? ''}
          choices={[
            {
              value: '',
              label: overrides.sheet === undefined ? `${looked.sniff.sheet ?? ''} (detected)` : 'as detected',
            },
            ...(looked.sniff.sheets ?? []).map((s) => ({
              value: s.name,
              label: s.hidden ? `${s.name} (hidden)` : s.name,
            })),
          ]}
          onChange={(value) => override(token, { sheet: value === '' ? undefined : value })}
        />
      ) : null}
      <Select
        inline
        label="dates"
        value={overrides.dateOrder ?? ''}
        choices={ORDERS}
        onChange={(value) => override(token, { dateOrder: value === '' ? undefined : value })}
      />
      <TextField
        label="source"
        className="imports-source"
        value={overrides.source ?? ''}
        placeholder={looked.proposal?.mapping.source ?? name.replace(/\.[^.]+$/, '')}
        onChange={(source) => override(token, { source: source === '' ? undefined : source })}
      />
    </div>
  );
}

function detectedTitle(profile: string | null, profiles: readonly { id: string; title: string }[]): string {
  if (profile === null) return 'no known export';
  return `${profiles.find((p) => p.id === profile)?.title ?? profile} (detected)`;
}

function Areas({ item, looked }: { item: Item; looked: Looked }) {
  const catalogue = useEngine('profiles', {});
  const [area, setArea] = useRemembered<Area>('imports.area', 'records');
  const { checked } = item;
  const body = (): React.ReactNode => {
    switch (area) {
      case 'mapping':
        return <Mapping item={item} entities={catalogue.data?.entities ?? []} />;
      case 'changes':
        return <Differences item={item} />;
      case 'rejects':
        return <Rejects item={item} />;
      default:
        return <Records name={item.file.name} sniff={looked.sniff} />;
    }
  };
  return (
    <Tabs<Area>
      label={`About ${item.file.name}`}
      className="imports-tabs"
      value={area}
      onChange={setArea}
      items={[
        { id: 'records', label: 'First records' },
        { id: 'mapping', label: 'Mapping', badge: Object.keys(item.overrides.fields ?? {}).length || null },
        { id: 'changes', label: 'Changes', badge: checked?.differences.length || null },
        { id: 'rejects', label: 'Rejects', badge: checked?.rejected || null },
      ]}
    >
      {body()}
    </Tabs>
  );
}

type Shown = { at: number; cells: Record<string, string> };

/** The first records as the importer reads them. */
function Records({ name, sniff }: { name: string; sniff: Looked['sniff'] }) {
  const columns = useMemo(
    (): Column<Shown>[] =>
      sniff.columns.map((c, i) => ({
        id: `${i} ${c.header}`,
        header: c.header === '' ? `column ${i + 1}` : c.header,
        meaning: `${c.type}${c.dateOrder ? `, ${c.dateOrder}` : ''}: ${c.why}`,
        size: 130,
        value: (r) => r.cells[c.header] ?? null,
      })),
    [sniff],
  );
  const rows = useMemo(() => sniff.records.map((cells, at): Shown => ({ at, cells })), [sniff]);
  return (
    <DataTable<Shown>
      id="imports.preview"
      label={`First records of ${name}`}
      columns={columns}
      rows={rows}
      rowKey={(r) => String(r.at)}
      hideToolbar
      empty={{ title: 'No record', needs: 'The file has a header and no rows.' }}
    />
  );
}

/** How far a check or an import is: rows, rate, time left. */
function progressWords(progress: {
  done: number;
  total: number | null;
  etaSeconds: number | null;
  what: string;
}): string {
  const { rows, rowsPerSecond } = progress as { rows?: number; rowsPerSecond?: number };
  const parts = [progress.what];
  if (progress.total) parts.push(`${Math.min(100, Math.floor((progress.done / progress.total) * 100))} %`);
  if (rows !== undefined && rows > 0) parts.push(formatCount(rows, 'row'));
  if (rowsPerSecond !== undefined && rowsPerSecond > 0) parts.push(`${formatNumber(rowsPerSecond)} rows a second`);
  if (progress.etaSeconds !== null && progress.etaSeconds >= 1)
    parts.push(`about ${formatSeconds(progress.etaSeconds)} left`);
  return parts.join(' · ');
}

/** What an import did. */
function Outcome({ item }: { item: Item }) {
  const { committed } = item;
  if (!committed) return null;
  const { batch, already, entities, skipped, rejected, file } = committed;
  if (already || batch === null)
    return <p className="warning-text">{already?.message ?? 'The file had been imported already.'}</p>;
  return (
    <p className="finding" role="status">
      <Icon name="pass" /> Imported as batch {batch}: {entities.map(countWords).join('; ')}; {formatNumber(skipped)}{' '}
      skipped, {formatNumber(rejected)} rejected.{' '}
      <Button kind="quiet" icon="file-code" onClick={() => openSource(batch, 1, file)}>
        Show the file
      </Button>
    </p>
  );
}
