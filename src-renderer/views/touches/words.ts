import { formatCount, formatDay, formatDays, formatNumber, formatShare } from '../../kit/format.ts';
import type { Part } from '../../kit/figures/Parts.tsx';

type Frame = { readonly kind: 'silence' | 'burst'; readonly from: number; readonly to: number; readonly days: number };
export type StripRow = {
  readonly customer: string;
  readonly name: string;
  readonly rung: string;
  readonly counts: readonly number[];
  readonly frames: readonly Frame[];
  readonly worstGap: number | null;
  readonly openGap: number | null;
  readonly evenness: number | null;
  readonly class: string;
};

/** What a cell of the strip says: who, which week, how many touches, inside which frame. */
export function cellWords(row: StripRow, week: number, monday: string): string {
  const count = row.counts[week] ?? 0;
  const frame = row.frames.find((f) => f.from <= week && week <= f.to);
  const framed =
    frame === undefined
      ? ''
      : frame.kind === 'silence'
        ? `; inside a silence of ${formatCount(frame.days, 'day')}`
        : `; inside a burst of ${formatCount(frame.days, 'day')}`;
  return `${row.name}, week of ${formatDay(monday)}: ${count === 0 ? 'no outbound touch' : formatCount(count, 'outbound touch', 'outbound touches')}${framed}`;
}

/** What a row says as a whole. */
export function rowWords(row: StripRow): string {
  const touches = row.counts.reduce((a, b) => a + b, 0);
  return `${row.name}, ${row.rung}: ${formatCount(touches, 'touch', 'touches')} shown, worst gap ${formatDays(row.worstGap)}, open gap ${formatDays(row.openGap)}, evenness ${formatNumber(row.evenness)}`;
}

type Finding = { readonly id: string; readonly customers: number; readonly where: string; readonly label: string };
type Summary = { readonly customers: number; readonly findings: readonly Finding[] };

/** Silent, barrage and never touched in one sentence; each figure is the door to its customers. */
export function stripSentence({ customers, findings }: Summary): Part<Finding>[] {
  if (customers === 0) return ['No customer passes the selection.'];
  const of = (id: string): Finding | undefined => findings.find((f) => f.id === id && f.customers > 0);
  const door = (f: Finding): Part<Finding> => ({
    text: formatNumber(f.customers),
    to: f,
    label: `${f.label}: ${formatCount(f.customers, 'customer')}`,
  });
  const pieces: Part<Finding>[][] = [];
  const [silent, barrage, dispute, never] = [of('silent'), of('barrage'), of('dispute'), of('never')];
  if (silent)
    pieces.push([door(silent), ` (${formatShare(silent.customers / customers)}) are silent beyond their target`]);
  if (barrage) pieces.push([door(barrage), ' had a barrage and then silence']);
  if (dispute) pieces.push([door(dispute), ' were sold to during a dispute']);
  if (never) pieces.push([door(never), ' were never touched']);
  if (pieces.length === 0)
    return [
      `None of ${formatCount(customers, 'customer')} is silent beyond target, was met by a barrage, or was sold to in a dispute.`,
    ];
  return [
    `Of ${formatCount(customers, 'customer')} `,
    ...pieces.flatMap((p, i) => (i === 0 ? p : [i === pieces.length - 1 ? ' and ' : ', ', ...p])),
    '.',
  ];
}

/** Median open gap, share beyond target, never touched. */
export function gapSentence(gaps: { median: number | null; beyondTarget: number | null; never: number }): string {
  const never =
    gaps.never === 0
      ? ''
      : ` ${formatCount(gaps.never, 'customer')} never touched ${gaps.never === 1 ? 'is' : 'are'} not drawn.`;
  if (gaps.median === null) return `No customer has been touched yet.${never}`;
  return `Half of the customers were touched within ${formatDays(Math.round(gaps.median))}; ${formatShare(gaps.beyondTarget)} are beyond the target of their rung (orange).${never}`;
}

type Timeline = {
  readonly marks: readonly { readonly lane: number; readonly inDispute: boolean; readonly day: string }[];
  readonly lanes: readonly string[];
  readonly disputes: readonly { readonly opened: string; readonly closed: string | null }[];
  readonly silences: readonly {
    readonly days: number;
    readonly open: boolean;
    readonly from: string;
    readonly to: string;
  }[];
  readonly bursts: readonly { readonly from: string; readonly to: string; readonly touches: number }[];
};

