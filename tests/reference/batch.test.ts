import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { differences, type Case } from '../../src-main/engine/methods/compare.testing.ts';

/** Every reference case through the command line: one process, one line in and one out per case. */
const here = import.meta.dirname;
const main = join(here, '..', '..', 'src-main', 'cli', 'main.ts');
const casesOf = (name: string): Case[] =>
  (JSON.parse(readFileSync(join(here, name), 'utf8')) as { cases: Case[] }).cases;
const cases = [...casesOf('oracles.json'), ...casesOf('more-cases.json')];

type Line = { id: unknown; result?: unknown; error?: { code: string; message: string } };

/** Lines that no method can answer, each between two that are right. */
const BAD: readonly (readonly [line: string, code: string])[] = [
  ['{"id":"not json"', 'bad-json'],
  ['{"id":"no method","input":{}}', 'usage'],
  ['{"id":"unknown","method":"nps.cii","input":{}}', 'unknown-method'],
  ['{"id":"negative","method":"nps.ci","input":{"detractors":-1,"passives":0,"promoters":1}}', 'bad-input'],
  ['{"id":"no input","method":"spacing.metrics"}', 'bad-input'],
  ['{"id":"uneven","method":"drift.psi","input":{"expected":[1,2],"actual":[1]}}', 'bad-input'],
  ['{"id":"no spread","method":"drift.ewma","input":{"x":[1],"mu":0,"sigma":0}}', 'bad-input'],
  ['{"id":"no day","method":"iso.week","input":{"dates":["2026-02-30"]}}', 'bad-input'],
  ['{"id":"no zone","method":"tz.local_day","input":{"rows":[{"ts":"2026-01-01T00:00Z","tz":"Mars/One"}]}}', 'bad-input'],
];

let lines: Line[];

beforeAll(() => {
  const asked = [
    ...cases.map(({ id, method, input }) => JSON.stringify({ id, method, input })),
    ...BAD.map(([line]) => line),
    JSON.stringify({ id: 'last', method: 'nps.basic', input: { scores: [10] } }),
  ];
  const run = spawnSync(process.execPath, [main, 'calc', '--batch'], {
    input: asked.join('\n'),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(run.status).toBe(0);
  lines = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
});

test('one line is answered per line asked, in the same order', () => {
  expect(lines).toHaveLength(cases.length + BAD.length + 1);
  expect(lines.slice(0, cases.length).map(({ id }) => id)).toEqual(cases.map(({ id }) => id));
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
});

test.each(cases.map((c, i) => [c.id, c, i] as const))('%s', (_, c, i) => {
  expect(differences(c.expected, lines[i]!.result, c.tolerance)).toEqual([]);
});

test('no answer holds a number that is none, or a missing value', () => {
  const text = JSON.stringify(lines.map(({ result }) => result ?? null));
  expect(/NaN|Infinity|undefined|:-0[,}\]]/.test(text)).toBe(false);
});

describe('a line that cannot be answered', () => {
  test.each(BAD.map(([line, code], k) => [line, code, k] as const))('%s', (_, code, k) => {
    const answer = lines[cases.length + k]!;
    expect(answer.error?.code).toBe(code);
    expect(answer.error?.message.length).toBeGreaterThan(10);
    expect(answer.result).toBeUndefined();
  });

  test('does not end the batch', () => {
    expect(lines.at(-1)).toMatchObject({ id: 'last', result: { nps: 1 } });
  });
});
