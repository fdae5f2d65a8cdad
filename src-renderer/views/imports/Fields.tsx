import { entityName } from './words.ts';

export type Entity = {
  name: string;
  kinds: readonly { name: string; type: string; words: readonly string[] }[];
};

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
/** The fields of one entity in the list of a column. */
export function Fields({ name, entities, chosen }: { name: string; entities: readonly Entity[]; chosen: string }) {
  const own = entities.find((e) => e.name === name)?.kinds.map((k) => k.name) ?? [];
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
