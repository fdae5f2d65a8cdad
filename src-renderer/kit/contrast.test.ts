import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contrast } from './contrast.ts';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** The tokens of one theme as the file states them. */
function theme(name: string): Record<string, string> {
  const start = css.indexOf(`:root[data-theme='${name}'] {`);
  const block = css.slice(start, css.indexOf('}', start));
  return Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/gi)].map((m) => [m[1], m[2]] as const));
}

const THEMES = ['dark', 'light', 'hc-dark', 'hc-light'] as const;
const RUNGS = ['prospect', 'customer', 'client', 'supporter', 'advocate', 'partner'].map((r) => `rung-${r}`);
const TEAMS = ['sales', 'marketing', 'service', 'accounts', 'inbound'].map((t) => `team-${t}`);

/** Text in these colours is drawn on these grounds. */
const TEXT: [string[], string[]][] = [
  [
    ['text', 'strong', 'dim'],
    ['bg', 'side', 'hover', 'field', 'selected'],
  ],
  [
    ['accent', 'rising', 'falling', 'warning', 'error'],
    ['bg', 'side', 'hover'],
  ],
  [['on-accent'], ['accent']],
];
/** Shapes, edges of controls and the focus ring. */
const GRAPHICS: [string[], string[]][] = [
  [
    ['edge', 'focus'],
    ['bg', 'side', 'field'],
  ],
  [
    ['mark', ...RUNGS, ...TEAMS],
    ['bg', 'side'],
  ],
  [['focus'], ['selected', 'hover']],
];

const pairs = (groups: [string[], string[]][]): [string, string][] =>
  groups.flatMap(([fronts, grounds]) => fronts.flatMap((f) => grounds.map((g) => [f, g] as [string, string])));

describe.each(THEMES)('theme %s', (name) => {
  const tokens = theme(name);
  const failing = (list: [string, string][], least: number): string[] =>
    list
      .map(([front, ground]) => ({ front, ground, ratio: contrast(tokens[front] ?? '', tokens[ground] ?? '') }))
      .filter((pair) => pair.ratio < least)
      .map((pair) => `${pair.front} on ${pair.ground}: ${pair.ratio.toFixed(2)}`);

  it('text is at least 4.5:1', () => expect(failing(pairs(TEXT), 4.5)).toEqual([]));
  it('graphics are at least 3:1', () => expect(failing(pairs(GRAPHICS), 3)).toEqual([]));
});

describe('the check itself', () => {
  it('knows the reference pairs', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });
  it('CONTROL: the drawn dim grey on the selected ground of the drawing fails', () => {
    expect(contrast('#9d9d9d', '#04395e')).toBeLessThan(4.5);
  });
  it('every theme states the same tokens', () => {
    const dark = Object.keys(theme('dark')).sort();
    for (const name of THEMES) expect(Object.keys(theme(name)).sort()).toEqual(dark);
  });
});
