import { isScientific } from '../detect/numbers.ts';
import { ByteKeys } from './byte-keys.ts';
import type { EntityName, PartyRef, RowSink } from '#engine/base/entities.ts';

/** Where the parts of a reference are among the cells of a row; -1 when the file does not say. */
export type RefColumns = {
  kind: PartyRef['kind'];
  externalId: number;
  email: number;
  name: number;
  givenName: number;
  familyName: number;
  phone: number;
  company: number;
  accountExternalId: number;
};

export function noRef(kind: PartyRef['kind']): RefColumns {
  return {
    kind,
    externalId: -1,
    email: -1,
    name: -1,
    givenName: -1,
    familyName: -1,
    phone: -1,
    company: -1,
    accountExternalId: -1,
  };
}

type Part = Exclude<keyof RefColumns, 'kind'>;

const PARTS: Readonly<Record<string, Part>> = {
  external_id: 'externalId',
  email: 'email',
  name: 'name',
  given_name: 'givenName',
  family_name: 'familyName',
  phone: 'phone',
  company: 'company',
  account_external_id: 'accountExternalId',
};

const CUSTOMER_FIELDS: Readonly<Record<string, Part>> = {
  customer_external_id: 'externalId',
  customer_email: 'email',
  customer_name: 'name',
  customer: 'externalId',
  party: 'externalId',
  respondent_external_id: 'externalId',
  respondent_email: 'email',
};

export type RefPlan = { readonly person: RefColumns; readonly account: RefColumns };

/** Reads from the bound fields of an entity which columns name its customer and its account. */
export function refPlan(
  entity: EntityName,
  fields: readonly { readonly field: string; readonly slot: number }[],
): RefPlan {
  const own = entity === 'party' || entity === 'lead' ? 'person' : null;
  const person = noRef(own ?? (entity === 'survey_response' ? 'person' : null));
  const account = noRef('company');
  for (const { field, slot } of fields) {
    if (field.startsWith('party.')) {
      const part = PARTS[field.slice(6)];
      if (part) {
        person[part] = slot;
        person.kind = 'person';
      }
    } else if (field.startsWith('account.')) {
      const part = PARTS[field.slice(8)];
      if (part) account[part] = slot;
    } else if (field === 'account_external_id') {
      account.externalId = slot;
      if (own) person.accountExternalId = slot;
    } else if (entity === 'account') {
      const part = PARTS[field];
      if (part && part !== 'accountExternalId') account[part] = slot;
    } else if (own) {
      const part = PARTS[field];
      if (part) person[part] = slot;
    } else {
      const part = CUSTOMER_FIELDS[field];
      if (part) person[part] = slot;
    }
  }
  if (names(person) && entity !== 'account') {
    if (person.company < 0 && account.name >= 0) person.company = account.name;
    if (person.accountExternalId < 0 && account.externalId >= 0) person.accountExternalId = account.externalId;
  }
  return { person, account };
}

/** True when a reference can name somebody at all. */
export function names(ref: RefColumns): boolean {
  return ref.externalId >= 0 || ref.email >= 0 || ref.name >= 0 || ref.familyName >= 0 || ref.phone >= 0;
}

const CACHE_LIMIT = 200_000;

/** Hands references to the sink, remembering those that consist of one id. Texts it keeps are copies of their own. */
export class PartyHandles {
  readonly #sink: RowSink;
  readonly #byId = new Map<string, number>();
  readonly #ref: RefColumns;
  readonly #onlyId: boolean;

  readonly #met: ByteKeys;

  constructor(sink: RowSink, ref: RefColumns) {
    this.#sink = sink;
    this.#met = new ByteKeys();
    this.#ref = ref;
    this.#onlyId =
      ref.externalId >= 0 &&
      ref.email < 0 &&
      ref.name < 0 &&
      ref.familyName < 0 &&
      ref.phone < 0 &&
      ref.company < 0 &&
      ref.accountExternalId < 0;
  }

