import type { RowTexts } from '#engine/base/entities.ts';
import type { RowSorter } from '../detect/layout.ts';
import { FIELD_LIMIT, type FieldBlock, type RecordReader } from '../read/reader.ts';
import type { AttributeWriter } from './attributes.ts';
import { cleaned, type Setter } from './cells.ts';
import { complete, externalIdOf, handOver } from './emit.ts';
import type { EntityPlan } from './entity-plan.ts';
import type { Pass } from './pass.ts';

const EMPTY = 0;
const PLAIN = 1;
const TEXT = 2;

/** Entities whose rows are the people and firms themselves: their texts are compared with each other. */
const NAMING = new Set(['party', 'account', 'lead']);

/**
 * Maps rows of one event entity from the bytes of their block. A cell that is plain (ASCII, nothing around it, no placeholder)
 * and has a reader of bytes never becomes a text; every other cell goes the general way, cell by cell. A record that is not
 * certainly a data row of full width is left to the general way as a whole. Rows come out as they do there.
 */
export class DirectRows {
  readonly #pass: Pass;
  readonly #entity: EntityPlan;
  readonly #attributes: () => string | null;
  readonly #sorter: RowSorter;
  readonly #width: number;
  readonly #placeholders: ReadonlySet<string>;
  readonly #longest: number;
  /** Bit 1: a cell that starts with the byte is not plain; 2: nor one that ends with it; 4: a placeholder starts with it. */
  readonly #odd = new Uint8Array(256);
  readonly #steps: readonly Setter[];
  /** Columns whose texts are wanted whatever their cells are. */
  readonly #wanted: readonly number[];
  readonly #idAt: number;
  readonly #person: { readonly at: number; readonly slots: readonly number[] };
  readonly #account: { readonly at: number; readonly slots: readonly number[] };
  readonly #kinds: Uint8Array;
  readonly #texts: RowTexts;

  /** Null when the rows of the file need the general way. `read` are the columns that the attributes or others read as texts. */
  static of(
    pass: Pass,
    entities: readonly EntityPlan[],
    attributes: AttributeWriter,
    sorter: RowSorter,
    placeholders: ReadonlySet<string>,
    read: readonly number[],
  ): DirectRows | null {
    const [entity] = entities;
    if (
      entity === undefined ||
      entities.length > 1 ||
      pass.sink.takesBytes !== true ||
      pass.recipe !== null ||
      entity.bound.when !== null ||
      NAMING.has(entity.spec.name)
    )
      return null;
    return new DirectRows(pass, entity, attributes, sorter, placeholders, read);
  }

  private constructor(
    pass: Pass,
    entity: EntityPlan,
    attributes: AttributeWriter,
    sorter: RowSorter,
    placeholders: ReadonlySet<string>,
    read: readonly number[],
  ) {
    this.#pass = pass;
    this.#entity = entity;
    this.#attributes = attributes.write;
    this.#sorter = sorter;
    this.#width = pass.plan.inspection.layout.headers.length;
    this.#placeholders = placeholders;
    let longest = 0;
    for (let byte = 0; byte <= 32; byte += 1) this.#odd[byte] = 3;
    this.#odd[39] = 1;
    for (const word of placeholders) {
      longest = Math.max(longest, word.length);
      const first = word.charCodeAt(0);
      if (first < 128) this.#odd[first]! |= 4;
    }
    this.#longest = longest;
    this.#steps = entity.setters;
    const wanted = new Set([...read, ...attributes.reads, ...entity.key]);
    entity.setters.forEach((setter, k) => {
      for (const at of setter.plain ? [] : entity.reads[k]!) wanted.add(at);
    });
    const reference = (
      handles: EntityPlan['person'],
      refused: boolean,
    ): { readonly at: number; readonly slots: readonly number[] } => {
      if (handles === null) return { at: -1, slots: [] };
      const alone = handles.idSlot;
      const isPlain =
        alone >= 0 && !refused && entity.bound.columns.some((c) => c.at === entity.textAt[alone] && bare(c.mapping));
      for (const slot of isPlain ? [] : handles.slots) wanted.add(entity.textAt[slot]!);
      return { at: isPlain ? entity.textAt[alone]! : -1, slots: handles.slots };
    };
    this.#person = reference(entity.person, entity.refusesPerson);
    this.#account = reference(entity.account, entity.refusesAccount);
    const id = entity.bound.columns.find((c) => c.at === entity.idColumn && c.mapping.field === 'external_id');
    this.#idAt = id !== undefined && bare(id.mapping) ? entity.idColumn : -1;
    if (entity.idColumn >= 0 && this.#idAt < 0) wanted.add(entity.idColumn);
    if (entity.stamp !== null) {
      const { at, time, zone } = entity.bound.modified!;
      for (const column of [at, time, zone]) if (column >= 0) wanted.add(column);
    }
    for (const { at } of entity.money) wanted.add(at);
    this.#wanted = [...wanted].sort((a, b) => a - b);
    this.#kinds = new Uint8Array(this.#width);
    this.#texts = {
      bytes: new Uint8Array(0),
      from: new Int32Array(entity.width).fill(-1),
      to: new Int32Array(entity.width),
      keyFrom: -1,
      keyTo: -1,
    };
  }

