import type { FieldSpec } from '#engine/base/entities.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import {
  datePartsOf,
  isoOf,
  offsetOf,
  parseDate,
  parseTime,
  type DateOrder,
  type WrittenDate,
} from '../detect/dates.ts';
import { textReader, withBytes, type Setter } from './cells.ts';
import { localDay, Zone, zoneInWords } from './instants.ts';
import type { Pass } from './pass.ts';
import type { BoundColumn, BoundEntity } from './plan.ts';

/** Setter of an instant: local day and, where the source tells a time, UTC seconds. Throws `date-order`. */
export function instantSetter(
  pass: Pass,
  field: FieldSpec,
  column: BoundColumn,
  slots: ReadonlyMap<string, number>,
  bound: BoundEntity,
): Setter {
  const stem = (field.column ?? field.name).replace(/_at$/, '');
  const daySlot = slots.get(field.main ? 'day' : `${stem}_day`)!;
  const atSlot = slots.get(field.main ? 'at' : `${stem}_at`)!;
  const { mapping, header } = column;
  const decision = pass.columns.orders[column.at] ?? null;
  if (!mapping.dateOrder && decision?.ambiguous && (pass.columns.findings[column.at]?.type ?? '').startsWith('date')) {
    const samples = pass.columns.findings[column.at]?.samples ?? [];
    throw new LadderlineError(
      'date-order',
      `The order of day and month in column "${header}" of ${pass.plan.file} cannot be decided: ${decision.why} (${samples.map((s) => `"${s}"`).join(', ')}). Say it with --date-order dmy, mdy or ymd.`,
      { file: pass.plan.file, column: header, samples, option: '--date-order' },
    );
  }
  const told = mapping.dateOrder ?? pass.plan.dateOrder;
  const order: DateOrder | null = mapping.dateOrder ?? decision?.order ?? null;
  if (decision && decision.why !== 'the year comes first or the month is a word')
    pass.decide(header, 'date order', order ?? 'none', mapping.dateOrder ? 'the mapping says so' : decision.why);
  const text = textReader(column);
  const timeAt = column.time;
  const zoneAt = column.zone;
  const zoneName =
    mapping.zone ??
    (/\butc\b|\bgmt\b/i.test(header) ? 'UTC' : (pass.plan.inspection.layout.zone ?? pass.plan.profile?.zone ?? null));
  const zone = zoneName ? Zone.of(zoneName) : pass.zone;
  const home = pass.zone;
  const out: WrittenDate = { day: 0, seconds: -1, offset: Number.NaN };
  const same = bound.columns.filter((c) => c.mapping.field === mapping.field);
  const isLast = same.at(-1) === column;
  const isFirst = same[0] === column;
  let last = '';
  let lastDay = 0;
  let lastAt: number | null = null;
  const set: Setter = (row, values) => {
    const value = text(row.cells);
    if (value === '' || (!isFirst && values[daySlot] !== null)) return;
    if (timeAt < 0 && zoneAt < 0 && value === last) {
      values[daySlot] = lastDay;
      values[atSlot] = lastAt;
      return;
    }
    if (!parseDate(value, order, out, true)) {
      if (
        !told &&
        (order === 'dmy' || order === 'mdy') &&
        datePartsOf(value) &&
        parseDate(value, order === 'dmy' ? 'mdy' : 'dmy', out)
      ) {
        throw new LadderlineError(
          'date-order',
          `Column "${header}" of ${pass.plan.file} mixes orders of day and month: "${value}" on line ${row.line} does not fit ${order}, which ${decision?.why ?? 'was decided'}. Say it with --date-order dmy, mdy or ymd; rows that do not fit it become rejects.`,
          {
            file: pass.plan.file,
            column: header,
            samples: [value, ...(pass.columns.findings[column.at]?.samples.slice(0, 2) ?? [])],
            option: '--date-order',
          },
        );
      }
      if (field.main && isLast)
        pass.fail(
          header,
          value,
          `"${value}" is not a date${order && datePartsOf(value) ? ` in the order ${order}` : ''}.`,
        );
      else pass.keepAsText(header, value, 'not a date');
      return;
    }
    if (timeAt >= 0 && out.seconds < 0) {
      const time = row.cells[timeAt]!;
      if (time !== '' && !parseTime(time, out))
        pass.keepAsText(pass.plan.index.headers[timeAt]!, time, 'not a time of day');
    }
    let day = out.day;
    let at: number | null = null;
    if (out.seconds >= 0) {
      const wall = out.day * 86_400 + out.seconds;
      let from = zone;
      let { offset } = out;
      if (zoneAt >= 0 && Number.isNaN(offset)) {
        const written = row.cells[zoneAt]!;
        offset = written === '' ? Number.NaN : offsetOf(written);
        if (Number.isNaN(offset) && written !== '') {
          const zoneNamed = zoneInWords(written);
          if (zoneNamed) from = safeZone(zoneNamed) ?? zone;
          else
            pass.keepAsText(
              pass.plan.index.headers[zoneAt]!,
              written,
              'not a zone that is known; the zone of the source was taken',
            );
        }
      }
      if (Number.isNaN(offset)) {
        at = from.toUtc(wall);
        if (from !== home) day = localDay(at, home);
      } else {
        at = wall - offset;
        day = localDay(at, home);
      }
    }
    values[daySlot] = day;
    values[atSlot] = at;
    if (timeAt < 0 && zoneAt < 0) [last, lastDay, lastAt] = [value, day, at];
  };
  if (timeAt >= 0 || zoneAt >= 0 || !isFirst) return set;
  return withBytes(set, column, (bytes, from, to, values) => {
    if (!isoOf(bytes, from, to, out)) return false;
    let day = out.day;
    let at: number | null = null;
    if (out.seconds >= 0) {
      const wall = out.day * 86_400 + out.seconds;
      if (!Number.isNaN(out.offset)) {
        at = wall - out.offset;
        day = localDay(at, home);
      } else {
        at = zone.toUtc(wall);
        if (zone !== home) day = localDay(at, home);
      }
    }
    values[daySlot] = day;
    values[atSlot] = at;
    return true;
  });
}

function safeZone(name: string): Zone | null {
  try {
    return Zone.of(name);
  } catch {
    return null;
  }
}
