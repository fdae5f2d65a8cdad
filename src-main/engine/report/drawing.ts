import { shape, type Child, type Markup } from './markup.ts';

/** Light tokens of the workbench (kit/tokens.css). Hues fill shapes and never colour text. */
export const COLOURS = {
  text: '#2b2b2b',
  dim: '#616161',
  line: '#e5e5e5',
  accent: '#005fb8',
  rising: '#1f6fc1',
  falling: '#bf5700',
  still: '#c9ced6',
} as const;

export const RUNG_COLOURS: Readonly<Record<string, string>> = {
  prospect: '#7f868f',
  customer: '#4f86b5',
  client: '#2f8f98',
  supporter: '#3a9149',
  advocate: '#94801a',
  partner: '#7d4bb0',
};

/** Coordinates with at most two decimals, so that files do not differ by rounding noise. */
const at = (value: number): number => Math.round(value * 100) / 100;

export function text(
  x: number,
  y: number,
  content: string,
  options: { anchor?: 'start' | 'middle' | 'end'; dim?: boolean; bold?: boolean; size?: number } = {},
): Markup {
  return shape(
    'text',
    {
      x: at(x),
      y: at(y),
      'text-anchor': options.anchor === undefined || options.anchor === 'start' ? null : options.anchor,
      fill: options.dim ? COLOURS.dim : COLOURS.text,
      'font-weight': options.bold ? 600 : null,
      'font-size': options.size ?? 12,
    },
    content,
  );
}

export function drawing(width: number, height: number, label: string, ...children: Child[]): Markup {
  return shape(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      width: '100%',
      role: 'img',
      'aria-label': label,
      xmlns: 'http://www.w3.org/2000/svg',
    },
    ...children,
  );
}

export type Bar = { label: string; value: number; colour: string | null; text: string; after?: string };

/** Horizontal bars with their value beside them; a bar without a colour is outlined. */
export function bars(label: string, list: readonly Bar[], options: { row?: number } = {}): Markup {
  const width = 560;
  const [row, left, right] = [options.row ?? 34, 84, 200];
  const most = Math.max(1, ...list.map((b) => b.value));
  return drawing(
    width,
    list.length * row + 4,
    label,
    list.map((bar, i) => {
      const y = i * row + 4;
      const length = at(((width - left - right) * bar.value) / most);
      return [
        text(left - 8, y + row / 2, bar.label, { anchor: 'end' }),
        shape('rect', {
          x: left,
          y,
          width: Math.max(length, bar.value > 0 ? 1 : 0),
          height: row - 10,
          fill: bar.colour ?? '#ffffff',
          stroke: bar.colour === null ? COLOURS.dim : null,
          'stroke-dasharray': bar.colour === null ? '3 2' : null,
        }),
        text(left + length + 8, y + row / 2, bar.text, { bold: true }),
        bar.after === undefined ? null : text(width, y + row / 2, bar.after, { anchor: 'end', dim: true }),
      ];
    }),
  );
}

export type Column = {
  label: string;
  value: number;
  parts?: readonly { value: number; colour: string }[];
  colour?: string;
};

/** Columns on one base line; `every` says which labels are written. */
export function columns(
  label: string,
  list: readonly Column[],
  options: { width?: number; height?: number; every?: number } = {},
): Markup {
  const [width, height, every] = [options.width ?? 560, options.height ?? 190, options.every ?? 1];
  const base = height - 22;
  const step = width / Math.max(1, list.length);
  const most = Math.max(1, ...list.map((c) => c.value));
  return drawing(
    width,
    height,
    label,
    list.map((column, i) => {
      let top = base;
      const parts = column.parts ?? [{ value: column.value, colour: column.colour ?? COLOURS.rising }];
      return [
        parts.map((part) => {
          const tall = ((base - 18) * part.value) / most;
          top -= tall;
          return tall === 0
            ? null
            : shape('rect', {
                x: at(i * step + 2),
                y: at(top),
                width: at(step - 4),
                height: at(tall),
                fill: part.colour,
              });
        }),
        column.value === 0
          ? null
          : text(i * step + step / 2, top - 4, String(column.value), { anchor: 'middle', dim: true, size: 10 }),
        i % every === 0
          ? text(i * step + step / 2, height - 6, column.label, { anchor: 'middle', dim: true, size: 11 })
          : null,
      ];
    }),
    shape('line', { x1: 0, y1: base, x2: width, y2: base, stroke: COLOURS.line }),
  );
}

export type Interval = {
  label: string;
  value: number | null;
  low: number | null;
  high: number | null;
  after: string;
  colour?: string;
};

