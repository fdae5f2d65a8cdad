import { useMemo } from 'react';
import { TextField } from '../../kit/index.ts';
import { useQueue, type Item } from './queue.ts';

const CUSTOMER_FIELDS = ['party.external_id', 'party.email', 'party.name', 'party.phone', 'account.external_id', 'account.name', 'account.domain'];
/** Values a file often does not carry itself. */
const CONSTANTS: Readonly<Record<string, readonly string[]>> = {
  survey_response: ['survey', 'kind', 'wave'],
  touch: ['channel', 'direction', 'team', 'campaign'],
  transaction: ['kind', 'currency'],
  advocacy: ['kind'],
  partnership: ['kind'],
};

/** Which field each column fills, with a confidence and a reason; every row can be changed. */
export function Mapping({ item, entities }: { item: Item; entities: readonly { name: string; fields: readonly string[] }[] }) {
  const { override } = useQueue();
  const proposal = item.looked?.proposal;
  const names = useMemo(() => proposal?.mapping.entities.map((e) => e.entity as string) ?? [], [proposal]);
  const choices = useMemo(() => {
    const single = names.length === 1;
    const own = entities.filter((e) => names.includes(e.name)).flatMap((e) => e.fields.map((f) => (single ? f : `${e.name}.${f}`)));
    return [...own, ...CUSTOMER_FIELDS.filter((f) => !own.includes(f))];
  }, [entities, names]);
  if (!proposal) return <p className="sentence dim">No mapping can be proposed; choose above what a row of this file is.</p>;
  const changed = item.overrides.fields ?? {};
  const constants = item.overrides.constants ?? {};
  const { token } = item.file;
  const fieldOf = (header: string, proposed: string | null): string => {
    const field = changed[header] ?? proposed ?? '';
    return names.length === 1 && field.startsWith(`${names[0]!}.`) ? field.slice(names[0]!.length + 1) : field;
  };
  return (
    <div className="imports-mapping">
      <p className="sentence">
        A row becomes {names.map((n) => n.replace('_', ' ')).join(' and ')}. A column without a field is kept as an attribute of its row.
      </p>
      <div className="imports-constants">
        {[...new Set(names.flatMap((n) => CONSTANTS[n] ?? []))].map((name) => (
          <TextField key={name} label={`${name} of every row`} value={constants[name] ?? ''} placeholder="from the file" onChange={(value) => void override(token, { constants: without({ ...constants, [name]: value }) })} />
        ))}
      </div>
      <div className="imports-scroll" tabIndex={0} role="region" aria-label="Columns and fields">
        <table className="plain-table">
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Example</th>
              <th scope="col">Field</th>
              <th scope="col" className="num">
                Confidence
              </th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {proposal.columns.map((column) => {
              const finding = item.looked!.sniff.columns.find((c) => c.header === column.header);
              const field = fieldOf(column.header, column.field);
              const options = field !== '' && !choices.includes(field) ? [field, ...choices] : choices;
              return (
                <tr key={column.header}>
                  <th scope="row">{column.header}</th>
                  <td className="dim">{finding?.samples[0] ?? ''}</td>
                  <td>
                    <select className="select" aria-label={`Field of ${column.header}`} value={field} onChange={(e) => void override(token, { fields: { ...changed, [column.header]: e.target.value } })}>
                      <option value="">keep as attribute</option>
                      {options.map((f) => (
                        <option key={f} value={f}>
                          {f}
                        </option>
                      ))}
                    </select>
                  </td>
                  <td className="num">{column.header in changed ? 'yours' : column.confidence === 0 ? '' : `${Math.round(column.confidence * 100)} %`}</td>
                  <td className="dim">{column.header in changed ? 'chosen by hand' : column.why}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function without(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
}
