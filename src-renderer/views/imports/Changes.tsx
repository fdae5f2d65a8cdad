import { useMemo } from 'react';
import { Check, DataTable, formatCount, formatNumber, Sentence } from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { isLineOut, withKind, withLine } from './leaveOut.ts';
import { useQueue } from './queue.ts';
import type { Checked, Exceptions, Item } from './queue.ts';
import { entityName, fieldName, MASK } from './words.ts';

type Difference = Checked['differences'][number] & { n: number };

const written = (value: string | number | null): string | null => (value === null ? null : String(value));

/**
 * What an import would change, field by field. Kinds of differences and single rows can be left out; the counts are then made
 * anew, and the list stays as it was found.
 */
export function Changes({ item }: { item: Item }) {
  const { override } = useQueue.getState();
  const found = item.whole ?? item.checked;
  const { exceptions } = item.overrides;
  const { token, name } = item.file;
  const done = item.state === 'done';
  const rows = useMemo(() => (found?.differences ?? []).map((d, n): Difference => ({ ...d, n })), [found]);
  const columns = useMemo((): readonly Column<Difference>[] => {
    const hidden = new Set(item.preview?.columns.filter((c) => c.sensitive).flatMap((c) => c.fields));
    const shown = (d: Difference, value: string | number | null): string | null =>
      value !== null && hidden.has(`${d.entity}.${d.column}`) ? MASK : written(value);
    const out = (d: Difference): boolean => isLeftOut(exceptions, d);
    return [
      {
        id: 'take',
        header: 'Import',
        size: 74,
        meaning: 'Enter or a click leaves the source row out or takes it in again',
        value: (d) => (out(d) ? 'left out' : 'yes'),
        ...(done
          ? {}
          : {
              onOpen: (d: Difference) =>
                override(token, { exceptions: withLine(exceptions, d.line, !isLineOut(exceptions, d.line)) }),
            }),
      },
      { id: 'line', header: 'Line', kind: 'number', size: 56, value: (d) => d.line },
      { id: 'entity', header: 'Row is', size: 100, value: (d) => entityName(d.entity) },
      { id: 'key', header: 'Key', size: 130, value: (d) => d.key },
      { id: 'column', header: 'Field', size: 120, value: (d) => fieldName(`.${d.column}`) },
      { id: 'before', header: 'Before', size: 150, value: (d) => shown(d, d.before) },
      { id: 'after', header: 'After', size: 150, value: (d) => shown(d, d.after) },
    ];
  }, [item.preview, exceptions, token, done, override]);
  return (
    <div className="imports-changes">
      {found ? <Kinds item={item} found={found} /> : null}
      <DataTable<Difference>
        id="imports.differences"
        label={`What ${name} would change`}
        columns={columns}
        rows={rows}
        rowKey={(d) => String(d.n)}
        hideToolbar={rows.length === 0}
        empty={{
          title: found ? 'Nothing would change' : 'Not checked yet',
          needs: found
            ? 'No value that is in the workspace would be replaced by another.'
            : 'The check reads the whole file and compares it with the workspace. Nothing is written.',
        }}
      />
    </div>
  );
}

function isLeftOut(exceptions: Exceptions | undefined, d: Difference): boolean {
  if (!exceptions) return false;
  return (
    exceptions.changed.includes(d.entity) ||
    exceptions.fields.includes(`${d.entity}.${d.column}`) ||
    isLineOut(exceptions, d.line)
  );
}

/** The kinds of differences, each with a box: what is not ticked is not imported. */
function Kinds({ item, found }: { item: Item; found: Checked }) {
  const { override } = useQueue.getState();
  const { exceptions } = item.overrides;
  const disabled = item.state === 'done';
  const { token } = item.file;
  const kinds = [
    ...found.entities
      .filter((e) => e.created > 0)
      .map((e) => ({
        kind: 'created' as const,
        name: e.entity,
        label: `${formatNumber(e.created)} new ${entityName(e.entity, e.created)}`,
      })),
    ...found.entities
      .filter((e) => e.updated > 0)
      .map((e) => ({
        kind: 'changed' as const,
        name: e.entity,
        label: `changes of ${formatNumber(e.updated)} ${entityName(e.entity, e.updated)}`,
      })),
    ...found.kinds.map((k) => ({
      kind: 'fields' as const,
      name: `${k.entity}.${k.field}`,
      label: `${fieldName(`.${k.field}`)} of ${formatNumber(k.rows)} ${entityName(k.entity, k.rows)}`,
    })),
  ];
  if (kinds.length === 0) return null;
  const lines = (exceptions?.lines ?? []).reduce((n, [from, to]) => n + to - from + 1, 0);
  return (
    <fieldset className="imports-kinds" disabled={disabled}>
      <legend>Imported, unless it is not ticked</legend>
      {kinds.map(({ kind, name, label }) => (
        <Check
          key={`${kind} ${name}`}
          label={label}
          checked={!(exceptions?.[kind] ?? []).includes(name)}
          disabled={disabled || (kind === 'fields' && (exceptions?.changed ?? []).includes(name.split('.')[0]!))}
          onChange={(on) => override(token, { exceptions: withKind(exceptions, kind, name, !on) })}
        />
      ))}
      {lines > 0 ? <Sentence dim>{formatCount(lines, 'source row')} left out one by one.</Sentence> : null}
    </fieldset>
  );
}
