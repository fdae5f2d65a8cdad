import { expect, test } from 'vitest';
import { ReadSession } from '#engine/session.ts';
import { findAnalysis } from '#engine/registry.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';
import { reportHtml } from './index.ts';
import { escapeText } from './markup.ts';
import { decimals, money, percent, signed } from './words.ts';

const ATTACKS = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</pre></body><script src=//evil.example></script>',
  '<svg/onload=alert(1)>',
  '&lt;script&gt;',
  '<!--',
  ']]>',
  'javascript:alert(1)',
  '\u0000\u0008nul',
  '{{7*7}}',
];

class Case extends Fixture {
  private readonly session = new ReadSession(this.db);

  get ctx() {
    return this.session.context();
  }
  fill(names: readonly string[]): void {
    this.db.run(
      `INSERT INTO batch(id, file, sha256, bytes, source, mapping, fingerprint, base_version, state, day, started_at, ended_at,
         read, used, skipped, rejected, records, entities, facts)
       VALUES (1, ?, 'x', 1, 1, '{}', 'x', 0, 'live', 20600, 0, 0, 0, 0, 0, 0, 0, '[]', '{}')`,
      [names[0] ?? 'books.csv'],
    );
    for (const [i, name] of names.entries()) {
      const party = this.add('party', { kind: 'company', name, owner: name });
      this.db.run('INSERT INTO customer(id, founder, name, lead_party) VALUES (?, ?, ?, ?)', [
        party,
        `f${party}`,
        name,
        party,
      ]);
      this.join(party, party);
      for (const day of ['2025-01-10', '2026-01-10'])
        this.add('purchase', { party, day, kind: 'invoice', amount: 1000 + i, currency: 'EUR' });
      this.add('touch', { party, day: '2026-01-15', channel: 'call', direction: 'out', team: 'sales' });
      this.add('response', { party, day: '2026-05-01', score: i % 11, kind: 'relational', wave: name });
      this.add('ticket', { party, day: '2026-01-12', is_dispute: 1 });
    }
  }
  report(input: Record<string, unknown> = {}) {
    return reportHtml.run(this.ctx, reportHtml.parse({ asOf: '2026-06-30', ...input }));
  }
}

const unescape = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

type Evidence = { figures: { figure: string; name: string; input: unknown; value: unknown }[] };
const evidenceOf = (html: string): Evidence =>
  JSON.parse(unescape(/<pre id="evidence" hidden="hidden">([^<]*)<\/pre>/.exec(html)![1]!)) as Evidence;

test('R1 R2 R4: six pages, no script, no outside reference, the same bytes again', () => {
  const w = new Case();
  w.fill(['Anvil', 'Bolt', 'Crank']);
  const { html, pages, asOf } = w.report();
  expect(pages.map((p) => p.id)).toEqual(['standing', 'moves', 'nps', 'rhythm', 'attention', 'sources']);
  expect([asOf, html.match(/<section /g)!.length]).toEqual(['2026-06-30', 6]);
  expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\son\w+=|href=|src=/i);
  expect(html.match(/https?:[^"]*/g)!.every((url) => url === 'http://www.w3.org/2000/svg')).toBe(true);
  const figures = html.split('<figure ').slice(1);
  expect(figures.length).toBeGreaterThanOrEqual(13);
  for (const figure of figures) expect(figure).toMatch(/<h2>[^<]+<\/h2><p>[^<]+<\/p>.*<table>/);
  expect(w.report().html).toBe(html);
});

test('R3: hostile names, owners, waves, files, titles and filters stay text', () => {
  const w = new Case();
  w.fill(ATTACKS);
  const { html } = w.report({ title: ATTACKS[3], where: `name != '${ATTACKS[0]}'` });
  const body = html.slice(html.indexOf('<body>'));
  const tags = new Set([...body.matchAll(/<\/?([a-zA-Z!][^\s>/]*)/g)].map((m) => m[1]));
  expect([...tags].sort()).toEqual(
    [
      'body',
      'circle',
      'div',
      'figure',
      'footer',
      'h1',
      'h2',
      'header',
      'line',
      'p',
      'path',
      'pre',
      'rect',
      'section',
      'span',
      'svg',
      'table',
      'tbody',
      'td',
      'text',
      'th',
      'thead',
      'tr',
      'html',
    ].sort(),
  );
  expect(body).not.toMatch(/<[^>]*\son\w+\s*=/i);
  expect(body).toContain('&lt;svg/onload=alert(1)&gt;');
  expect(html).not.toContain('\u0000');
});

test('CONTROL: an unescaped name would have been seen', () => {
  expect('<td><svg/onload=alert(1)></td>').toMatch(/<[^>]*onload\s*=/i);
  expect(escapeText(`<a b="c">'&`)).toBe('&lt;a b=&quot;c&quot;&gt;&#39;&amp;');
});

test('R5: every question of the evidence, asked again, answers the same', () => {
  const w = new Case();
  w.fill(['Anvil', 'Bolt', 'Crank']);
  const { figures } = evidenceOf(w.report({ where: "name != 'Bolt'" }).html);
  expect(new Set(figures.map((f) => f.figure)).size).toBeGreaterThanOrEqual(11);
  for (const { name, input, value } of figures) {
    const analysis = findAnalysis(name)!;
    expect(JSON.parse(JSON.stringify(analysis.run(w.ctx, analysis.parse(input))))).toEqual(value);
  }
});

test('R6: figures are compared with the end of the quarter before; a day after the report is refused', () => {
  const w = new Case();
  w.fill(['Anvil']);
  expect(w.report().html).toContain('as of 2026-06-30, compared with 2026-03-31');
  expect(w.report({ asOf: '2026-04-01' }).html).toContain('compared with 2026-03-31');
  expect(() => w.report({ from: '2026-07-01' })).toThrow('lies after');
});

test('an empty workspace and an empty selection make six pages too', () => {
  const w = new Case();
  expect(w.report().pages.length).toBe(6);
  w.fill(['Anvil']);
  w.commit();
  const { html } = w.report({ where: "name = 'nobody'" });
  expect(html).toContain('No customers pass the filter.');
  expect(html).not.toMatch(/NaN|Infinity|undefined|\[object/);
});

test('numbers as text', () => {
  expect([
    decimals(1234567.5, 1),
    decimals(-0.04, 1),
    decimals(-3),
    signed(2.25, 1),
    percent(0.096),
    percent(0.5),
    percent(null),
  ]).toEqual(['1,234,567.5', '0.0', '−3', '+2.3', '9.6 %', '50 %', '–']);
  expect(
    money([
      { currency: 'CHF', minor: 12_00 },
      { currency: 'EUR', minor: 1_234_567_00 },
    ]),
  ).toBe('1,234,567 EUR + 12 CHF');
});
