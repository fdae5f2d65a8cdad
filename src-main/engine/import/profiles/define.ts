import type { DateOrder } from '../detect/dates.ts';
import type { DecimalMark } from '../detect/numbers.ts';
import type { HeaderIndex } from '../detect/headers.ts';
import type { EntityMapping, GroupRule, SectionRule, SkipRule } from '../mapping/schema.ts';

/** One export of one vendor, as data: how to recognise it and what its columns mean. */
export type Profile = {
  readonly id: string;
  /** The source its rows belong to: external ids of the same vendor are one name space. */
  readonly vendor: string;
  readonly title: string;
  /** Headers that together identify the export; each may list alternatives. The longest whole signature in a file wins. */
  readonly signature: readonly (string | readonly string[])[];
  /** Other whole signatures of the same export (older or newer versions). */
  readonly orSignature?: readonly (readonly (string | readonly string[])[])[];
  /** A header that has to be there besides a weak signature. */
  readonly needs?: RegExp;
  /** Recognises a translated file by its shape: number of columns and the first data rows. Columns then count by position. */
  readonly byShape?: { readonly headers: readonly string[]; test(rows: readonly (readonly string[])[]): boolean };
  /** Other names of a column. */
  readonly aliases?: Readonly<Record<string, readonly string[]>>;
  readonly headerRows?: 2 | 3;
  readonly dateOrder?: DateOrder;
  /** IANA zone of times without an offset; without it the workspace's zone is taken. */
  readonly zone?: string;
  readonly decimal?: DecimalMark;
  /** Cells that mean empty. */
  readonly placeholders?: readonly string[];
  readonly group?: GroupRule;
  readonly skip?: readonly SkipRule[];
  readonly sections?: SectionRule;
  /** The export always holds everything: rows that are missing from the newest one are flagged. */
  readonly snapshot?: true;
  /** Column whose header is a question: the first header that matches. */
  readonly questions?: readonly { readonly column: string; readonly pattern: RegExp }[];
  readonly entities: readonly EntityMapping[];
};

/** Declares a profile; the value is checked by its type only, its test reads a sample. */
export function defineProfile(profile: Profile): Profile {
  return profile;
}

/** Number of signature columns when a whole signature is present, else 0. */
export function signatureMatch(profile: Profile, index: HeaderIndex): number {
  const { needs } = profile;
  if (needs && !index.headers.some((header) => needs.test(header.slice(0, 2000)))) return 0;
  let best = 0;
  for (const signature of [profile.signature, ...(profile.orSignature ?? [])]) {
    const whole = signature.every((entry) => {
      const [name, ...others] = typeof entry === 'string' ? [entry] : entry;
      return index.find(name!, [...others, ...(profile.aliases?.[name!] ?? [])]) >= 0;
    });
    if (whole && signature.length > best) best = signature.length;
  }
  return best;
}
