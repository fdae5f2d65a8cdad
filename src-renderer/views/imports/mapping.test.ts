import { expect, test } from 'vitest';
import { fieldsByHeader, mappingWith, type Mapping, type ProposedColumn } from './mapping.ts';

const column = (header: string, field: string | null): ProposedColumn => ({ header, field, confidence: 1, why: '' });

const mapping = {
  source: 'vendor',
  entities: [
    {
      entity: 'survey_response',
      columns: {
        'Respondent ID': { field: 'external_id' },
        recommend: { field: 'score' },
        'End Date': { field: 'answered_at', time: 'End Time' },
        Email: [{ field: 'party.email' }, { field: 'respondent_email' }],
        Wave: { field: 'wave' },
      },
    },
    { entity: 'ticket', columns: { respondent_id: { field: 'external_id' } } },
  ],
} as unknown as Mapping;
const columns = [
  column('respondent id', 'survey_response.external_id'),
  column('How likely is it?', 'survey_response.score'),
  column('End Date', 'survey_response.answered_at'),
  column('Email', 'survey_response.party.email'),
  column('Notes', null),
];

test('a column shows every field it fills, also under an alias, a question or in several entities', () => {
  expect([...fieldsByHeader(mapping, columns)]).toEqual([
    ['respondent id', ['survey_response.external_id', 'ticket.external_id']],
    ['How likely is it?', ['survey_response.score']],
    ['End Date', ['survey_response.answered_at']],
    ['Email', ['survey_response.party.email', 'survey_response.respondent_email']],
  ]);
});

test('a changed mapping names only what the file has, by its own headers', () => {
  expect(mappingWith(mapping, columns, { Notes: 'survey_response.verbatim', 'respondent id': '' })).toEqual({
    source: 'vendor',
    entities: [
      {
        entity: 'survey_response',
        columns: {
          'How likely is it?': { field: 'score' },
          'End Date': { field: 'answered_at' },
          Email: [{ field: 'party.email' }, { field: 'respondent_email' }],
          Notes: { field: 'verbatim' },
        },
      },
    ],
  });
});
