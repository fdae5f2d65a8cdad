import { describe, expect, it } from 'vitest';
import { ribbon, sankeyLayout } from './sankey.ts';

const order = ['partner', 'client', 'customer', 'prospect'];
const flows = [
  { from: 'partner', to: 'partner', customers: 12 },
  { from: 'client', to: 'client', customers: 375 },
  { from: 'client', to: 'customer', customers: 48 },
  { from: 'customer', to: 'customer', customers: 454 },
  { from: 'customer', to: 'client', customers: 25 },
  { from: 'prospect', to: 'prospect', customers: 1172 },
  { from: 'prospect', to: 'customer', customers: 0 },
];
const options = { height: 300, gap: 6, minSlot: 16 };
const layout = sankeyLayout(order, order, flows, options);

describe('sankeyLayout', () => {
  it('gives every customer the same height on both sides', () => {
    const sums = (side: string) =>
      Object.fromEntries(layout.nodes.filter((n) => n.side === side).map((n) => [n.id, n.customers]));
    expect(sums('left')).toEqual({ partner: 12, client: 423, customer: 479, prospect: 1172 });
    expect(sums('right')).toEqual({ partner: 12, client: 400, customer: 502, prospect: 1172 });
    const perCustomer = layout.links.map((l) => l.thickness / l.customers);
    for (const k of perCustomer) expect(k).toBeCloseTo(perCustomer[0]!, 9);
  });

  it('keeps nodes in order, apart, and inside the height', () => {
    for (const side of ['left', 'right']) {
      const nodes = layout.nodes.filter((n) => n.side === side);
      for (let i = 1; i < nodes.length; i++)
        expect(nodes[i]!.y).toBeGreaterThan(nodes[i - 1]!.y + nodes[i - 1]!.height);
      expect(nodes.at(-1)!.y + nodes.at(-1)!.height).toBeLessThanOrEqual(options.height + 0.001);
    }
  });

  it('leaves room for a label at the smallest rung', () => {
    const [partner, client] = layout.nodes;
    expect(client!.middle - partner!.middle).toBeGreaterThanOrEqual(options.minSlot);
  });

  it('stacks ribbons inside their nodes without overlap', () => {
    for (const node of layout.nodes) {
      const here = layout.links
        .filter((l) => (node.side === 'left' ? l.from : l.to) === node.id)
        .map((l) => ({ y: node.side === 'left' ? l.y0 : l.y1, t: l.thickness }))
        .sort((a, b) => a.y - b.y);
      let edge = node.middle - here.reduce((s, l) => s + l.t, 0) / 2;
      for (const { y, t } of here) {
        expect(y - t / 2).toBeCloseTo(edge, 6);
        edge = y + t / 2;
      }
    }
  });

  it('leaves out empty flows and survives a workspace without customers', () => {
    expect(layout.links.some((l) => l.customers === 0)).toBe(false);
    const none = sankeyLayout(order, order, [], options);
    expect(none.links).toEqual([]);
    expect(none.nodes.every((n) => n.height === 0 && Number.isFinite(n.middle))).toBe(true);
  });

  it('draws a ribbon as one curve', () =>
    expect(ribbon(0, 10, 100, 20)).toBe('M0.0 10.0C50.0 10.0 50.0 20.0 100.0 20.0'));
});
