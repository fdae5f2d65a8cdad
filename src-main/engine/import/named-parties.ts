import type { PartyRef } from '#engine/base/entities.ts';
import { termOf } from '#engine/base/vocabulary.ts';
import { Numbers } from './numbers.ts';

export const PERSON = termOf('person');
export const COMPANY = termOf('company');

/** What rows say of a party beside its key: name, e-mail, telephone, company, account. */
export type Told = [
  name: string | null,
  email: string | null,
  phone: string | null,
  company: string | null,
  account: string | null,
];
const NOTHING: Readonly<Told> = [null, null, null, null, null];

/** The parties that rows of a file name, by handles from 1. Most are a key and nothing else. */
export class NamedParties {
  private readonly keys: string[] = [];
  private readonly kinds = new Numbers();
  /** First line that used each; 0 when none did. */
  private readonly lines = new Numbers();
  private readonly details = new Map<number, Told>();
  /** Handle by key, for each kind: unstated, person, company. */
  private readonly handles: readonly Map<string, number>[] = [new Map(), new Map(), new Map()];

  get count(): number {
    return this.keys.length;
  }

  /** Handle of the party that a row names, 0 when it names nobody; what is said of it first stays. */
  handleOf(ref: PartyRef): number {
    const kind = ref.kind === 'person' ? PERSON : ref.kind === 'company' ? COMPANY : 0;
    const key = ref.externalId ?? partyKey(ref.email, ref.name, ref.phone);
    if (key === null) return 0;
    const handles = this.ofKind(kind);
    let handle = handles.get(key);
    if (handle === undefined) {
      const own = owned(key);
      this.keys.push(own);
      this.kinds.push(kind);
      this.lines.push(0);
      handle = this.keys.length;
      handles.set(own, handle);
    }
    if (ref.name || ref.email || ref.phone || ref.company || ref.accountExternalId)
      this.tell(handle, [ref.name, ref.email, ref.phone ?? null, ref.company ?? null, ref.accountExternalId ?? null]);
    return handle;
  }

  /** Adds to what is told of a party where nothing was. */
  tell(handle: number, told: Readonly<Told>): void {
    let held = this.details.get(handle);
    if (held === undefined) {
      if (told.every((value) => !value)) return;
      this.details.set(handle, (held = [...NOTHING]));
    }
    for (let k = 0; k < held.length; k++) held[k] ??= ownedOrNull(told[k]);
  }

  /** Handle of a party with this kind and key that a row uses, or 0. */
  used(kind: number, key: string): number {
    const handle = this.ofKind(kind).get(key) ?? 0;
    return handle !== 0 && this.lineOf(handle) !== 0 ? handle : 0;
  }

  see(handle: number, line: number): void {
    if (handle !== 0 && this.lines.at(handle - 1) === 0) this.lines.set(handle - 1, line);
  }

  keyOf(handle: number): string {
    return this.keys[handle - 1]!;
  }

  kindOf(handle: number): number {
    return this.kinds.at(handle - 1);
  }

  lineOf(handle: number): number {
    return this.lines.at(handle - 1);
  }

  toldOf(handle: number): Readonly<Told> {
    return this.details.get(handle) ?? NOTHING;
  }

  private ofKind(kind: number): Map<string, number> {
    return this.handles[kind === 0 ? 0 : kind === PERSON ? 1 : 2]!;
  }
}

/** V8 makes slices of texts this long and longer; a slice keeps its whole parent alive. */
const SLICE_LENGTH = 13;

/** A text that keeps no block of the file in memory: kept texts must be copies, not slices. */
export function owned(text: string): string {
  return text.length < SLICE_LENGTH ? text : Buffer.from(text, 'utf16le').toString('utf16le');
}

function ownedOrNull(text: string | null | undefined): string | null {
  return text ? owned(text) : null;
}

/** The key of a party that has no external id: its e-mail, else its name, else the digits of its phone, else none. */
export function partyKey(
  email: string | null | undefined,
  name: string | null | undefined,
  phone?: string | null,
): string | null {
  const mail = email?.trim().toLowerCase();
  if (mail) return `email:${mail}`;
  const text = name?.normalize('NFC').trim().toLowerCase().replace(/\s+/g, ' ');
  if (text) return `name:${text}`;
  const digits = phone?.replace(/\D/g, '') ?? '';
  return digits.length >= 7 ? `phone:${digits}` : null;
}
