import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { UNKNOWN_INT, type Relation, type Vectors } from '#engine/vectors/types.ts';

/** What a person recorded about an answer. */
export type CaseRecord = {
  readonly owner: string | null;
  readonly status: 'open' | 'working' | 'closed' | null;
  readonly outcome: string | null;
  readonly note: string | null;
  readonly followedDay: Day | null;
  readonly closedDay: Day | null;
};

/** Records by row id of the answer. */
export function caseRecords(ctx: ReadContext): Map<number, CaseRecord> {
  return new Map(
    ctx.db
      .all(
        `SELECT r.id, k.owner, k.status, k.outcome, k.note, k.followed_day, k.closed_day
         FROM nps_case k JOIN source s ON s.name = k.source JOIN response r ON r.source = s.id AND r.ext = k.ext`,
      )
      .map(([id, owner, status, outcome, note, followedDay, closedDay]) => [
        id as number,
        { owner, status, outcome, note, followedDay, closedDay } as CaseRecord,
      ]),
  );
}

export type FollowUp = {
  readonly day: Day;
  /** Seconds since 1970; null when the source gives a day only. */
  readonly at: number | null;
  /** The touch that followed up; null when it was recorded by hand. */
  readonly channel: string | null;
  readonly team: string | null;
};

/** Finds the follow-up of answers: what was recorded, else the first touch that was meant for this customer (rule N26). */
export class FollowUps {
  private readonly ctx: ReadContext;
  private readonly vectors: Vectors;
  private readonly asOf: Day;
  private readonly touches: Relation;
  private readonly answeredAt: Float64Array | Int32Array;
  private readonly direction: ArrayLike<number>;
  private readonly campaign: ArrayLike<number>;
  readonly records: Map<number, CaseRecord>;

  constructor(ctx: ReadContext, vectors: Vectors, asOf: Day) {
    this.ctx = ctx;
    this.vectors = vectors;
    this.asOf = asOf;
    this.touches = vectors.relation('touches');
    this.direction = this.touches.column('direction').values;
    this.campaign = this.touches.column('campaign').values;
    this.answeredAt = vectors.relation('responses').column('at').values;
    this.records = caseRecords(ctx);
  }

  /** Seconds since 1970 at which a row of `responses` was answered; null when only its day is known. */
  instant(row: number): number | null {
    const at = this.answeredAt[row]!;
    return Number.isNaN(at) ? null : at;
  }

  /** The follow-up of an answer by its row in `responses`; null when there is none by the as-of day. */
  of(answers: Relation, row: number, customer: number): FollowUp | null {
    const answered = answers.day[row]!;
    const recorded = this.records.get(answers.id[row]!)?.followedDay ?? null;
    const touched = customer < 0 ? null : this.touchAfter(customer, answered, this.instant(row));
    if (recorded !== null && recorded <= this.asOf && (touched === null || recorded <= touched.day))
      return { day: recorded, at: null, channel: null, team: null };
    return touched;
  }

  private touchAfter(customer: number, answered: Day, answeredAt: number | null): FollowUp | null {
    const { start, day: days, id } = this.touches;
    const out = this.vectors.term('out');
    for (let r = firstFrom(days, start[customer]!, start[customer + 1]!, answered); r < start[customer + 1]!; r++) {
      if (days[r]! > this.asOf) return null;
      if (this.direction[r] !== out || this.campaign[r] !== UNKNOWN_INT) continue;
      const at = this.ctx.db.get('SELECT at FROM touch WHERE id = ?', [id[r]!])?.[0] as number | null;
      // On the day of the answer a touch before its time is no reply to it.
      if (days[r] === answered && at !== null && answeredAt !== null && at < answeredAt) continue;
      return {
        day: days[r]!,
        at,
        channel: this.vectors.text(this.touches.column('channel').values[r]!),
        team: this.vectors.text(this.touches.column('team').values[r]!),
      };
    }
    return null;
  }
}

/** The first row of `first..last` whose day is not before `day`; days ascend. */
function firstFrom(days: Int32Array, first: number, last: number, day: Day): number {
  let [low, high] = [first, last];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (days[middle]! < day) low = middle + 1;
    else high = middle;
  }
  return low;
}
