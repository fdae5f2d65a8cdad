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

type CadenceRung = {
  readonly rung: string;
  readonly customers: number;
  readonly share: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly target: number;
};

/** The rung that keeps to its target least. */
export function cadenceSentence(rungs: readonly CadenceRung[]): string {
  const touched = rungs.filter((r) => r.share !== null && r.customers > 0);
  if (touched.length === 0) return 'No customer has been touched yet.';
  const worst = touched.toSorted((a, b) => b.share! - a.share!)[0]!;
  if (worst.share === 0) return 'No customer is beyond the target of its rung.';
  return `Farthest from its target is ${worst.rung}: ${formatShare(worst.share)} (${formatShare(worst.low, { decimals: 0 })} to ${formatShare(worst.high, { decimals: 0 })}) of those ever touched wait longer than ${formatCount(worst.target, 'day')}.`;
}

type Gain = {
  readonly together: number;
  readonly complement: number;
  readonly collide: number;
  readonly medianGain: number | null;
  readonly window: number;
};

export function evennessSentence(e: Gain): string {
  return `${formatCount(e.together, 'customer')} heard from both teams in ${formatCount(e.window, 'day')}: for ${formatNumber(e.complement)} the teams complement each other (blue), for ${formatNumber(e.collide)} their touches fall together (orange); the median gain is ${formatNumber(e.medianGain, { decimals: 2 })}.`;
}

type Wait = {
  readonly total: {
    readonly episodes: number;
    readonly open: number;
    readonly unanswered: number | null;
    readonly days: { readonly p50: number | null };
    readonly hours: { readonly timed: number; readonly p50: number | null };
    readonly sla: { readonly attainment: number | null };
  };
  readonly reply: number;
  readonly otherTeam: { readonly share: number | null };
};

/** How customers who came forward were answered. */
export function inboundSentence(w: Wait): string {
  const { total } = w;
  if (total.episodes === 0) return 'No customer has come forward.';
  const median =
    total.hours.timed > 0 && total.hours.p50 !== null
      ? `half were answered within ${formatNumber(total.hours.p50, { decimals: 1 })} working hours`
      : total.days.p50 !== null
        ? `half were answered within ${formatCount(total.days.p50, 'day')}`
        : 'fewer than half were answered';
  const met =
    total.sla.attainment === null
      ? ''
      : ` ${formatShare(total.sla.attainment)} were answered within ${formatNumber(w.reply)} working hours.`;
  const other = w.otherTeam.share === null ? '' : ` ${formatShare(w.otherTeam.share)} were answered by another team.`;
  return `Customers came forward ${formatCount(total.episodes, 'time')}; ${median}, ${formatNumber(total.open)} (${formatShare(total.unanswered)}) are not answered.${met}${other}`;
}

type After = {
  readonly buyers: number;
  readonly untouched: number;
  readonly at: readonly {
    readonly day: number;
    readonly share: number | null;
    readonly low: number | null;
    readonly high: number | null;
  }[];
};

export function afterSentence(a: After): string {
  if (a.buyers === 0) return 'Nobody has bought yet.';
  const at = a.at.filter((one) => one.share !== null);
  const shares = at.map((one) => `${formatShare(one.share)} on day ${one.day}`).join(', ');
  return `Of ${formatCount(a.buyers, 'buyer')} ${formatNumber(a.untouched)} were not touched since the first order. Untouched by the curve: ${shares || 'not known yet'}.`;
}

type Handovers = {
  readonly firstBuyers: number;
  readonly handedBack: { readonly n: number; readonly share: number | null };
  readonly notHandedBack: { readonly n: number; readonly share: number | null };
  readonly difference: {
    readonly difference: number | null;
    readonly low: number | null;
    readonly high: number | null;
  };
};

export function handoverSentence(h: Handovers): string {
  if (h.firstBuyers === 0) return 'Nobody has bought yet.';
  if (h.handedBack.n === 0)
    return `${formatShare(h.notHandedBack.share)} of ${formatCount(h.notHandedBack.n, 'first buyer')} bought again; no hand-back to marketing is recorded.`;
  const points = (share: number | null): string => formatNumber(share === null ? null : 100 * share, { decimals: 0 });
  return `${formatShare(h.handedBack.share)} of ${formatNumber(h.handedBack.n)} handed back bought again, ${formatShare(h.notHandedBack.share)} of ${formatNumber(h.notHandedBack.n)} others: a difference of ${points(h.difference.difference)} points (${points(h.difference.low)} to ${points(h.difference.high)}), an association.`;
}
