import * as z from 'zod';
import { defineMethod, finite, number, positive, ratio, sum } from './method.ts';

/** How complete the knowledge of a person is, and how fresh. Product conventions after the idea of Mackay's customer profile. */

export const GRACE_DAYS = 180;
export const HALF_LIFE_DAYS = 365;

/** 1 up to `grace` days after an answer was verified, then halving every `halfLife` days. */
export function freshness(age: number, grace = GRACE_DAYS, halfLife = HALF_LIFE_DAYS): number {
  return age <= grace ? 1 : 2 ** (-(age - grace) / halfLife);
}

export interface ProfileField {
  f: string;
  cat: string;
  w: number;
}
export interface ProfileValue {
  /** The answer; blank after trimming is no answer. */
  v: string | null;
  /** Day of the last verification; null = never verified, which is not fresh. */
  verified: number | null;
  by: string | null;
  firstBy: string | null;
  notApplicable: boolean;
}
export interface ProfileScore {
  applicable: number;
  filled: number;
  completeness: number | null;
  weighted: number | null;
  fresh: number | null;
  by_category: Map<string, number | null>;
  /** Half of a field's weight to who filled it first, half to who verified it last. */
  credit: Map<string, number>;
}

/** Completeness, weighted and freshness-weighted completeness as of a day. Fields that do not apply leave the denominator. */
export function profileScore(
  fields: readonly ProfileField[],
  values: ReadonlyMap<string, ProfileValue>,
  asOf: number,
  grace = GRACE_DAYS,
  halfLife = HALF_LIFE_DAYS,
): ProfileScore {
  const applicable = fields.filter((f) => !values.get(f.f)?.notApplicable);
  const known = applicable.filter((f) => (values.get(f.f)?.v ?? '').trim() !== '');
  const weight = (list: readonly ProfileField[]): number => sum(list.map((f) => f.w));
  const credit = new Map<string, number>();
  let fresh = 0;
  for (const f of known) {
    const value = values.get(f.f)!;
    if (value.verified !== null) fresh += f.w * freshness(asOf - value.verified, grace, halfLife);
    const first = value.firstBy ?? value.by;
    const last = value.by ?? value.firstBy;
    for (const who of [first, last]) if (who !== null) credit.set(who, (credit.get(who) ?? 0) + f.w / 2);
  }
  const categories = [...new Set(fields.map((f) => f.cat))];
  const total = weight(applicable);
  return {
    applicable: applicable.length,
    filled: known.length,
    completeness: ratio(known.length, applicable.length),
    weighted: ratio(weight(known), total),
    fresh: ratio(fresh, total),
    by_category: new Map(
      categories.map((c) => [
        c,
        ratio(weight(known.filter((f) => f.cat === c)), weight(applicable.filter((f) => f.cat === c))),
      ]),
    ),
    credit,
  };
}

const days = z.number().nonnegative();
const value = z
  .object({
    v: z.union([z.string(), number, z.boolean()]).nullish(),
    verified: number.nullish(),
    by: z.string().nullish(),
    first_by: z.string().nullish(),
    na: z.boolean().nullish(),
  })
  .nullable();
const AREA = '8-profile';
export const PROFILE_METHODS = [
  defineMethod(
    AREA,
    'profile.score',
    'Completeness and freshness of what is known about a person, and who contributed it.',
    z.object({
      fields: z.array(
        z.object({ f: z.string(), cat: z.string().default('other'), w: z.number().nonnegative().default(1) }),
      ),
      values: z.record(z.string(), value),
      grace_days: days.default(GRACE_DAYS),
      half_life_days: positive.default(HALF_LIFE_DAYS),
      asOf: number.default(0),
    }),
    (i) => {
      const values = new Map(
        Object.entries(i.values).flatMap(([f, v]) =>
          v === null
            ? []
            : [
                [
                  f,
                  {
                    v: v.v === null || v.v === undefined ? null : String(v.v),
                    verified: v.verified ?? null,
                    by: v.by ?? null,
                    firstBy: v.first_by ?? null,
                    notApplicable: v.na === true,
                  },
                ] as const,
              ],
        ),
      );
      const s = profileScore(i.fields, values, i.asOf, i.grace_days, i.half_life_days);
      return { ...s, by_category: Object.fromEntries(s.by_category), credit: Object.fromEntries(s.credit) };
    },
  ),
  defineMethod(
    AREA,
    'profile.decay',
    'How fresh an answer of some age still is.',
    z.object({
      age: z.array(number.nullable()),
      grace_days: days.default(GRACE_DAYS),
      half_life_days: positive.default(HALF_LIFE_DAYS),
    }),
    (i) => ({
      fresh: i.age.map((a) => (a === null ? null : finite(freshness(a, i.grace_days, i.half_life_days)))),
    }),
  ),
];