  /** Place of the id among the texts of a row when the id is all there is, else -1. */
  get idSlot(): number {
    return this.#onlyId ? this.#ref.externalId : -1;
  }

  /** Places of all texts that a reference is made of. */
  get slots(): number[] {
    return Object.values(this.#ref).filter((slot): slot is number => typeof slot === 'number' && slot >= 0);
  }

  /** True when the row has an id, an e-mail address or a name: a key that does not depend on what else it says. */
  identifies(texts: readonly string[], refusedId: boolean): boolean {
    const ref = this.#ref;
    return (
      (!refusedId && uncut(at(texts, ref.externalId)) !== '') ||
      at(texts, ref.email) !== '' ||
      at(texts, ref.name) !== '' ||
      at(texts, ref.givenName) !== '' ||
      at(texts, ref.familyName) !== ''
    );
  }

  /** As `handle`, for an id alone that is an ASCII text and no number: `bytes[from..to)`. */
  handleOfBytes(bytes: Uint8Array, from: number, to: number): number {
    const known = this.#met.get(bytes, from, to);
    if (known !== 0) return known;
    const externalId = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
    const handle = this.#sink.party({ kind: this.#ref.kind, externalId, email: null, name: null });
    this.#met.set(handle);
    return handle;
  }

  /** Handle of whom the row names; 0 when it names nobody. `refusedId` drops an external id that cannot be trusted. */
  handle(texts: readonly string[], refusedId: boolean): number {
    const ref = this.#ref;
    const id = refusedId ? '' : uncut(at(texts, ref.externalId));
    if (this.#onlyId) {
      if (id === '') return 0;
      const known = this.#byId.get(id);
      if (known !== undefined) return known;
      const externalId = own(id);
      const handle = this.#sink.party({ kind: ref.kind, externalId, email: null, name: null });
      if (this.#byId.size >= CACHE_LIMIT) this.#byId.clear();
      this.#byId.set(externalId, handle);
      return handle;
    }
    const email = at(texts, ref.email);
    const given = at(texts, ref.givenName);
    const family = at(texts, ref.familyName);
    const name = at(texts, ref.name) || (given && family ? `${given} ${family}` : given || family);
    const phone = uncut(at(texts, ref.phone));
    if (id === '' && email === '' && name === '' && phone === '') return 0;
    const nothingElse = id === '' && email === '' && name === '';
    const company = at(texts, ref.company);
    const account = at(texts, ref.accountExternalId);
    return this.#sink.party({
      kind: ref.kind,
      externalId: id !== '' ? own(id) : nothingElse ? `tel:${phone.replace(/[^\d+]/g, '')}` : null,
      email: orNull(email),
      name: orNull(name),
      ...(ref.phone >= 0 ? { phone: orNull(phone) } : {}),
      ...(ref.company >= 0 ? { company: orNull(company) } : {}),
      ...(ref.accountExternalId >= 0 ? { accountExternalId: orNull(account) } : {}),
    });
  }
}

function at(texts: readonly string[], slot: number): string {
  return slot < 0 ? '' : texts[slot]!;
}

/** '' for a number that a spreadsheet has cut to scientific notation: many people would share it. */
function uncut(text: string): string {
  return text.length < 16 && text.length > 3 && /e/i.test(text) && isScientific(text) ? '' : text;
}

function orNull(text: string): string | null {
  return text === '' ? null : own(text);
}

const scratch = Buffer.allocUnsafe(4096);

/** A copy of its own of a text that may be a slice of a block of the file. */
export function own(text: string): string {
  const n = text.length;
  if (n < 13) return text;
  if (n > 4096) return Buffer.from(text, 'utf8').toString('utf8');
  const written = scratch.write(text, 0, 'latin1');
  const copy = scratch.toString('latin1', 0, written);
  return copy === text ? copy : text;
}
