import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import type { ClauseCount } from '#engine/base/report.ts';
import { language } from '#engine/language/index.ts';
import { printString } from '#engine/language/print.ts';
import type { Explanation } from '#engine/language/types.ts';
import { recordedDays, segmentNamed, storedLists, storedSegments, type StoredSegment } from '#engine/segment/store.ts';
import { vectorsOf } from '#engine/vectors/load.ts';
import { asOfDay, customerId, findCustomer } from '../population/index.ts';

const membership = (segment: StoredSegment): string => `in segment ${printString(segment.name)}`;

export type SegmentRow = {
  name: string;
  kind: 'rule' | 'frozen' | 'listed';
  definition: string;
  /** What the definition says; null when it no longer means anything. */
  sentence: string | null;
  error: string | null;
  members: number;
  /** Customers of whom a value of the rule is unknown: they are not members. */
  unknown: number;
  recorded: { day: string; members: number }[];
};

function rowOf(ctx: ReadContext, segment: StoredSegment, asOf: number): SegmentRow {
  const { name, kind, definition } = segment;
  const row = {
    name,
    kind,
    definition,
    recorded: recordedDays(ctx.db, segment.id).map(({ day, members }) => ({ day: isoDay(day), members })),
  };
  try {
    const { trueCount } = language.filter(ctx, membership(segment), asOf);
    const unknown = kind === 'rule' ? language.filter(ctx, definition, asOf).unknownCount : 0;
    const sentence =
      kind === 'listed' ? `in list ${printString(definition)}` : language.describe(definition, ctx).sentence;
    return { ...row, sentence, error: null, members: trueCount, unknown };
  } catch (error) {
    if (!(error instanceof LadderlineError) || error.code !== 'language') throw error;
    return { ...row, sentence: null, error: error.message, members: 0, unknown: 0 };
  }
}

/** `segments` (G1): the segments and lists in use. */
export const segments = defineAnalysis({
  name: 'segments',
  input: z.object({ asOf: z.string().optional() }),
  run(ctx, input): { asOf: string; segments: SegmentRow[]; lists: { name: string; keys: number }[] } {
    const asOf = asOfDay(ctx, input.asOf);
    return {
      asOf: isoDay(asOf),
      segments: storedSegments(ctx.db).map((one) => rowOf(ctx, one, asOf)),
      lists: storedLists(ctx.db).map(({ name, keys }) => ({ name, keys: keys.length })),
    };
  },
});

const Page = { limit: z.int().min(0).max(10_000).default(50), offset: z.int().min(0).default(0) };
type Member = { customer: string; name: string };

function pageOf(ctx: ReadContext, member: (index: number) => boolean, offset: number, limit: number): Member[] {
  const vectors = vectorsOf(ctx);
  const rows: Member[] = [];
  let seen = 0;
  for (const i of vectors.customers.nameRank()) {
    if (rows.length >= limit) break;
    if (!member(i) || seen++ < offset) continue;
    rows.push({ customer: customerId(vectors, i), name: vectors.customers.name(i) });
  }
  return rows;
}

/** `segment` (G2): one segment and a page of its members by name. */
export const segment = defineAnalysis({
  name: 'segment',
  input: z.object({ name: z.string().max(500), asOf: z.string().optional(), ...Page }),
  run(ctx, input): SegmentRow & { asOf: string; rows: Member[] } {
    const asOf = asOfDay(ctx, input.asOf);
    const stored = segmentNamed(ctx.db, input.name);
    const { outcome } = language.filter(ctx, membership(stored), asOf);
    const rows = pageOf(ctx, (i) => outcome[i] === 1, input.offset, input.limit);
    return { ...rowOf(ctx, stored, asOf), asOf: isoDay(asOf), rows };
  },
});

/** `segmentWhy` (G3): why a customer is in a segment or not. */
export const segmentWhy = defineAnalysis({
  name: 'segmentWhy',
  input: z.object({ name: z.string().max(500), customer: z.string().max(300), asOf: z.string().optional() }),
  run(
    ctx,
    input,
  ): {
    asOf: string;
    segment: string;
    customer: string;
    name: string;
    member: boolean;
    clauses: Explanation['clauses'];
    /** The newest record up to the day, for a frozen segment. */
    recorded: { day: string; reason: string | null } | null;
  } {
    const asOf = asOfDay(ctx, input.asOf);
    const stored = segmentNamed(ctx.db, input.name);
    const vectors = vectorsOf(ctx);
    const index = findCustomer(ctx, vectors, input.customer);
    const member = language.filter(ctx, membership(stored), asOf).outcome[index] === 1;
    const record = ctx.db.get(
      `SELECT m.day, m.reason FROM segment_member m JOIN customer c ON c.id = m.customer
       WHERE m.segment = ? AND m.day <= ? AND coalesce(c.redirect, m.customer) = ? ORDER BY m.day DESC LIMIT 1`,
      [stored.id, asOf, vectors.customers.id[index]!],
    );
    const text = stored.kind === 'listed' ? `in list ${printString(stored.definition)}` : stored.definition;
    return {
      asOf: isoDay(asOf),
      segment: stored.name,
      customer: customerId(vectors, index),
      name: vectors.customers.name(index),
      member,
      clauses: language.explain(ctx, text, asOf)(index).clauses,
      recorded: record === null ? null : { day: isoDay(record[0] as number), reason: record[1] as string | null },
    };
  },
});

