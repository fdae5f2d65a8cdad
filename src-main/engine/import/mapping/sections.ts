/**
 * Follows the sections of a ledger: a row with the section column filled names a section or totals it, and rows of sections that
 * are not read are left out.
 */
export class Sections {
  readonly #at: number;
  readonly #keep: RegExp | null;
  #kept = true;
  /** Why the last row that passed by is left out. */
  reason = '';

  constructor(at: number, keep: string | undefined) {
    this.#at = at;
    this.#keep = keep === undefined ? null : new RegExp(keep, 'i');
  }

  /** True when the row is no record: it heads or totals a section, or stands in one that is not read. */
  passes(cells: readonly string[], n: number): boolean {
    const name = this.#at < n ? cells[this.#at]!.trim() : '';
    if (name !== '') {
      if (/^(grand )?total$/i.test(name)) return false;
      if (!/^total\b/i.test(name)) this.#kept = this.#keep === null || this.#keep.test(name);
      this.reason = 'The row heads or totals a section.';
      return true;
    }
    this.reason = 'The row stands in a section that is not read.';
    return !this.#kept;
  }
}
