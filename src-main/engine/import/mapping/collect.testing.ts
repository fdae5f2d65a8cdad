import { columnsOf, type PartyRef, type RowSink, type RowTexts } from '#engine/base/entities.ts';
import { isoDay } from '#engine/base/days.ts';
import { HEAD_BYTES } from '../detect/sniff.ts';
import { bytesSource } from '../read/source.ts';
import { mapFile, type MapFacts, type MapOptions } from './map-file.ts';
import { planImport, type ImportPlan, type PlanOptions } from './plan.ts';

export type CollectedRow = {
  entity: string;
  line: number;
  ext: string | null;
  party: PartyRef | null;
  account: PartyRef | null;
  /** Filled columns; days as ISO text. */
  values: Record<string, string | number>;
  attributes: Record<string, string>;
};

export type Collected = {
  plan: ImportPlan;
  facts: MapFacts;
  rows: CollectedRow[];
  rejects: { line: number; column: string | null; value: string | null; reason: string }[];
  skips: { line: number; reason: string }[];
  /** Rows that came with bytes in place of texts. */
  fromBytes: number;
};

export const SETTINGS: MapOptions['settings'] = { unit: 'company', currency: 'EUR', timezone: 'UTC', dateOrder: null };

/** Maps bytes with the real engine and keeps everything the sink is given. */
export function collect(
  bytes: Uint8Array | string,
  fileName: string,
  options: PlanOptions & Partial<MapOptions> & { readonly takesBytes?: boolean } = {},
): Collected {
  const data = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
  const plan = planImport(data.subarray(0, HEAD_BYTES), data.length <= HEAD_BYTES, fileName, options);
  const refs: PartyRef[] = [];
  const rows: CollectedRow[] = [];
  const rejects: Collected['rejects'] = [];
  const skips: Collected['skips'] = [];
  let fromBytes = 0;
  const text = (texts: RowTexts, from: number, to: number): string =>
    Buffer.from(texts.bytes.subarray(from, to)).toString('latin1');
  const sink: RowSink = {
    ...(options.takesBytes === undefined ? {} : { takesBytes: options.takesBytes }),
    party: (ref) => refs.push(ref),
    row(entity, line, externalId, party, account, values, attributes, _stamp, texts = null) {
      const ext =
        texts !== null && texts !== undefined && texts.keyFrom >= 0
          ? text(texts, texts.keyFrom, texts.keyTo)
          : externalId;
      if (texts) fromBytes += 1;
      const filled: Record<string, string | number> = {};
      columnsOf(entity).forEach((column, i) => {
        const value = texts && texts.from[i]! >= 0 ? text(texts, texts.from[i]!, texts.to[i]!) : values[i];
        if (value === null || value === undefined) return;
        filled[column.name] = typeof value === 'number' && /(^|_)day$/.test(column.name) ? isoDay(value) : value;
      });
      rows.push({
        entity: entity.name,
        line,
        ext,
        party: refs[party - 1] ?? null,
        account: refs[account - 1] ?? null,
        values: filled,
        attributes: attributes === null ? {} : (JSON.parse(attributes) as Record<string, string>),
      });
    },
    reject: (line, column, value, reason) => void rejects.push({ line, column, value, reason }),
    skip: (line, reason) => void skips.push({ line, reason }),
  };
  const facts = mapFile(plan, bytesSource(data), sink, {
    settings: SETTINGS,
    reopen: () => bytesSource(data),
    ...options,
  });
  return { plan, facts, rows, rejects, skips, fromBytes };
}
