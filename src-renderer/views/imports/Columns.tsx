import { useMemo, useState } from 'react';
import { Button, Icon, Isolated, Sentence, TextField } from '../../kit/index.ts';
import { useEngine } from '../../data/index.ts';
import { ColumnEditor } from './ColumnEditor.tsx';
import { ATTRIBUTE, isLeftOut, LEFT_OUT, mappedOf, NO_EDITS, withColumn } from './edits.ts';
import type { Preview } from './edits.ts';
import { Fields } from './Fields.tsx';
import type { Entity } from './Fields.tsx';
import { useQueue } from './queue.ts';
import type { Item } from './queue.ts';
import { POLICY_WORDS } from './policies.ts';
import { entityName, MASK } from './words.ts';

/** Values a file often does not carry itself. */
const CONSTANTS: Readonly<Record<string, readonly string[]>> = {
  survey_response: ['survey', 'kind', 'wave', 'scale_max'],
  touch: ['channel', 'direction', 'team', 'campaign'],
  transaction: ['kind', 'currency'],
  advocacy: ['kind'],
  partnership: ['kind'],
  ticket: ['dispute'],
};

/** Which field each column fills, how sure that is and why; every column can be sent elsewhere and read otherwise. */
export function Columns({ item, preview, reveal }: { item: Item; preview: Preview; reveal: boolean }) {
  const { override } = useQueue.getState();
  const catalogue = useEngine('profiles', {});
  const entities: readonly Entity[] = catalogue.data?.entities ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const { mapping } = preview;
  const names = useMemo(() => [...new Set(mapping?.entities.map((e) => e.entity as string) ?? [])], [mapping]);
  if (!mapping) return <Sentence dim>No mapping can be proposed; choose above what a row of this file is.</Sentence>;
  const edits = item.overrides.edits ?? NO_EDITS;
  const done = item.state === 'done';
  const { token } = item.file;
  const column = preview.columns.find((c) => c.header === chosen) ?? null;
  return (
    <div className={column ? 'imports-columns imports-both' : 'imports-columns'}>
      <div className="imports-mapping">
        <Sentence dim>
          A row becomes {names.map((n) => entityName(n)).join(' and ')}. A column without a field is kept as an
          attribute of its row.
        </Sentence>
        <EveryRow item={item} preview={preview} names={names} done={done} />
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Example</th>
              <th scope="col">Field</th>
              <th scope="col" className="num">
                Sure
              </th>
              <th scope="col">Why</th>
              <th scope="col">Read as</th>
            </tr>
          </thead>
          <tbody>
            {preview.columns.map((c, i) => {
              const edit = edits.columns[c.header];
              const value = c.fields[0] ?? (isLeftOut(mapping, c.header) ? LEFT_OUT : ATTRIBUTE);
              const policy = mappedOf(mapping, c.header)[0]?.mapped.policy;
              const read = [
                c.type,
                c.dateOrder ?? '',
                c.decimal === ',' ? 'decimal comma' : '',
                c.currency ?? '',
                policy === undefined || policy === 'overwrite' ? '' : POLICY_WORDS[policy],
              ].filter((word) => word !== '');
              return (
                // oxlint-disable-next-line react/no-array-index-key -- two columns can have the same header
                <tr key={`${i} ${c.header}`} className={c.header === chosen ? 'on' : undefined}>
                  <th scope="row">
                    {c.sensitive ? <Icon name="lock" /> : null}
                    <Button
                      kind="quiet"
                      className="imports-link"
                      aria-label={`How ${c.header} is read${c.sensitive ? ', sensitive' : ''}`}
                      aria-expanded={c.header === chosen}
                      onClick={() => setChosen(c.header === chosen ? null : c.header)}
                    >
                      <Isolated text={c.header} />
                    </Button>
                  </th>
                  <td className="dim imports-example">
                    {c.sensitive && !reveal ? MASK : <Isolated text={c.samples[0] ?? ''} />}
                  </td>
                  <td>
                    <select
                      className="select"
                      aria-label={`Field of ${c.header}`}
                      value={value}
                      disabled={done}
                      onChange={(e) => {
                        const to = e.target.value === item.targets[c.header] ? undefined : e.target.value;
                        override(token, { edits: withColumn(edits, c.header, { to }) });
                      }}
                    >
                      <option value={ATTRIBUTE}>attribute</option>
                      <option value={LEFT_OUT}>not imported</option>
                      {names.map((name) => (
                        <Fields key={name} name={name} entities={entities} chosen={value} />
                      ))}
                    </select>
                  </td>
                  <td className="num">
                    {edit?.to !== undefined || c.fields.length === 0 || c.proposed.confidence === 0
                      ? ''
                      : `${Math.round(c.proposed.confidence * 100)} %`}
                  </td>
                  <td className="dim imports-why" title={edit?.to === undefined ? c.proposed.why : undefined}>
                    {edit?.to !== undefined
                      ? 'chosen by hand'
                      : preview.remembered?.used
                        ? `as in ${preview.remembered.file}`
                        : c.proposed.why}
                    {c.fields.length > 1 ? `; also ${c.fields.slice(1).join(', ')}` : ''}
                  </td>
                  <td className={c.ambiguous ? 'warning-text' : 'dim'} title={c.typeWhy}>
                    {read.join(', ')}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {column ? (
        <ColumnEditor
          key={column.header}
          item={item}
          preview={preview}
          column={column}
          entities={entities}
          reveal={reveal}
          onClose={() => setChosen(null)}
        />
      ) : null}
    </div>
  );
}

/** Values that are the same in every row, because the file does not carry them. */
function EveryRow({
  item,
  preview,
  names,
  done,
}: {
  item: Item;
  preview: Preview;
  names: readonly string[];
  done: boolean;
}) {
  const { override } = useQueue.getState();
  const shown = [...new Set(names.flatMap((n) => CONSTANTS[n] ?? []))];
  if (shown.length === 0) return null;
  const constants = item.overrides.constants ?? {};
  const standing = (name: string): string | null => {
    const own = preview.choices.constants[name];
    if (own !== undefined && constants[name] === undefined) return String(own);
    for (const entity of preview.mapping?.entities ?? []) {
      const value = entity.constants?.[name];
      if (typeof value === 'string' || typeof value === 'number') return String(value);
    }
    return null;
  };
  const set = (name: string, value: string): void => {
    const { [name]: _, ...others } = constants;
    const next = value === '' ? others : { ...others, [name]: value };
    override(item.file.token, { constants: Object.keys(next).length === 0 ? undefined : next });
  };
  return (
    <div className="imports-constants" role="group" aria-label="The same in every row">
      <span className="dim">In every row:</span>
      {shown.map((name) => (
        <TextField
          key={name}
          label={name.replaceAll('_', ' ')}
          disabled={done}
          value={constants[name] ?? ''}
          placeholder={standing(name) ?? 'from the file'}
          onChange={(value) => set(name, value)}
        />
      ))}
    </div>
  );
}
