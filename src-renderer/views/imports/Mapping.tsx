import { useMemo } from 'react';
import { Sentence, TextField } from '../../kit/index.ts';
import { fieldsByHeader } from './mapping.ts';
import { useQueue } from './queue.ts';
import type { Item } from './queue.ts';
import { entityName } from './words.ts';

type Entity = { name: string; fields: readonly string[] };

/** Names that say whose row it is, in every entity but those of companies and people themselves. */
const CUSTOMER_FIELDS = [
  'party.external_id',
  'party.email',
  'party.name',
  'party.given_name',
  'party.family_name',
  'party.phone',
  'party.company',
  'party.account_external_id',
  'account.external_id',
  'account.name',
  'account.domain',
];
/** Values a file often does not carry itself. */
const CONSTANTS: Readonly<Record<string, readonly string[]>> = {
  survey_response: ['survey', 'kind', 'wave', 'scale_max'],
  touch: ['channel', 'direction', 'team', 'campaign'],
  transaction: ['kind', 'currency'],
  advocacy: ['kind'],
  partnership: ['kind'],
  ticket: ['dispute'],
};

/** Which field each column fills, with a confidence and a reason; every column can be sent elsewhere. */
export function Mapping({ item, entities }: { item: Item; entities: readonly Entity[] }) {
  const { override } = useQueue.getState();
  const proposal = item.looked?.proposal ?? null;
  const names = useMemo(
    () => [...new Set(proposal?.mapping.entities.map((e) => e.entity as string) ?? [])],
    [proposal],
  );
  const filled = useMemo(
    () => (proposal ? fieldsByHeader(proposal.mapping, proposal.columns) : new Map<string, readonly string[]>()),
    [proposal],
  );
  const examples = useMemo(
    () => new Map(item.looked?.sniff.columns.map((c) => [c.header, c.samples[0] ?? ''])),
    [item.looked],
  );
  if (!proposal) return <Sentence dim>No mapping can be proposed; choose above what a row of this file is.</Sentence>;
  const changed = item.overrides.fields ?? {};
  const constants = item.overrides.constants ?? {};
  const done = item.state === 'done';
  const { token } = item.file;
  const send = (header: string, target: string): void => {
    const proposed = filled.get(header)?.[0] ?? '';
    const { [header]: _, ...others } = changed;
    const fields = target === proposed ? others : { ...others, [header]: target };
    override(token, { fields: Object.keys(fields).length === 0 ? undefined : fields });
  };
  const setConstant = (name: string, value: string): void => {
    const { [name]: _, ...others } = constants;
    const next = value === '' ? others : { ...others, [name]: value };
    override(token, { constants: Object.keys(next).length === 0 ? undefined : next });
  };
  const constantNames = [...new Set(names.flatMap((n) => CONSTANTS[n] ?? []))];
  return (
    <div className="imports-mapping">
      <Sentence dim>
        A row becomes {names.map((n) => entityName(n)).join(' and ')}. A column without a field is kept as an attribute
        of its row.
      </Sentence>
      {constantNames.length > 0 ? (
        <div className="imports-constants" role="group" aria-label="The same in every row">
          <span className="dim">In every row:</span>
          {constantNames.map((name) => (
            <TextField
              key={name}
              label={name.replaceAll('_', ' ')}
              disabled={done}
              value={constants[name] ?? ''}
              placeholder={constantOf(proposal.mapping, name) ?? 'from the file'}
              onChange={(value) => setConstant(name, value)}
            />
          ))}
        </div>
      ) : null}
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
          </tr>
        </thead>
        <tbody>
          {proposal.columns.map((column, i) => {
            const own = changed[column.header];
            const proposed = filled.get(column.header) ?? [];
            const value = own ?? proposed[0] ?? '';
            return (
              // oxlint-disable-next-line react/no-array-index-key -- two columns can have the same header
              <tr key={`${i} ${column.header}`}>
                <th scope="row">{column.header}</th>
                <td className="dim imports-example">{examples.get(column.header) ?? ''}</td>
                <td>
                  <select
                    className="select"
                    aria-label={`Field of ${column.header}`}
                    value={value}
                    disabled={done}
                    onChange={(e) => send(column.header, e.target.value)}
                  >
                    <option value="">attribute</option>
                    {names.map((name) => (
                      <Fields key={name} name={name} entities={entities} chosen={value} />
                    ))}
                  </select>
                </td>
                <td className="num">
                  {own !== undefined || proposed.length === 0 ? '' : `${Math.round(column.confidence * 100)} %`}
                </td>
                <td className="dim">
                  {own !== undefined ? 'chosen by hand' : column.why}
                  {own === undefined && proposed.length > 1 ? `; also ${proposed.slice(1).join(', ')}` : ''}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** The fields of one entity in the list of a column. */
function Fields({ name, entities, chosen }: { name: string; entities: readonly Entity[]; chosen: string }) {
  const own = entities.find((e) => e.name === name)?.fields ?? [];
  const customer = name === 'party' || name === 'account' ? [] : CUSTOMER_FIELDS;
  const listed = [...own.filter((f) => !customer.includes(f)), ...customer].map((f) => `${name}.${f}`);
  const all = chosen.startsWith(`${name}.`) && !listed.includes(chosen) ? [chosen, ...listed] : listed;
  return (
    <optgroup label={entityName(name)}>
      {all.map((f) => (
        <option key={f} value={f}>
          {f.slice(name.length + 1)}
        </option>
      ))}
    </optgroup>
  );
}

function constantOf(
  mapping: { entities: readonly { constants?: Readonly<Record<string, unknown>> | undefined }[] },
  name: string,
): string | null {
  for (const { constants } of mapping.entities) {
    const value = constants?.[name];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  }
  return null;
}
