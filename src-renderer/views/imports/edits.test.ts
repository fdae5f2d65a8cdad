import { expect, test } from 'vitest';
import { ATTRIBUTE, editedMapping, isEdited, LEFT_OUT, mappedOf, NO_EDITS, withColumn } from './edits.ts';
import type { Mapping } from './edits.ts';

const mapping: Mapping = {
  source: 'shop',
  file: { encoding: 'utf-8' },
  ignore: ['Notes'],
  entities: [
    {
      entity: 'survey_response',
      columns: {
        Id: { field: 'external_id' },
        Mail: [{ field: 'party.email' }, { field: 'respondent_email' }],
        Score: { field: 'score' },
        Day: { field: 'answered_at' },
      },
    },
    { entity: 'ticket', columns: { Id: { field: 'external_id' } } },
  ],
};

test('a column shows every field it fills in every entity', () => {
  expect(mappedOf(mapping, ' ID').map((m) => `${m.entity}.${m.mapped.field}`)).toEqual([
    'survey_response.external_id',
    'ticket.external_id',
  ]);
  expect(mappedOf(mapping, 'mail')).toHaveLength(2);
});

test('columns are sent elsewhere, kept as attributes, left out, and read otherwise; the rest stays', () => {
  const edits = [
    ['Score', { to: ATTRIBUTE, sensitive: true }],
    ['Notes', { to: 'survey_response.verbatim' }],
    ['Mail', { policy: 'keep' }],
    ['Town', { to: LEFT_OUT }],
    ['Day', { dateOrder: 'dmy' }],
  ].reduce((all, [header, change]) => withColumn(all, header as string, change as object), NO_EDITS);
  expect(editedMapping(mapping, { ...edits, recipe: [{ op: 'trim', column: 'Notes' }], rank: 2 })).toEqual({
    source: 'shop',
    ignore: ['Town'],
    recipe: [{ op: 'trim', column: 'Notes' }],
    rank: 2,
    entities: [
      {
        entity: 'survey_response',
        columns: {
          Id: { field: 'external_id' },
          Mail: [
            { field: 'party.email', policy: 'keep' },
            { field: 'respondent_email', policy: 'keep' },
          ],
          Day: { field: 'answered_at', dateOrder: 'dmy' },
          Score: { field: 'Score', sensitive: true },
          Notes: { field: 'verbatim' },
        },
      },
      { entity: 'ticket', columns: { Id: { field: 'external_id' } } },
    ],
  });
});

test('the day of the last change is named only where a column asks for the newest value', () => {
  const edits = { ...withColumn(NO_EDITS, 'Score', { policy: 'newest' }), modified: 'Day' };
  expect(editedMapping(mapping, edits).entities.map((e) => e.modified)).toEqual(['Day', undefined]);
});

test('a change that is taken back leaves no change', () => {
  const edits = withColumn(withColumn(NO_EDITS, 'Score', { to: LEFT_OUT }), 'Score', { to: undefined });
  expect(isEdited(edits)).toBe(false);
});
