import { Check, IconButton, Isolated, Select } from '../../kit/index.ts';
import { mappedOf, NO_EDITS, withColumn } from './edits.ts';
import type { ColumnEdit, Edits, Policy, Preview, RecipeStep } from './edits.ts';
import type { Entity } from './Fields.tsx';
import { POLICIES, POLICY_WORDS } from './policies.ts';
import { useQueue } from './queue.ts';
import type { Item } from './queue.ts';
import { ORDERS } from './Reading.tsx';
import { Steps } from './Steps.tsx';
import { Typed } from './Typed.tsx';
import { MASK } from './words.ts';

type Column = Preview['columns'][number];
type Kind = { type: string; words: readonly string[] };

/** What the values of a field are, as the importer knows it; a text for everything else. */
function kindOf(field: string | undefined, entities: readonly Entity[]): Kind {
  if (field === undefined) return { type: 'attribute', words: [] };
  const at = field.indexOf('.');
  const own = entities.find((e) => e.name === field.slice(0, at));
  return own?.kinds.find((k) => k.name === field.slice(at + 1)) ?? { type: 'text', words: [] };
}

/** How the values of one column are read and what they do: everything a person can say about it. */
export function ColumnEditor({
  item,
  preview,
  column,
  entities,
  reveal,
  onClose,
}: {
  item: Item;
  preview: Preview;
  column: Column;
  entities: readonly Entity[];
  reveal: boolean;
  onClose: () => void;
}) {
  const { override } = useQueue.getState();
  const mapping = preview.mapping!;
  const { header } = column;
  const edits = item.overrides.edits ?? NO_EDITS;
  const done = item.state === 'done';
  const mapped = mappedOf(mapping, header)[0]?.mapped;
  const kind = kindOf(column.fields[0], entities);
  const put = (next: Edits): void => override(item.file.token, { edits: next });
  const set = (change: { [K in keyof ColumnEdit]?: ColumnEdit[K] | undefined }): void =>
    put(withColumn(edits, header, change));
  const policy = mapped?.policy ?? 'overwrite';
  const steps = edits.recipe ?? mapping.recipe ?? [];
  return (
    <aside className="imports-column" aria-label={`How ${header} is read`}>
      <header className="imports-head">
        <h3>
          <Isolated text={header} />
        </h3>
        <IconButton icon="close" label={`Close ${header}`} onClick={onClose} />
      </header>
      <p className="dim">
        Taken for {column.type}: {column.typeWhy}.
        {column.proposed.field === null ? '' : ` Field: ${column.proposed.why}.`}
      </p>
      {column.fields.length > 0 && !['id', 'reference'].includes(kind.type) ? (
        <Select<Policy>
          label="A value of this file"
          value={policy}
          disabled={done}
          choices={POLICIES.map((value) => ({ value, label: POLICY_WORDS[value] }))}
          onChange={(value) => {
            const next = withColumn(edits, header, { policy: value });
            const modified =
              edits.modified ?? mapping.entities.find((e) => e.modified)?.modified ?? dateColumn(preview, header);
            put(value === 'newest' && modified !== null ? { ...next, modified } : next);
          }}
        />
      ) : null}
      {policy === 'newest' ? (
        <Select
          label="Last changed, by column"
          value={edits.modified ?? mapping.entities.find((e) => e.modified)?.modified ?? ''}
          disabled={done}
          choices={preview.columns
            .filter((c) => c.type === 'date' || c.type === 'datetime' || c.header === edits.modified)
            .map((c) => ({ value: c.header, label: c.header }))}
          onChange={(modified) => put({ ...edits, modified })}
        />
      ) : null}
      {policy === 'priority' ? (
        <Select
          label="Rank of this source, 1 is best"
          value={String(edits.rank ?? mapping.rank ?? '')}
          disabled={done}
          choices={[
            { value: '', label: 'none' },
            ...Array.from({ length: 9 }, (_, i) => ({ value: String(i + 1), label: String(i + 1) })),
          ]}
          onChange={(rank) => {
            const { rank: _, ...others } = edits;
            put(rank === '' ? others : { ...others, rank: Number(rank) });
          }}
        />
      ) : null}
      {kind.type === 'instant' ? (
        <>
          <Select
            label="Order of dates"
            value={mapped?.dateOrder ?? ''}
            disabled={done}
            choices={ORDERS}
            onChange={(value) => set({ dateOrder: value === '' ? undefined : value })}
          />
          <Typed
            label="Time zone of times without one"
            value={mapped?.zone ?? ''}
            placeholder="the zone of the workspace"
            disabled={done}
            check={(zone) => (isZone(zone) ? null : 'is not the name of a zone, such as Europe/Berlin')}
            onDone={(zone) => set({ zone: zone === '' ? undefined : zone })}
          />
        </>
      ) : null}
      {kind.type === 'money' || kind.type === 'real' ? (
        <Select
          label="Decimal mark"
          value={mapped?.decimal ?? ''}
          disabled={done}
          choices={[
            {
              value: '',
              label: `as detected${column.decimal ? ` (${column.decimal === ',' ? 'comma' : 'point'})` : ''}`,
            },
            { value: '.', label: 'point: 1,234.50' },
            { value: ',', label: 'comma: 1.234,50' },
          ]}
          onChange={(value) => set({ decimal: value === '' ? undefined : (value as '.' | ',') })}
        />
      ) : null}
      {kind.type === 'money' ? (
        <Typed
          label="Currency of the amounts"
          value={mapped?.currency ?? ''}
          placeholder={column.currency ?? 'of the row or the workspace'}
          disabled={done}
          check={(code) => (/^[A-Za-z]{3}$/.test(code) ? null : 'is not a code such as EUR')}
          onDone={(code) => set({ currency: code === '' ? undefined : code.toUpperCase() })}
        />
      ) : null}
      <Check
        label="Sensitive: hidden in previews, its words are not kept"
        checked={column.sensitive}
        disabled={done}
        onChange={(sensitive) => set({ sensitive })}
      />
      {column.words && column.words.length > 0 && kind.type !== 'instant' && kind.type !== 'money' ? (
        <Words
          column={column}
          kind={kind}
          values={valuesOf(header, mapped?.values, steps)}
          disabled={done}
          onChange={(values) =>
            kind.type === 'term' || kind.type === 'boolean'
              ? set({ values: Object.keys(values).length === 0 ? undefined : values })
              : put({ ...edits, recipe: withMap(steps, header, values) })
          }
        />
      ) : null}
      <Steps
        header={header}
        steps={steps}
        disabled={done}
        sample={column.sensitive && !reveal ? MASK : (column.samples[0] ?? '')}
        onChange={(recipe) => put({ ...edits, recipe })}
      />
    </aside>
  );
}

