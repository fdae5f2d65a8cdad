import { entityOf } from '#engine/base/entities.ts';
import { quote } from './cells.ts';
import type { Pass } from './pass.ts';

/** Cells beyond the header as JSON members, or null. */
export function extraCells(pass: Pass, count: number, width: number): string | null {
  let json = '';
  for (let i = width; i < count; i += 1) {
    const text = pass.row.cells[i]!.trim();
    if (text !== '') json += `${json === '' ? '' : ','}"cell ${i + 1}":${quote(text)}`;
  }
  return json === '' ? null : json;
}

export type AttributeWriter = {
  /** The attributes of the current row as JSON, or null. */
  readonly write: () => string | null;
  /** Columns that it reads. */
  readonly reads: readonly number[];
};

/** Writes the attributes of a row: cells that no entity reads, and values that could not be read. */
export function attributeWriter(pass: Pass): AttributeWriter {
  const read = new Set<number>();
  const splits = new Map<number, string>();
  for (const entity of pass.plan.entities) {
    const fields = entityOf(entity.name)!.fields;
    for (const column of entity.columns) {
      const known =
        fields.some((f) => f.name === column.mapping.field) || /^(party|account)\./.test(column.mapping.field);
      const { contains, filled, split, pattern } = column.mapping;
      if (known && contains === undefined && filled === undefined && pattern === undefined) {
        read.add(column.at);
        if (split !== undefined) splits.set(column.at, split);
      }
      if (column.time >= 0) read.add(column.time);
      if (column.zone >= 0) read.add(column.zone);
    }
  }
  for (const rule of pass.plan.mapping.skip ?? []) {
    const at = pass.plan.index.find(rule.column, pass.plan.profile?.aliases?.[rule.column]);
    if (at >= 0 && rule.is) read.add(at);
  }
  for (const name of pass.plan.mapping.ignore ?? []) {
    const at = pass.plan.index.find(name);
    if (at >= 0) read.add(at);
  }
  const rest: number[] = [];
  const prefixes: string[] = [];
  const restSplits: (string | null)[] = [];
  pass.plan.index.headers.forEach((header, at) => {
    if (read.has(at) && !splits.has(at)) return;
    rest.push(at);
    restSplits.push(splits.get(at) ?? null);
    prefixes.push(`${JSON.stringify(attributeName(pass, header, at))}:`);
  });
  const { cells } = pass.row;
  const write = (): string | null => {
    let json = '';
    for (let i = 0; i < rest.length; i += 1) {
      const text = cells[rest[i]!]!;
      if (text === '' || (restSplits[i] !== null && !text.includes(restSplits[i]!))) continue;
      json += (json === '' ? '' : ',') + prefixes[i]! + quote(text);
    }
    if (pass.extra !== null) json += (json === '' ? '' : ',') + pass.extra;
    return json === '' ? null : `{${json}}`;
  };
  return { write, reads: rest };
}

function attributeName(pass: Pass, header: string, at: number): string {
  for (const entity of pass.plan.entities) {
    const column = entity.columns.find((c) => c.at === at);
    if (
      column &&
      !entityOf(entity.name)!.fields.some((f) => f.name === column.mapping.field) &&
      !/^(party|account)\./.test(column.mapping.field)
    ) {
      return column.mapping.field;
    }
  }
  return header;
}
