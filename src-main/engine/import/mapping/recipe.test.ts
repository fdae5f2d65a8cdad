import { describe, expect, it } from 'vitest';
import { collect } from './collect.testing.ts';
import { mappingFile, mappingOf } from './plan.ts';
import { repairMojibake } from './recipe.ts';
import { parseMapping } from './schema.ts';

const columns = {
  id: { field: 'external_id' },
  who: { field: 'customer_external_id' },
  when: { field: 'at' },
  how: { field: 'channel' },
  note: { field: 'text' },
};
const withRecipe = (recipe: unknown[]) => parseMapping({ entity: 'touch', columns, recipe });

describe('recipes', () => {
  it('steps run in their order before anything else reads the cell, and each tells what it did', () => {
    const mapping = withRecipe([
      { column: 'when', op: 'split', by: ' / ', take: 2 },
      { column: 'who', op: 'replace', find: '^K-0*', with: 'C', pattern: true },
      { column: 'how', op: 'trim' },
      { column: 'how', op: 'map', values: { 'an ruf': 'call', brief: 'mail' } },
      { column: 'note', op: 'mojibake' },
    ]);
    const text =
      'id,who,when,how,note\n1,K-007,KW 3 / 13/01/2026,an   ruf,BjÃ¸rn sagt â€žjaâ€œ\n2,K-012,KW 4 / 20/01/2026,Brief,schön\n3,K-013,04/05/2026,fax,\n';
    const { rows, facts, rejects } = collect(text, 'touches.csv', { mapping });
    expect(rows.map((r) => [r.party?.externalId, r.values['day'], r.values['channel'], r.values['text']])).toEqual([
      ['C7', '2026-01-13', 'call', 'Bjørn sagt „ja“'],
      ['C12', '2026-01-20', 'mail', 'schön'],
      ['C13', '2026-05-04', 'other', undefined],
    ]);
    expect(rejects).toEqual([]);
    expect(facts.recipe.map((s) => [s.step, s.op, s.values, s.changed, s.failed, s.sample])).toEqual([
      [1, 'split', 3, 2, 1, { line: 4, value: '04/05/2026', why: 'has no part 2 between " / "' }],
      [2, 'replace', 3, 3, 0, null],
      [3, 'trim', 3, 1, 0, null],
      [4, 'map', 3, 2, 1, { line: 4, value: 'fax', why: 'is not among the words of the map' }],
      [5, 'mojibake', 2, 1, 0, null],
    ]);
    // The order of dates is decided on what the recipe makes of the column.
    expect(facts.columns[2]!.dateOrder).toBe('dmy');
    expect(facts.decisions.filter((d) => d.what === 'recipe step').map((d) => d.column)).toEqual(['when', 'how']);
  });

  it('a value that a step cannot treat stays, becomes empty or makes its row a reject', () => {
    const text = 'id,who,when,how,note\n1,C1,2026-01-01,call,a-b\n2,C2,2026-01-02,call,plain\n';
    const outcome = (onFail?: string): unknown => {
      const { rows, rejects } = collect(text, 't.csv', {
        mapping: withRecipe([{ column: 'note', op: 'split', by: '-', take: 2, ...(onFail ? { onFail } : {}) }]),
      });
      return [rows.map((r) => r.values['text']), rejects.map((r) => [r.line, r.column, r.reason])];
    };
    expect(outcome()).toEqual([['b', 'plain'], []]);
    expect(outcome('empty')).toEqual([['b', undefined], []]);
    expect(outcome('reject')).toEqual([['b'], [[3, 'note', '"plain" has no part 2 between "-".']]]);
  });

  it('is written into the mapping, and replayed on the next file with a column moved and one more', () => {
    const mapping = withRecipe([{ column: 'note', op: 'replace', find: 'x', with: 'y' }]);
    const first = collect('id,who,when,how,note\n1,C1,2026-01-01,call,xx\n', 'q1.csv', { mapping });
    const kept = parseMapping(JSON.parse(JSON.stringify(mappingFile(mappingOf(first.plan)))));
    const next = collect('note,more,id,who,when,how\nax,1,9,C9,2026-04-01,mail\n', 'q2 final.csv', { mapping: kept });
    expect(next.rows.map((r) => [r.ext, r.values['text'], r.values['channel'], r.attributes])).toEqual([
      ['9', 'ay', 'mail', { more: '1' }],
    ]);
  });

  it('a step that names no column of the file, or no pattern, is refused', () => {
    const text = 'id,who,when,how,note\n1,C1,2026-01-01,call,a\n';
    expect(() => collect(text, 't.csv', { mapping: withRecipe([{ column: 'notes', op: 'trim' }]) })).toThrow(
      'Step 1 of the recipe names column "notes"',
    );
    expect(() =>
      collect(text, 't.csv', {
        mapping: withRecipe([{ column: 'note', op: 'replace', find: '(', with: '', pattern: true }]),
      }),
    ).toThrow('is not a pattern');
    expect(() => withRecipe([{ column: 'note', op: 'explode' }])).toThrow('Mapping file');
  });

  it.each([
    ['BjÃ¸rn', 'Bjørn'],
    ['PÃƒÂ©niche', 'Péniche'],
    ['â‚¬ 5', '€ 5'],
    ['Müller', 'Müller'],
    ['São Paulo', 'São Paulo'],
    ['Ã¸ 東', null],
  ])('repairs %s to %s', (mangled, text) => {
    expect(repairMojibake(mangled)).toBe(text);
  });
});

describe('a mapping made by hand for an export that is known', () => {
  const CONTACTS =
    'Record ID,First Name,Last Name,Email,Associated Company IDs,Contact owner,Create Date\n1,Ann,Lee,ann@x.example,77;78,Dana,2026-01-02\n';

  it('keeps the split rules and value maps of the profile where it sends a column to the same field', () => {
    const by = (field: string) =>
      collect(CONTACTS, 'contacts.csv', {
        mapping: parseMapping({
          entity: 'party',
          columns: {
            'Record ID': { field: 'external_id' },
            'First Name': { field: 'given_name' },
            'Associated Company IDs': { field },
          },
        }),
      }).rows[0]!.values;
    expect(by('account_external_id')['account_ext']).toBe('77');
    expect(by('title')['title']).toBe('77;78');
  });

  it('what it says itself rules', () => {
    const { rows } = collect(CONTACTS, 'contacts.csv', {
      mapping: parseMapping({
        entity: 'party',
        columns: {
          'Record ID': { field: 'external_id' },
          'Associated Company IDs': { field: 'account_external_id', split: '!' },
        },
      }),
    });
    expect(rows[0]!.values['account_ext']).toBe('77;78');
  });
});
