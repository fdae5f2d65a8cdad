import type { ByteSource, RowNotes } from './source.ts';

/** Delimited UTF-8 text made from a file of another format: comma, `"`, LF, no mark, always well-formed. */
export type MadeText = ByteSource & {
  readonly notes: RowNotes;
  /** Bytes of the file consumed so far, for progress. */
  readonly consumed: number;
  close(): void;
};

/** Row numbers of records, kept as the places where they jump. */
export class RowNumbers implements RowNotes {
  readonly #from: number[] = [];
  readonly #add: number[] = [];
  readonly #faults = new Map<number, string>();
  #records = 0;
  /** Segment of the last look-up: records are asked for in order. */
  #hint = 0;

  get records(): number {
    return this.#records;
  }

  /** Notes that the next record is row `line`. */
  push(line: number, fault?: string): void {
    const add = line - this.#records;
    if (this.#add.length === 0 || this.#add[this.#add.length - 1] !== add) {
      this.#from.push(this.#records);
      this.#add.push(add);
    }
    if (fault !== undefined) this.#faults.set(this.#records, fault);
    this.#records += 1;
  }

  lineOf(record: number): number {
    if (this.#from[this.#hint]! > record) this.#hint = 0;
    while (this.#hint + 1 < this.#from.length && this.#from[this.#hint + 1]! <= record) this.#hint += 1;
    return record + (this.#add[this.#hint] ?? 1);
  }

  faultOf(record: number): string | undefined {
    return this.#faults.size === 0 ? undefined : this.#faults.get(record);
  }
}