/** A dot with its interval per row on one scale; zero is marked. */
export function intervals(
  label: string,
  list: readonly Interval[],
  options: { from: number; to: number; width?: number },
): Markup {
  const [row, left, right, width] = [20, 92, 110, options.width ?? 560];
  const { from, to } = options;
  const x = (v: number): number =>
    at(left + ((width - left - right) * (Math.min(to, Math.max(from, v)) - from)) / (to - from));
  const height = list.length * row + 24;
  const ticks = [from, (from + to) / 2, to].filter((t, i, all) => all.indexOf(t) === i);
  return drawing(
    width,
    height,
    label,
    ticks.map((t) => [
      shape('line', { x1: x(t), y1: 0, x2: x(t), y2: height - 18, stroke: t === 0 ? COLOURS.dim : COLOURS.line }),
      text(x(t), height - 4, String(t), { anchor: 'middle', dim: true, size: 11 }),
    ]),
    list.map((item, i) => {
      const y = i * row + 12;
      return [
        text(left - 8, y + 4, item.label, { anchor: 'end' }),
        item.low === null || item.high === null
          ? null
          : shape('line', {
              x1: x(item.low),
              y1: y,
              x2: x(item.high),
              y2: y,
              stroke: item.colour ?? COLOURS.accent,
              'stroke-width': 2,
            }),
        item.value === null
          ? null
          : shape('circle', { cx: x(item.value), cy: y, r: 4.5, fill: item.colour ?? COLOURS.accent }),
        text(width, y + 4, item.after, { anchor: 'end', dim: true, size: 11 }),
      ];
    }),
  );
}

export type Flow = { from: string; to: string; customers: number; direction: 'up' | 'down' | 'stay' };

/** Who stood where on two days: a column of standings on each side, highest on top, and a ribbon per move. */
export function flows(
  label: string,
  standings: readonly string[],
  list: readonly Flow[],
  ends: { from: string; to: string },
): Markup {
  const [width, height, gap, bar, left, right] = [560, 306, 6, 14, 118, 118];
  const shown = standings.filter((s) => list.some((f) => f.from === s || f.to === s)).toReversed();
  const sum = (side: 'from' | 'to', s: string): number =>
    list.filter((f) => f[side] === s).reduce((n, f) => n + f.customers, 0);
  const total = list.reduce((n, f) => n + f.customers, 0);
  const scale = total === 0 ? 0 : (height - 24 - gap * (shown.length - 1)) / total;
  const place = (side: 'from' | 'to'): Map<string, number> => {
    const tops = new Map<string, number>();
    let y = 22;
    for (const s of shown) {
      tops.set(s, y);
      y += sum(side, s) * scale + gap;
    }
    return tops;
  };
  const [fromTop, toTop] = [place('from'), place('to')];
  const [fromNext, toNext] = [new Map(fromTop), new Map(toTop)];
  const rank = (s: string): number => shown.indexOf(s);
  const ordered = [...list]
    .filter((f) => f.customers > 0)
    .sort((a, b) => rank(a.from) - rank(b.from) || rank(a.to) - rank(b.to));
  const [x0, x1] = [left + bar, width - right - bar];
  const middle = (x0 + x1) / 2;
  const colour = { up: COLOURS.rising, down: COLOURS.falling, stay: COLOURS.still };
  const ribbons = ordered.map((f) => {
    const tall = f.customers * scale;
    const [a, b] = [fromNext.get(f.from)!, toNext.get(f.to)!];
    fromNext.set(f.from, a + tall);
    toNext.set(f.to, b + tall);
    const d =
      `M${x0} ${at(a)}C${middle} ${at(a)} ${middle} ${at(b)} ${x1} ${at(b)}` +
      `L${x1} ${at(b + tall)}C${middle} ${at(b + tall)} ${middle} ${at(a + tall)} ${x0} ${at(a + tall)}Z`;
    return {
      stay: f.direction === 'stay',
      markup: shape('path', { d, fill: colour[f.direction], 'fill-opacity': f.direction === 'stay' ? 0.35 : 0.75 }),
    };
  });
  const ends2 = (side: 'from' | 'to', tops: Map<string, number>): Child[] =>
    shown.map((s) => {
      const [n, y] = [sum(side, s), tops.get(s)!];
      const x = side === 'from' ? left : width - right - bar;
      const words = text(
        side === 'from' ? left - 8 : width - right + 8,
        y + Math.max(9, (n * scale) / 2 + 4),
        `${s} ${n}`,
        {
          anchor: side === 'from' ? 'end' : 'start',
        },
      );
      const fill = RUNG_COLOURS[s] ?? '#ffffff';
      return [
        shape('rect', {
          x,
          y: at(y),
          width: bar,
          height: at(Math.max(n * scale, n > 0 ? 1 : 0)),
          fill,
          stroke: RUNG_COLOURS[s] ? null : COLOURS.dim,
        }),
        words,
      ];
    });
  return drawing(
    width,
    height + 14,
    label,
    text(left + bar, 12, ends.from, { anchor: 'middle', dim: true, size: 11 }),
    text(width - right - bar, 12, ends.to, { anchor: 'middle', dim: true, size: 11 }),
    ribbons.filter((r) => r.stay).map((r) => r.markup),
    ribbons.filter((r) => !r.stay).map((r) => r.markup),
    ends2('from', fromTop),
    ends2('to', toTop),
  );
}
