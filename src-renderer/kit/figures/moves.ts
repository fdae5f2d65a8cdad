import { formatCount, formatDay, formatNumber, formatShare } from '../format.ts';
import { RUNG_ORDER } from '../marks.tsx';
import type { Part } from './Parts.tsx';

/** What a figure of the ladder points at: everybody on a rung, everybody of one move, everybody who moved one way. */
export type LadderTarget =
  | { readonly kind: 'rung'; readonly rung: string }
  | { readonly kind: 'move'; readonly from: string; readonly to: string }
  | { readonly kind: 'direction'; readonly direction: 'up' | 'down' | 'stay' | 'entered' };

export type MoveCell = { readonly from: string; readonly to: string; readonly customers: number };
type Net = { readonly value: number; readonly low: number; readonly high: number };
export type Moves = {
  readonly from: string;
  readonly to: string;
  readonly matrix: readonly MoveCell[];
  readonly up: number;
  readonly down: number;
  readonly stay: number;
  readonly entered: number;
  readonly netUp: Net | null;
};

/** Partner first, lapsed last: lapsed lies below every rung. */
export const TOP_DOWN: readonly string[] = [...[...RUNG_ORDER].reverse(), 'lapsed'];

const PLURAL: Readonly<Record<string, string>> = {
  prospect: 'prospects',
  customer: 'customers',
  client: 'clients',
  supporter: 'supporters',
  advocate: 'advocates',
  partner: 'partners',
  lapsed: 'lapsed',
};

export function plural(rung: string): string {
  return PLURAL[rung] ?? rung;
}

export function directionOf(from: string, to: string): 'up' | 'down' | 'stay' | 'entered' | 'left' {
  if (from === 'new') return 'entered';
  if (to === 'gone') return 'left';
  const fall = TOP_DOWN.indexOf(to) - TOP_DOWN.indexOf(from);
  return fall > 0 ? 'down' : fall < 0 ? 'up' : 'stay';
}

/** Customers on a standing on both days; `new` ones count on the second only. */
export function changeOf(matrix: readonly MoveCell[], rung: string): { before: number; after: number } {
  let before = 0;
  let after = 0;
  for (const { from, to, customers } of matrix) {
    if (from === rung) before += customers;
    if (to === rung) after += customers;
  }
  return { before, after };
}

/** Moves between different standings, most customers first; `new` is not a move. */
export function largestMoves(matrix: readonly MoveCell[], direction?: 'up' | 'down'): MoveCell[] {
  return matrix
    .filter(
      (m) =>
        m.customers > 0 && (direction === undefined ? ['up', 'down'] : [direction]).includes(directionOf(m.from, m.to)),
    )
    .toSorted((a, b) => b.customers - a.customers || TOP_DOWN.indexOf(a.from) - TOP_DOWN.indexOf(b.from));
}

function signed(value: number): string {
  return formatNumber(value, { signed: true });
}

function door(cell: MoveCell): Part<LadderTarget> {
  return {
    text: formatNumber(cell.customers),
    to: { kind: 'move', from: cell.from, to: cell.to },
    label: `${formatCount(cell.customers, 'customer')}: ${cell.from} to ${cell.to}`,
  };
}

/** `, 15 more than then`; nothing when as many as before have lapsed. */
function more(matrix: readonly MoveCell[]): string {
  const { before, after } = changeOf(matrix, 'lapsed');
  return before === after
    ? ''
    : `, ${formatNumber(Math.abs(after - before))} ${after > before ? 'more' : 'fewer'} than then`;
}

/** What changed most between the two days, said of the rung with the largest net change above prospect. */
export function standSentence(
  moves: Moves | undefined,
  lapsed: { customers: number; share: number | null } | undefined,
): Part<LadderTarget>[] {
  const tail: Part<LadderTarget>[] =
    lapsed && lapsed.customers > 0
      ? [
          ' ',
          {
            text: formatNumber(lapsed.customers),
            to: { kind: 'rung', rung: 'lapsed' },
            label: `${formatCount(lapsed.customers, 'customer')} lapsed`,
          },
          ` (${formatShare(lapsed.share)}) have lapsed${moves ? more(moves.matrix) : ''}.`,
        ]
      : [];
  if (!moves) return tail;
  const since = formatDay(moves.from);
  const changes = TOP_DOWN.filter((r) => r !== 'prospect' && r !== 'lapsed')
    .map((rung) => ({ rung, ...changeOf(moves.matrix, rung) }))
    .toSorted((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
  const [most] = changes;
  if (!most || most.after === most.before) return [`No rung has more or fewer customers than on ${since}.`, ...tail];
  const net = most.after - most.before;
  const relative = most.before > 0 ? ` (${formatShare(net / most.before, { signed: true })})` : '';
  const out = largestMoves(moves.matrix).find((m) => m.from === most.rung);
  const into = largestMoves(moves.matrix).find((m) => m.to === most.rung);
  const fresh = moves.matrix.find((m) => m.from === 'new' && m.to === most.rung && m.customers > 0);
  const why: Part<LadderTarget>[][] = [];
  if (out)
    why.push([door(out), directionOf(out.from, out.to) === 'down' ? ` slid to ${out.to}` : ` rose to ${out.to}`]);
  if (into)
    why.push([
      door(into),
      directionOf(into.from, into.to) === 'up' ? ` came up from ${into.from}` : ` slid in from ${into.from}`,
    ]);
  if (fresh) why.push([door(fresh), ' are new']);
  const parts: Part<LadderTarget>[] = [
    {
      text: plural(most.rung).replace(/^./, (c) => c.toUpperCase()),
      to: { kind: 'rung', rung: most.rung },
      label: `${plural(most.rung).replace(/^./, (c) => c.toUpperCase())}: ${formatNumber(most.after)}`,
    },
    ` ${net < 0 ? 'fell' : 'rose'} from ${formatNumber(most.before)} to ${formatNumber(most.after)}${relative} since ${since}`,
  ];
  why.forEach((piece, i) => parts.push(i === 0 ? ': ' : ', ', ...piece));
  return [...parts, '.', ...tail];
}

/** How many rose and fell, and whether the difference is more than chance (95 % interval of a difference of two shares of one multinomial, in customers). */
export function moveSentence(moves: Moves): Part<LadderTarget>[] {
  const { up, down, stay, netUp } = moves;
  const known = up + down + stay;
  if (netUp === null || known === 0) return ['Nobody was known on both days.'];
  if (up + down === 0) return [`All ${formatNumber(known)} customers known on both days stayed where they were.`];
  const [low, high] = [Math.round(netUp.low * known), Math.round(netUp.high * known)];
  const interval = `95 % interval ${signed(low)} to ${signed(high)}`;
  const counts: Part<LadderTarget>[] = [
    {
      text: formatNumber(up),
      to: { kind: 'direction', direction: 'up' },
      label: `${formatCount(up, 'customer')} rose`,
    },
    ' up, ',
    {
      text: formatNumber(down),
      to: { kind: 'direction', direction: 'down' },
      label: `${formatCount(down, 'customer')} fell`,
    },
    ' down',
  ];
  const difference = signed(up - down);
  if (netUp.low > 0) return [...counts, `: more rose than fell, difference ${difference} (${interval}).`];
  if (netUp.high < 0) return [...counts, `: more fell than rose, difference ${difference} (${interval}).`];
  return [...counts, `: the difference of ${difference} is within chance (${interval}).`];
}
