import { useState } from 'react';
import {
  Button,
  formatCount,
  formatNumber,
  formatSeconds,
  Icon,
  Isolated,
  Loading,
  Progress,
  Tabs,
  useRemembered,
} from '../../kit/index.ts';
import { openSource, openView, useTasks } from '../../data/index.ts';
import type { Task } from '../../data/index.ts';
import { Changes } from './Changes.tsx';
import { Checks, checkCount } from './Checks.tsx';
import { Columns } from './Columns.tsx';
import { Counts } from './Counts.tsx';
import { Failed } from './Failed.tsx';
import { FirstRows } from './FirstRows.tsx';
import { Owners } from './Owners.tsx';
import { useQueue } from './queue.ts';
import type { Item } from './queue.ts';
import { Detected, Reading } from './Reading.tsx';
import { Rejects } from './Rejects.tsx';
import { Since } from './Since.tsx';
import { countWords } from './words.ts';

type Area = 'records' | 'columns' | 'changes' | 'rejects' | 'checks' | 'owners';

/** Everything about one file of a set: what was detected and why, how it is read, what an import would do. */
export function Detail({ item }: { item: Item }) {
  const { check, commit, cancel } = useQueue.getState();
  const { token, name } = item.file;
  const task = useTasks((s) => s.tasks.find((t) => t.state === 'running' && t.label.endsWith(` ${name}`)) ?? null);
  const busy = item.state === 'checking' || item.state === 'importing';
  const { checked, preview } = item;
  return (
    <section className="imports-detail" aria-label={name} aria-busy={item.state === 'looking' || busy}>
      <header className="imports-head">
        <h2>
          <Isolated text={name} />
        </h2>
        {item.state === 'done' || !preview ? null : (
          <>
            <Button
              kind="primary"
              disabled={busy || item.state === 'looking' || !checked || checked.already !== null}
              title="Import this file (Ctrl+Enter)"
              onClick={() => void commit(token)}
            >
              Import
            </Button>
            <Button disabled={busy || item.state === 'looking'} onClick={() => void check(token)}>
              {checked ? 'Check again' : 'Check'}
            </Button>
          </>
        )}
      </header>
      {preview === null && (item.state === 'waiting' || item.state === 'looking') ? (
        <Loading what={`Looking at ${name}`} />
      ) : null}
      {busy ? (
        <Progress
          label={item.state === 'checking' ? 'Checking; nothing is written' : 'Importing'}
          done={task?.progress?.done ?? null}
          total={task?.progress?.total ?? null}
          note={task?.progress ? progressWords(task.progress) : undefined}
          onCancel={() => cancel(token)}
        />
      ) : null}
      {item.error ? <Failed item={item} /> : null}
      {item.note ? (
        <p className="warning-text" role="status">
          {item.note}
        </p>
      ) : null}
      {item.committed ? <Outcome item={item} /> : null}
      {preview ? (
        <>
          <Detected preview={preview} />
          <Since item={item} preview={preview} />
          {item.state === 'done' ? null : <Reading item={item} preview={preview} />}
          {checked ? <Counts checked={checked} done={item.state === 'done'} /> : null}
          <Areas item={item} />
        </>
      ) : null}
    </section>
  );
}

function Areas({ item }: { item: Item }) {
  const [area, setArea] = useRemembered<Area>('imports.area', 'records');
  const [reveal, setReveal] = useState(false);
  const { checked } = item;
  const preview = item.preview!;
  const edits = Object.keys(item.overrides.edits?.columns ?? {}).length;
  const body = (): React.ReactNode => {
    switch (area) {
      case 'columns':
        return <Columns item={item} preview={preview} reveal={reveal} />;
      case 'changes':
        return <Changes item={item} />;
      case 'rejects':
        return <Rejects item={item} reveal={reveal} />;
      case 'checks':
        return <Checks item={item} />;
      case 'owners':
        return <Owners preview={preview} />;
      default:
        return <FirstRows preview={preview} reveal={reveal} onReveal={setReveal} />;
    }
  };
  return (
    <Tabs<Area>
      label={`About ${item.file.name}`}
      className="imports-tabs"
      value={area}
      onChange={setArea}
      items={[
        { id: 'records', label: 'First rows' },
        { id: 'columns', label: 'Columns', badge: edits || null },
        { id: 'changes', label: 'Changes', badge: checked?.differences.length || null },
        { id: 'rejects', label: 'Rejects', badge: checked?.rejected || null },
        { id: 'checks', label: 'Checks', badge: checkCount(checked) || null },
        { id: 'owners', label: 'Owners' },
      ]}
    >
      {body()}
    </Tabs>
  );
}

/** How far a check or an import is: rows, rate, time left. */
function progressWords({ what, done, total, rows, rowsPerSecond, etaSeconds }: NonNullable<Task['progress']>): string {
  const parts = [what];
  if (total) parts.push(`${Math.min(100, Math.floor((done / total) * 100))} %`);
  if (rows !== undefined && rows > 0) parts.push(formatCount(rows, 'row'));
  if (rowsPerSecond !== undefined && rowsPerSecond > 0) parts.push(`${formatNumber(rowsPerSecond)} rows a second`);
  if (etaSeconds !== null && etaSeconds >= 1) parts.push(`about ${formatSeconds(etaSeconds)} left`);
  return parts.join(' · ');
}

/** What an import did, with the ways on from it. */
function Outcome({ item }: { item: Item }) {
  const { committed } = item;
  if (!committed) return null;
  const { batch, already, entities, skipped, rejected, file } = committed;
  if (already || batch === null)
    return <p className="warning-text">{already?.message ?? 'The file had been imported already.'}</p>;
  const details = (title: string): void => openView('imports', { batch }, { title });
  return (
    <p className="finding" role="status">
      <Icon name="pass" /> Imported as batch {batch}: {entities.map(countWords).join('; ')}; {formatNumber(skipped)}{' '}
      skipped, {formatNumber(rejected)} rejected.{' '}
      <Button kind="quiet" icon="list-tree" onClick={() => details(`Batch ${batch}`)}>
        {rejected > 0 ? 'Correct the rejected rows' : 'Open in the ledger'}
      </Button>
      <Button kind="quiet" icon="file-code" onClick={() => openSource(batch, 1, file)}>
        Show the file
      </Button>
    </p>
  );
}
