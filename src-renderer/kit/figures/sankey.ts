/** One flow between two days: how many customers went from one standing to another. */
export type Flow = { readonly from: string; readonly to: string; readonly customers: number };
export type SankeyNode = {
  readonly side: 'left' | 'right';
  readonly id: string;
  readonly customers: number;
  readonly y: number;
  readonly height: number;
  readonly middle: number;
};
/** `y0` and `y1` are the middles of the ribbon at its left and right end. */
export type SankeyLink = Flow & { readonly y0: number; readonly y1: number; readonly thickness: number };
export type SankeyLayout = { readonly nodes: readonly SankeyNode[]; readonly links: readonly SankeyLink[] };

type Options = { height: number; gap: number; minSlot: number };

/** The scale (pixels per customer) at which a side's slots fill the height. */
function scaleOf(values: readonly number[], { height, gap, minSlot }: Options): number {
  const room = height - gap * Math.max(0, values.length - 1);
  const used = (k: number): number => values.reduce((sum, v) => sum + Math.max(v * k, minSlot), 0);
  const total = values.reduce((a, b) => a + b, 0);
  if (total === 0 || used(0) >= room) return 0;
  let [low, high] = [0, room / total];
  for (let i = 0; i < 50; i++) {
    const k = (low + high) / 2;
    if (used(k) > room) high = k;
    else low = k;
  }
  return low;
}

/**
 * Two columns of nodes, ribbons between them. Both sides share one scale, so equal numbers have equal heights;
 * every node has at least a label's height, so that small rungs stay readable beside large ones.
 */
export function sankeyLayout(
  left: readonly string[],
  right: readonly string[],
  flows: readonly Flow[],
  options: Options,
): SankeyLayout {
  const valueOf = (side: 'left' | 'right', id: string): number =>
    flows.reduce((sum, f) => ((side === 'left' ? f.from : f.to) === id ? sum + f.customers : sum), 0);
  const values = { left: left.map((id) => valueOf('left', id)), right: right.map((id) => valueOf('right', id)) };
  const scale = Math.min(scaleOf(values.left, options), scaleOf(values.right, options));

  const place = (side: 'left' | 'right', ids: readonly string[]): SankeyNode[] => {
    const slots = values[side].map((v) => Math.max(v * scale, options.minSlot));
    const used = slots.reduce((a, b) => a + b, 0);
    const gap = ids.length > 1 ? Math.max(0, (options.height - used) / (ids.length - 1)) : 0;
    let top = 0;
    return ids.map((id, i) => {
      const customers = values[side][i]!;
      const slot = slots[i]!;
      const height = customers === 0 ? 0 : Math.max(customers * scale, 1.5);
      const node: SankeyNode = { side, id, customers, y: top + (slot - height) / 2, height, middle: top + slot / 2 };
      top += slot + gap;
      return node;
    });
  };
  const nodes = [...place('left', left), ...place('right', right)];

  const cursor = new Map(nodes.map((n) => [`${n.side} ${n.id}`, n.middle - (n.customers * scale) / 2]));
  const take = (key: string, thickness: number): number => {
    const at = cursor.get(key)!;
    cursor.set(key, at + thickness);
    return at + thickness / 2;
  };
  const known = flows.filter((f) => f.customers > 0 && left.includes(f.from) && right.includes(f.to));
  const ends = new Map<string, { y0: number; y1: number }>();
  const keyOf = (f: Flow): string => `${f.from} ${f.to}`;
  for (const f of known.toSorted(
    (a, b) => left.indexOf(a.from) - left.indexOf(b.from) || right.indexOf(a.to) - right.indexOf(b.to),
  )) {
    ends.set(keyOf(f), { y0: take(`left ${f.from}`, f.customers * scale), y1: 0 });
  }
  for (const f of known.toSorted(
    (a, b) => right.indexOf(a.to) - right.indexOf(b.to) || left.indexOf(a.from) - left.indexOf(b.from),
  )) {
    ends.get(keyOf(f))!.y1 = take(`right ${f.to}`, f.customers * scale);
  }
  return { nodes, links: known.map((f) => ({ ...f, ...ends.get(keyOf(f))!, thickness: f.customers * scale })) };
}

/** The path of a ribbon's middle line between two x positions. */
export function ribbon(x0: number, y0: number, x1: number, y1: number): string {
  const half = (x0 + x1) / 2;
  const at = (n: number): string => n.toFixed(1);
  return `M${at(x0)} ${at(y0)}C${at(half)} ${at(y0)} ${at(half)} ${at(y1)} ${at(x1)} ${at(y1)}`;
}
