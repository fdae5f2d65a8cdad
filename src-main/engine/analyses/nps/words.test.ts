import { expect, test } from 'vitest';
import type { ReadContext } from '#engine/base/context.ts';
import { setNpsTheme, undoChange } from '#engine/commands/index.ts';
import { keyness } from '#engine/methods/nps-estimates.ts';
import { ReadSession, writeContext } from '#engine/session.ts';
import { NpsFixture, type Asked } from './nps.fixture.ts';
import { npsThemes, npsVerbatims } from './index.ts';

class Case extends NpsFixture {
  private readonly session = new ReadSession(this.db);

  get ctx(): ReadContext {
    return this.session.context();
  }

  says(score: number, verbatim: string | null): number {
    return this.answer(this.customer(), '2026-05-01', score, verbatim === null ? {} : { verbatim });
  }

  search(search: string, more: Asked = {}): string[] {
    return npsVerbatims
      .run(this.ctx, npsVerbatims.parse({ asOf: '2026-06-30', search, ...more }))
      .rows.map((r) => r.verbatim!)
      .sort();
  }

  themes(input: Asked = {}) {
    return npsThemes.run(this.ctx, npsThemes.parse({ asOf: '2026-06-30', ...input }));
  }
}

test('N31: comments are searched by words, phrases, beginnings, or, not and parentheses, whatever case and accents', () => {
  const w = new Case();
  w.says(2, 'Far too DEAR for what it does');
  w.says(3, 'Die Lieferung war zu spät, die Qualität gut');
  w.says(9, 'Good quality, quick delivery');
  w.says(10, "I don't mind the price");
  w.says(8, null);
  expect(w.search('dear')).toEqual(['Far too DEAR for what it does']);
  expect(w.search('qualitat')).toEqual(['Die Lieferung war zu spät, die Qualität gut']);
  expect(w.search('quali*')).toHaveLength(2);
  expect(w.search('"zu spät"')).toHaveLength(1);
  expect(w.search('"spät zu"')).toEqual([]);
  expect(w.search('price or dear')).toHaveLength(2);
  expect(w.search('quali* -delivery')).toEqual(['Die Lieferung war zu spät, die Qualität gut']);
  expect(w.search('not (quali* or dear)')).toEqual(["I don't mind the price"]);
  expect(w.search('don’t')).toEqual(["I don't mind the price"]);
  expect(w.search('quali*', { class: 'promoter' })).toEqual(['Good quality, quick delivery']);
  expect(w.search('')).toHaveLength(4);
  const report = npsVerbatims.run(w.ctx, npsVerbatims.parse({ asOf: '2026-06-30', search: 'quali* -late' }));
  expect([report.answers, report.comments, report.total, report.score.nps, report.words]).toEqual([
    5,
    4,
    2,
    0,
    ['quali*'],
  ]);
  for (const [text, what] of [
    ['"open', /quotation mark is not closed/],
    ['(a', /parenthesis is not closed/],
    ['a or', /a word is missing/],
    ['a )', /"\)" is not expected/],
    ['&', /is not a word/],
  ] as const)
    expect(() => w.search(text)).toThrow(what);
});

test('N32: themes by words and by hand, with the score of those who use them and their effect on the whole', async () => {
  const w = new Case();
  const first = w.says(2, 'The price is high');
  w.says(3, 'Expensive and late');
  const other = w.says(10, 'Price is fair');
  w.says(9, 'Friendly people');
  w.says(8, null);
  w.setText('themes', 'Price: price or expensive\nPeople:   -- by hand\n');
  const themes = (): unknown[] =>
    w.themes().themes.map((t) => [t.theme, t.responses, t.nps, t.impact, t.contribution, t.byHand]);
  expect(themes()).toEqual([
    ['Price', 3, 100 * (-1 / 3), -50, -20, 0],
    ['People', 0, null, 0, 0, 0],
  ]);
  const hand = (theme: string, answers: readonly number[], present: boolean | null): void =>
    void w.db.transaction(() =>
      setNpsTheme.run(
        writeContext(w.db, 1_790_000_000),
        setNpsTheme.parse({ theme, answers: answers.map(String), present }),
      ),
    );
  hand('Price', [other], false);
  hand('People', [first], true);
  expect(w.themes().themes.map((t) => [t.theme, t.responses, t.byHand])).toEqual([
    ['Price', 2, 1],
    ['People', 1, 1],
  ]);
  expect(w.search('', { theme: 'People' })).toEqual(['The price is high']);
  expect(w.search('', { theme: '' })).toEqual(['Friendly people', 'Price is fair']);
  await undoChange.run(
    writeContext(w.db, 1_790_000_001),
    undoChange.parse({ change: w.db.count('SELECT max(id) FROM change') }),
  );
  expect(w.themes().themes.map((t) => t.responses)).toEqual([2, 0]);
  expect([w.themes().unsorted, w.themes().comments]).toEqual([2, 4]);
});

test('N33: key phrases are runs of words that several comments share, one where they share all of them', () => {
  const w = new Case();
  for (let i = 0; i < 4; i++) w.says(2, `Customer service was slow, order ${i}`);
  for (let i = 0; i < 3; i++) w.says(10, `Great product and great people ${i}`);
  w.says(9, 'Service');
  const { phrases, phrasesFrom } = w.themes({ least: 3 });
  const text = phrases.map((p) => [p.phrase, p.responses]);
  expect(phrasesFrom).toBe(8);
  expect(text).toContainEqual(['service', 5]);
  expect(text).toContainEqual(['customer service', 4]);
  expect(text.map(([phrase]) => phrase)).not.toContain('customer');
  expect(text.map(([phrase]) => phrase)).not.toContain('was');
  const slow = phrases.find((p) => p.phrase === 'customer service')!;
  const great = phrases.find((p) => p.phrase.includes('great'))!;
  expect(slow.keyness! > 0 && great.keyness! < 0).toBe(true);
  expect(slow.nps).toBe(-100);
  // Dunning's G2 of 4 in 4 against 0 in 4: 2 (4 ln 2 + 4 ln 2).
  expect(keyness(4, 0, 4, 4)).toBeCloseTo(16 * Math.log(2), 12);
  expect(keyness(0, 0, 4, 4)).toBeNull();
});
