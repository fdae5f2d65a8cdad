import { useMemo, useState } from 'react';
import { Button, DataTable, Loading, Progress, Select, Tabs, TextField, formatCount, formatNumber, formatSeconds } from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { useEngine, useTasks } from '../../data/index.ts';
import { DryRun } from './DryRun.tsx';
import { Mapping } from './Mapping.tsx';
import { useQueue, type DateOrder, type Item } from './queue.ts';

type Area = 'preview' | 'mapping' | 'dry-run';
const ORDERS = [
  { value: '', label: 'as detected' },
  { value: 'dmy', label: 'day.month.year' },
  { value: 'mdy', label: 'month/day/year' },
  { value: 'ymd', label: 'year-month-day' },
] as const;
const DELIMITERS: Readonly<Record<string, string>> = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'pipe' };

/** Everything about one waiting file: what was detected and why, how it is read, what an import would do. */
export function Detail({ item }: { item: Item }) {
  const { check, commit, override } = useQueue();
  const catalogue = useEngine('profiles', {});
  const [area, setArea] = useState<Area>('preview');
  const shown: Area = item.checked && area === 'preview' ? 'dry-run' : area;
  const { token } = item.file;
  const { overrides, looked } = item;
  const task = useTasks((s) => s.tasks.find((t) => t.state === 'running' && t.label.endsWith(item.file.name)) ?? null);
  const busy = item.state === 'checking' || item.state === 'importing';
  return (
    <section className="imports-detail" aria-label={item.file.name} aria-busy={item.state === 'looking' || busy}>
      <header className="imports-head">
        <h2>{item.file.name}</h2>
        {item.state === 'done' ? null : item.checked ? (
          <Button kind="primary" disabled={busy || item.checked.already !== null} onClick={() => void commit(token)}>
            Import
          </Button>
        ) : (
          <Button kind="primary" disabled={busy || item.state === 'looking'} onClick={() => void check(token)}>
            Check
          </Button>
        )}
        {item.checked ? (
          <Button disabled={busy} onClick={() => void check(token)}>
            Check again
          </Button>
        ) : null}
      </header>
      {item.state === 'looking' ? <Loading what={`Looking at ${item.file.name}`} /> : null}
      {busy ? (
        <Progress
          label={task?.progress?.what ?? (item.state === 'checking' ? 'Checking' : 'Importing')}
          done={task?.progress?.done ?? null}
          total={task?.progress?.total ?? null}
          note={task?.progress ? rateOf(task.progress) : undefined}
          onCancel={task ? () => task.cancel() : undefined}
        />
      ) : null}
      {item.error ? (
        <div className="imports-error" role="alert">
          <p className="warning-text">{item.error.message}</p>
          {item.error.code === 'date-order' ? (
            <div className="imports-choice" role="group" aria-label="Order of the dates in this file">
              {(['dmy', 'mdy', 'ymd'] as const).map((order) => (
                <Button key={order} onClick={() => void override(token, { dateOrder: order }).then(() => check(token))}>
                  {ORDERS.find((o) => o.value === order)!.label}
                </Button>
              ))}
            </div>
          ) : null}
        </div>
      ) : null}
      {item.committed ? <Outcome item={item} /> : null}
      {looked ? (
        <>
          <p className="finding">{detected(item)}</p>
          <div className="imports-options">
            <Select
              inline
              label="read as"
              value={overrides.profile !== undefined ? `p:${overrides.profile}` : overrides.as !== undefined ? `e:${overrides.as}` : ''}
              choices={[
                { value: '', label: looked.sniff.profile ?? 'as proposed' },
                ...(catalogue.data?.profiles ?? []).map((p) => ({ value: `p:${p.id}`, label: p.title })),
                ...(catalogue.data?.entities ?? []).map((e) => ({ value: `e:${e.name}`, label: `rows are: ${e.name.replace('_', ' ')}` })),
              ]}
              onChange={(value) => void override(token, value.startsWith('p:') ? { profile: value.slice(2), as: '' } : value.startsWith('e:') ? { as: value.slice(2), profile: '' } : { as: '', profile: '' })}
            />
            <Select inline label="dates" value={overrides.dateOrder ?? ''} choices={ORDERS} onChange={(value) => void override(token, { dateOrder: value as DateOrder })} />
            <TextField label="source" value={overrides.source ?? ''} placeholder={looked.proposal?.mapping.source ?? item.file.name.replace(/\.[^.]+$/, '')} onChange={(source) => void override(token, { source })} />
          </div>
          <Tabs
            label="About the file"
            value={shown}
            onChange={setArea}
            items={[
              { id: 'preview', label: 'Preview' },
              { id: 'mapping', label: 'Mapping', badge: Object.keys(overrides.fields ?? {}).length || null },
              { id: 'dry-run', label: 'Dry run', badge: item.checked?.rejected || null },
            ]}
          >
            {shown === 'preview' ? <Preview item={item} /> : shown === 'mapping' ? <Mapping item={item} entities={catalogue.data?.entities ?? []} /> : <DryRun item={item} />}
          </Tabs>
        </>
      ) : null}
    </section>
  );
}

