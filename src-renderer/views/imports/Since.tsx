import { Button, formatDay, Icon } from '../../kit/index.ts';
import { openView } from '../../data/index.ts';
import type { Preview } from './edits.ts';
import { useQueue } from './queue.ts';
import type { Item } from './queue.ts';

const named = (headers: readonly string[]): string =>
  `${headers
    .slice(0, 6)
    .map((header) => `“${header}”`)
    .join(', ')}${headers.length > 6 ? ` and ${headers.length - 6} more` : ''}`;

/** Which earlier import a file is read like, and how its columns and contents changed since. */
export function Since({ item, preview }: { item: Item; preview: Preview }) {
  const { override } = useQueue.getState();
  const { remembered } = preview;
  if (!remembered) return null;
  const { batch, file, day, used, added, gone, moved } = remembered;
  const { token } = item.file;
  const changes = [
    added.length > 0 ? `new: ${named(added)}` : '',
    gone.length > 0 ? `no longer there: ${named(gone)}` : '',
    moved.length > 0 ? `moved: ${named(moved)}` : '',
  ].filter((text) => text !== '');
  const drift = item.checked?.drift.lines.length ?? 0;
  return (
    <p className="imports-since" role="status">
      <Icon name="history" /> {used ? 'Read like' : 'Its columns are those of'}{' '}
      <Button
        kind="quiet"
        className="imports-link"
        onClick={() => openView('imports', { batch }, { title: `Batch ${batch}` })}
      >
        {file}
      </Button>{' '}
      (batch {batch}, {formatDay(day)}).{' '}
      {changes.length > 0 ? `Columns since then: ${changes.join('; ')}.` : 'The columns are the same.'}{' '}
      {drift > 0 ? 'More that changed stands under Checks.' : ''}
      {item.state === 'done' ? null : used ? (
        <Button kind="quiet" onClick={() => override(token, { again: false })}>
          Read it anew
        </Button>
      ) : (
        <Button
          kind="quiet"
          onClick={() => override(token, { again: true, profile: undefined, as: undefined, layout: undefined })}
        >
          Read it like that
        </Button>
      )}
    </p>
  );
}