/** `segmentCompare` (G4): who is in both of two segments and who in one. `show` chooses whose page is listed. */
export const segmentCompare = defineAnalysis({
  name: 'segmentCompare',
  input: z.object({
    a: z.string().max(500),
    b: z.string().max(500),
    asOf: z.string().optional(),
    show: z.enum(['both', 'onlyA', 'onlyB', 'neither']).default('both'),
    ...Page,
  }),
  run(
    ctx,
    input,
  ): {
    asOf: string;
    a: string;
    b: string;
    both: number;
    onlyA: number;
    onlyB: number;
    neither: number;
    rows: Member[];
  } {
    const asOf = asOfDay(ctx, input.asOf);
    const [a, b] = [segmentNamed(ctx.db, input.a), segmentNamed(ctx.db, input.b)];
    const [inA, inB] = [a, b].map((one) => language.filter(ctx, membership(one), asOf).outcome) as [
      Uint8Array,
      Uint8Array,
    ];
    const groups = ['neither', 'onlyA', 'onlyB', 'both'] as const;
    const groupOf = (i: number): (typeof groups)[number] => groups[inA[i]! + 2 * inB[i]!]!;
    const counts = { both: 0, onlyA: 0, onlyB: 0, neither: 0 };
    for (let i = 0; i < inA.length; i++) counts[groupOf(i)]++;
    const rows = pageOf(ctx, (i) => groupOf(i) === input.show, input.offset, input.limit);
    return { asOf: isoDay(asOf), a: a.name, b: b.name, ...counts, rows };
  },
});

export type UnitRow = {
  /** `C-12` of a customer; else the external id in its source. */
  id: string;
  source: string | null;
  day: string | null;
  /** Name of a customer, person or lead; channel of a touch; subject of a ticket. */
  name: string | null;
  customer: string | null;
  customerName: string | null;
};

const UNIT_SQL: Readonly<Record<'person' | 'lead' | 'touch' | 'ticket', string>> = {
  person: `SELECT e.id, s.name, e.ext, e.created_day,
             coalesce(nullif(trim(e.name), ''), nullif(trim(coalesce(e.given_name, '') || ' ' || coalesce(e.family_name, '')), ''), e.email)
           FROM json_each(?) j JOIN party e ON e.id = j.value JOIN source s ON s.id = e.source`,
  lead: `SELECT e.id, s.name, e.ext, e.day, coalesce(e.name, e.company)
         FROM json_each(?) j JOIN lead e ON e.id = j.value JOIN source s ON s.id = e.source`,
  touch: `SELECT e.id, s.name, e.ext, e.day, (SELECT text FROM term WHERE term.id = e.channel)
          FROM json_each(?) j JOIN touch e ON e.id = j.value JOIN source s ON s.id = e.source`,
  ticket: `SELECT e.id, s.name, e.ext, e.day, e.subject
           FROM json_each(?) j JOIN ticket e ON e.id = j.value JOIN source s ON s.id = e.source`,
};

/** `units` (G5): the units of which a text is true, by id, a page at a time. */
export const units = defineAnalysis({
  name: 'units',
  input: z.object({
    unit: z.enum(['customer', 'person', 'lead', 'touch', 'ticket']).default('customer'),
    where: z.string().max(65_536).optional(),
    asOf: z.string().optional(),
    ...Page,
  }),
  run(
    ctx,
    input,
  ): { unit: string; asOf: string; total: number; unknown: number; clauses: readonly ClauseCount[]; rows: UnitRow[] } {
    const asOf = asOfDay(ctx, input.asOf);
    const vectors = vectorsOf(ctx);
    const { ids, owner, outcome, trueCount, unknownCount, clauses } = language.filter(
      ctx,
      input.where,
      asOf,
      input.unit,
    );
    const found: number[] = [];
    for (let i = 0; i < outcome.length; i++) if (outcome[i] === 1) found.push(i);
    found.sort((a, b) => ids[a]! - ids[b]!);
    const page = found.slice(input.offset, input.offset + input.limit);
    const customerOf = (i: number): { customer: string | null; customerName: string | null } => {
      const c = owner === null ? i : owner[i]!;
      return c < 0
        ? { customer: null, customerName: null }
        : { customer: customerId(vectors, c), customerName: vectors.customers.name(c) };
    };
    let rows: UnitRow[];
    if (input.unit === 'customer') {
      rows = page.map((i) => {
        const { customer, customerName } = customerOf(i);
        return { id: customer!, source: null, day: null, name: customerName, customer, customerName };
      });
    } else {
      const told = new Map(
        ctx.db
          .all(UNIT_SQL[input.unit], [JSON.stringify(page.map((i) => ids[i]!))])
          .map(([id, ...rest]) => [id as number, rest]),
      );
      rows = page.map((i) => {
        const [source, ext, day, name] = told.get(ids[i]!) ?? [];
        return {
          id: String(ext ?? ids[i]),
          source: (source as string | undefined) ?? null,
          day: typeof day === 'number' ? isoDay(day) : null,
          name: (name as string | null | undefined) ?? null,
          ...customerOf(i),
        };
      });
    }
    return { unit: input.unit, asOf: isoDay(asOf), total: trueCount, unknown: unknownCount, clauses, rows };
  },
});