function rateOf(progress: { rate: number | null; etaSeconds: number | null; done: number; total: number | null }): string {
  const parts: string[] = [];
  if (progress.total) parts.push(`${Math.floor((progress.done / progress.total) * 100)} %`);
  if (progress.etaSeconds !== null && progress.etaSeconds > 1) parts.push(`about ${formatSeconds(progress.etaSeconds)} left`);
  return parts.join(', ');
}

/** What was found, in one or two sentences, with the reason. */
function detected(item: Item): string {
  const { sniff } = item.looked!;
  const doubts = sniff.columns.filter((c) => c.ambiguous);
  const dates = sniff.columns.find((c) => c.dateOrder !== null && c.why !== '');
  return [
    sniff.profile
      ? `Recognised as ${sniff.profile} by its columns.`
      : `Not a known export; the columns decide what a row is.`,
    `${formatCount(sniff.logicalRecords, 'record')}${sniff.rawRecords !== sniff.logicalRecords ? ` in ${formatNumber(sniff.rawRecords)} rows` : ''}, ${sniff.encoding}, ${DELIMITERS[sniff.delimiter] ?? sniff.delimiter} separated${sniff.preambleRecords > 0 ? `, ${formatCount(sniff.preambleRecords, 'line')} before the header` : ''}${sniff.footerRecords > 0 ? `, ${formatCount(sniff.footerRecords, 'line')} after the data` : ''}.`,
    dates ? `Dates are ${dates.dateOrder}: ${dates.why}.` : '',
    doubts.length > 0 ? `Undecided: ${doubts.map((c) => c.header).join(', ')}.` : '',
    sniff.provisional ? 'Decided on the first 2 MB; the dry run decides on all rows.' : '',
  ]
    .filter((s) => s !== '')
    .join(' ');
}

function Outcome({ item }: { item: Item }) {
  const { committed } = item;
  if (!committed) return null;
  if (committed.already) return <p className="sentence">{committed.already.message}</p>;
  return (
    <p className="sentence" role="status">
      Imported as batch {committed.batch}: {committed.entities.map((e) => `${formatNumber(e.created)} ${e.entity.replace('_', ' ')} new, ${formatNumber(e.updated)} changed, ${formatNumber(e.unchanged)} unchanged`).join('; ')}. {formatNumber(committed.skipped)} skipped, {formatNumber(committed.rejected)} rejected, {formatSeconds(committed.seconds)}.
    </p>
  );
}

type Record_ = Readonly<Record<string, string>>;

function Preview({ item }: { item: Item }) {
  const { sniff } = item.looked!;
  const columns = useMemo(
    (): Column<Record_>[] => sniff.columns.map((c) => ({ id: c.header, header: c.header, meaning: `${c.type}: ${c.why}`, value: (r) => r[c.header] ?? null, size: 130 })),
    [sniff],
  );
  const rows = useMemo(() => sniff.records.map((r, i) => ({ ...r, '': String(i) })), [sniff]);
  return <DataTable id="imports.preview" label={`First records of ${item.file.name}`} columns={columns} rows={rows} rowKey={(r) => r['']!} height={260} hideToolbar empty={{ title: 'No record', needs: 'The file has a header and no rows.' }} />;
}