  /** Maps record `r` of the block and answers whether it was loaded (true) or rejected (false); null: nothing was done. */
  take(reader: RecordReader, block: FieldBlock, r: number): boolean | null {
    const first = block.first[r]!;
    const width = this.#width;
    if (block.first[r + 1]! - first !== width) return null;
    const pass = this.#pass;
    const { row } = pass;
    const { cells } = row;
    const { bytes, starts, ends, flags } = block;
    const kinds = this.#kinds;
    const odd = this.#odd;
    const longest = this.#longest;
    let filled = 0;
    for (let i = 0; i < width; i += 1) {
      const f = first + i;
      const s = starts[f]!;
      const e = ends[f]!;
      if (s === e) {
        kinds[i] = EMPTY;
        continue;
      }
      const o = odd[bytes[s]!]!;
      if (flags[f] === 0 && (o & 1) === 0 && (odd[bytes[e - 1]!]! & 2) === 0 && ((o & 4) === 0 || e - s > longest)) {
        if (e - s <= FIELD_LIMIT) {
          kinds[i] = PLAIN;
          filled += 1;
          continue;
        }
      }
      if (i === 0) return null;
      const text = cleaned(reader.cell(r, i));
      if (text === '' || (text.length <= longest && this.#placeholders.has(text))) {
        kinds[i] = EMPTY;
        continue;
      }
      kinds[i] = TEXT;
      cells[i] = text;
      filled += 1;
    }
    if (!this.#sorter.isData(bytes, starts[first]!, ends[first]!, filled)) return null;
    this.#count(kinds);
    for (const i of this.#wanted) {
      if (kinds[i] === PLAIN) cells[i] = reader.cell(r, i);
      else if (kinds[i] === EMPTY) cells[i] = '';
    }
    return this.#map(reader, block, r, first);
  }

  #count(kinds: Uint8Array): void {
    const { shape } = this.#pass;
    const { filled } = shape;
    for (let i = 0; i < kinds.length; i += 1) if (kinds[i] !== EMPTY) filled[i]! += 1;
    shape.row();
  }

  #map(reader: RecordReader, block: FieldBlock, r: number, first: number): boolean {
    const pass = this.#pass;
    const entity = this.#entity;
    const texts = this.#texts;
    const kinds = this.#kinds;
    const { row } = pass;
    const { cells } = row;
    const { values } = entity;
    const { bytes, starts, ends } = block;
    row.line = reader.lines[r]!;
    row.failed = false;
    pass.extra = null;
    texts.bytes = bytes;
    for (let i = 0; i < entity.width; i += 1) {
      values[i] = null;
      texts.from[i] = -1;
    }
    const steps = this.#steps;
    for (let k = 0; k < steps.length; k += 1) {
      const set = steps[k]!;
      const { plain } = set;
      if (plain !== undefined) {
        const kind = kinds[plain.at];
        if (kind === EMPTY) continue;
        if (kind === PLAIN) {
          if (plain.read(bytes, starts[first + plain.at]!, ends[first + plain.at]!, values, texts)) continue;
          cells[plain.at] = reader.cell(r, plain.at);
        }
      }
      set(row, values);
    }
    if (row.failed) return false;
    const externalId = this.#key(reader, block, r, first);
    if (!complete(pass, entity)) return false;
    const person = this.#handle(entity.person, this.#person, entity.refusesPerson, reader, block, r, first);
    const account = this.#handle(entity.account, this.#account, entity.refusesAccount, reader, block, r, first);
    return handOver(pass, entity, externalId, person, account, this.#attributes, texts);
  }

  /** The external id as a text, or null; bytes that stand for it are left in the texts. */
  #key(reader: RecordReader, block: FieldBlock, r: number, first: number): string | null {
    const entity = this.#entity;
    const texts = this.#texts;
    const { cells } = this.#pass.row;
    const at = this.#idAt;
    texts.keyFrom = -1;
    if (at >= 0 && this.#kinds[at] === PLAIN && !entity.refusesId) {
      const s = block.starts[first + at]!;
      const e = block.ends[first + at]!;
      if (!mayBeScientific(block.bytes, s, e)) {
        texts.keyFrom = s;
        texts.keyTo = e;
        return null;
      }
    }
    if (at >= 0) cells[at] = this.#text(reader, r, at);
    return externalIdOf(this.#pass, entity);
  }

  #handle(
    handles: EntityPlan['person'],
    where: { readonly at: number; readonly slots: readonly number[] },
    refused: boolean,
    reader: RecordReader,
    block: FieldBlock,
    r: number,
    first: number,
  ): number {
    if (handles === null) return 0;
    const { at } = where;
    if (at >= 0 && this.#kinds[at] === PLAIN) {
      const s = block.starts[first + at]!;
      const e = block.ends[first + at]!;
      if (!mayBeScientific(block.bytes, s, e)) return handles.handleOfBytes(block.bytes, s, e);
    }
    const entity = this.#entity;
    const { cells } = this.#pass.row;
    if (at >= 0) cells[at] = this.#text(reader, r, at);
    for (const slot of where.slots) entity.texts[slot] = entity.textOf[slot]!(cells);
    return handles.handle(entity.texts, refused);
  }

  #text(reader: RecordReader, r: number, at: number): string {
    const kind = this.#kinds[at];
    return kind === PLAIN ? reader.cell(r, at) : kind === EMPTY ? '' : this.#pass.row.cells[at]!;
  }
}

function bare(mapping: { strip?: unknown; split?: unknown; pattern?: unknown }): boolean {
  return mapping.strip === undefined && mapping.split === undefined && mapping.pattern === undefined;
}

/** True for texts that may be numbers in scientific notation, which name nobody. */
function mayBeScientific(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > 15 || bytes[from]! < 48 || bytes[from]! > 57) return false;
  for (let p = from + 1; p < to; p += 1) if ((bytes[p]! | 32) === 101) return true;
  return false;
}