const dateColumn = (preview: Preview, but: string): string | null =>
  (
    preview.columns.find(
      (c) => (c.type === 'datetime' || c.type === 'date') && /modif|updat|chang|edit|ge\u00E4ndert/i.test(c.header),
    ) ?? preview.columns.find((c) => (c.type === 'datetime' || c.type === 'date') && c.header !== but)
  )?.header ?? null;

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

type Values = Readonly<Record<string, string>>;

/** Words of texts are translated by a step of the recipe, closed vocabularies by the mapping itself. */
function valuesOf(header: string, values: Values | undefined, steps: readonly RecipeStep[]): Values {
  const step = steps.find((s) => s.op === 'map' && s.column === header);
  return { ...(step?.op === 'map' ? step.values : {}), ...values };
}

function withMap(steps: readonly RecipeStep[], header: string, values: Values): RecipeStep[] {
  const others = steps.filter((s) => !(s.op === 'map' && s.column === header));
  return Object.keys(values).length === 0 ? others : [...others, { op: 'map', column: header, values: { ...values } }];
}

/** The words of a column and what each stands for. */
function Words({
  column,
  kind,
  values,
  disabled,
  onChange,
}: {
  column: Column;
  kind: Kind;
  values: Values;
  disabled: boolean;
  onChange: (values: Values) => void;
}) {
  const options = kind.type === 'boolean' ? ['yes', 'no'] : kind.words;
  const put = (word: string, to: string): void => {
    const { [word]: _, ...others } = values;
    onChange(to === '' ? others : { ...others, [word]: to });
  };
  return (
    <table className="plain-table imports-words">
      <caption>Words and what they stand for</caption>
      <thead>
        <tr>
          <th scope="col">Word</th>
          <th scope="col" className="num">
            Rows
          </th>
          <th scope="col">Stands for</th>
        </tr>
      </thead>
      <tbody>
        {column.words!.map(({ text, rows }) => (
          <tr key={text}>
            <th scope="row">
              <Isolated text={text} />
            </th>
            <td className="num">{rows}</td>
            <td>
              {options.length > 0 ? (
                <select
                  className="select"
                  aria-label={`${text} stands for`}
                  value={values[text] ?? ''}
                  disabled={disabled}
                  onChange={(e) => put(text, e.target.value)}
                >
                  <option value="">as it is read</option>
                  {options.map((word) => (
                    <option key={word} value={word}>
                      {word}
                    </option>
                  ))}
                </select>
              ) : (
                <Typed
                  label={`${text} stands for`}
                  hideLabel
                  value={values[text] ?? ''}
                  placeholder={text}
                  disabled={disabled}
                  onDone={(to) => put(text, to)}
                />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
