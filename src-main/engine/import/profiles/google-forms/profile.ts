import { defineProfile } from '../define.ts';

/** Responses: the headers are the questions, so a question about recommending has to be among them. */
export const googleFormsResponses = defineProfile({
  id: 'google-forms.responses',
  vendor: 'google-forms',
  title: 'Google Forms responses',
  signature: ['Timestamp'],
  needs: /likely.*recommend|recommend.*likely|weiterempfehl|recommand|recomend/i,
  questions: [
    { column: 'recommend', pattern: /likely.*recommend|recommend.*likely|weiterempfehl|recommand|recomend/i },
    { column: 'comment', pattern: /reason|why|improve|do better|tell us|comment|grund|pourquoi/i },
  ],
  aliases: { 'Email Address': ['Email address', 'Username', 'Email'] },
  entities: [
    {
      entity: 'survey_response',
      constants: { kind: 'relational' },
      columns: {
        Timestamp: { field: 'answered_at' },
        recommend: { field: 'score' },
        comment: { field: 'verbatim' },
        'Email Address': { field: 'party.email' },
      },
    },
  ],
});