/** What stands out in one customer's lanes: selling in a dispute first, then silence, then bursts. */
export function laneSentence(t: Timeline, evenness: number | null): string {
  const out = t.marks.filter((m) => t.lanes[m.lane] !== 'inbound').length;
  const pieces: string[] = [];
  const sold = t.marks.filter((m) => m.inDispute).length;
  if (sold > 0) pieces.push(`${formatCount(sold, 'commercial touch', 'commercial touches')} during a dispute`);
  const open = t.disputes.find((d) => d.closed === null);
  if (open) pieces.push(`a dispute is open since ${formatDay(open.opened)}`);
  const worst = t.silences.toSorted((a, b) => b.days - a.days)[0];
  if (worst)
    pieces.push(
      worst.open
        ? `silent for ${formatCount(worst.days, 'day')} now`
        : `silent for ${formatCount(worst.days, 'day')} until ${formatDay(worst.to)}`,
    );
  const burst = t.bursts.toSorted((a, b) => b.touches - a.touches)[0];
  if (burst)
    pieces.push(
      `${formatCount(burst.touches, 'touch', 'touches')} between ${formatDay(burst.from, false)} and ${formatDay(burst.to)}`,
    );
  const even =
    evenness === null
      ? ''
      : ` Evenness of sales and marketing over the last 90 days: ${formatNumber(evenness, { decimals: 2 })}.`;
  const head = `${formatCount(out, 'outbound touch', 'outbound touches')} in the weeks shown`;
  return pieces.length === 0
    ? `${head}; no silence, burst or dispute.${even}`
    : `${head}; ${pieces.join('; ')}.${even}`;
}

type Audit = {
  readonly collisionPairs: number;
  readonly capBreachCount: number;
  readonly disputeRate: {
    readonly inside: number | null;
    readonly outside: number | null;
    readonly ratio: number | null;
    readonly insideTouches: number;
    readonly disputeDays: number;
  };
};

export function disputeSentence({ disputeRate: r }: Pick<Audit, 'disputeRate'>): string {
  if (r.disputeDays === 0) return 'No customer of the selection has had a dispute.';
  const ratio = r.ratio === null ? '' : `, ${formatNumber(r.ratio, { decimals: 2 })} times as often`;
  return `${formatCount(r.insideTouches, 'commercial touch', 'commercial touches')} in ${formatCount(r.disputeDays, 'dispute day')}: ${formatNumber(r.inside, { decimals: 1 })} per 100 dispute days, ${formatNumber(r.outside, { decimals: 1 })} per 100 other days${ratio}.`;
}

export function collisionSentence({ collisionPairs: n }: Pick<Audit, 'collisionPairs'>, within: number): string {
  return n === 0
    ? `No two teams touched the same customer within ${formatCount(within, 'day')}.`
    : `${formatCount(n, 'pair')} of touches by different teams at most ${formatCount(within, 'day')} apart.`;
}

/** A cap as it is written ("cap email: 4 in 30 days where rung < client") as a sentence. */
export function capSentence(cap: string): string {
  const [, channel, count, days, where] = /^cap (\w+): (\d+) in (\d+) days?(?: where (.+))?$/s.exec(cap) ?? [];
  if (channel === undefined) return cap;
  const touches = Number(count) === 1 ? 'touch' : 'touches';
  const what = channel === 'any' ? `outbound ${touches}` : `outbound ${touches} by ${channel}`;
  return `At most ${count} ${what} in any ${formatCount(Number(days), 'day')}${where === undefined ? '' : `, where ${where}`}`;
}

export function breachSentence({ capBreachCount: n }: Pick<Audit, 'capBreachCount'>, caps: readonly string[]): string {
  if (caps.length === 0) return 'No cap is set.';
  return n === 0
    ? `Nobody was touched more often than ${caps.length === 1 ? 'the cap allows' : `the ${formatNumber(caps.length)} caps allow`}.`
    : `${formatCount(n, 'stretch', 'stretches')} of touches above ${caps.length === 1 ? 'the cap' : `${formatNumber(caps.length)} caps`}.`;
}
