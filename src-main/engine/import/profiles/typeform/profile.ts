import { defineProfile } from '../define.ts';

/** Responses: hidden fields stand between the questions and the closing columns; partial answers are left out. */
export const typeformResponses = defineProfile({
  id: 'typeform.responses',
  vendor: 'typeform',
  title: 'Typeform responses',
  signature: ['#', 'Response Type', 'Start Date (UTC)', 'Submit Date (UTC)', 'Network ID'],
  orSignature: [['#', 'Start Date (UTC)', 'Submit Date (UTC)', 'Network ID']],
  zone: 'UTC',
  questions: [
    { column: 'recommend', pattern: /likely.*recommend|recommend.*likely|weiterempfehl|recommand/i },
    { column: 'comment', pattern: /reason|why|improve|do better|tell us|comment|grund|pourquoi/i },
  ],
  skip: [{ column: 'Response Type', is: ['partial', 'started'], reason: 'The response is not finished.' }],
  entities: [
    {
      entity: 'survey_response',
      constants: { kind: 'relational' },
      columns: {
        '#': { field: 'external_id' },
        'Start Date (UTC)': { field: 'asked_at' },
        'Submit Date (UTC)': { field: 'answered_at' },
        recommend: { field: 'score' },
        comment: { field: 'verbatim' },
        email: { field: 'party.email' },
        'Response Type': { field: 'complete', values: { completed: 'yes' } },
      },
    },
  ],
});
