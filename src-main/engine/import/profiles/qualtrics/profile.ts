import { defineProfile } from '../define.ts';

const QUESTIONS = [
  { column: 'recommend', pattern: /(likely.*recommend|recommend.*likely|weiterempfehl|recommand).*(?<!- group)$/i },
  { column: 'comment', pattern: /reason|why|improve|do better|tell us|comment|grund|pourquoi/i },
];

/** Responses: short names, questions and `ImportId` rows; previews, spam and unfinished answers are left out. */
export const qualtricsResponses = defineProfile({
  id: 'qualtrics.responses',
  vendor: 'qualtrics',
  title: 'Qualtrics responses',
  signature: ['StartDate', 'EndDate', 'Status', 'Progress', 'ResponseId', 'DistributionChannel'],
  headerRows: 3,
  questions: QUESTIONS,
  skip: [
    {
      column: 'Status',
      is: ['survey preview', 'spam', 'survey test', '1', '2', '8', '9', '12'],
      reason: 'The response is a preview, a test or spam.',
    },
    { column: 'Finished', is: ['false', '0'], reason: 'The response is not finished.' },
  ],
  entities: [
    {
      entity: 'survey_response',
      constants: { kind: 'relational' },
      columns: {
        ResponseId: { field: 'external_id' },
        RecordedDate: { field: 'answered_at' },
        EndDate: { field: 'answered_at' },
        StartDate: { field: 'asked_at' },
        recommend: { field: 'score' },
        comment: { field: 'verbatim' },
        ExternalReference: { field: 'party.external_id' },
        RecipientEmail: { field: 'party.email' },
        RecipientFirstName: { field: 'party.given_name' },
        RecipientLastName: { field: 'party.family_name' },
        DistributionChannel: { field: 'channel' },
        Finished: { field: 'complete' },
      },
    },
  ],
});

/** The older file: codes V1 ... V10 above the real names. */
export const qualtricsLegacy = defineProfile({
  id: 'qualtrics.responses-legacy',
  vendor: 'qualtrics',
  title: 'Qualtrics responses (legacy)',
  signature: ['V1', 'V2', 'V3', 'V10'],
  headerRows: 2,
  questions: QUESTIONS,
  entities: [
    {
      entity: 'survey_response',
      constants: { kind: 'relational' },
      columns: {
        ResponseID: { field: 'external_id' },
        EndDate: { field: 'answered_at' },
        StartDate: { field: 'asked_at' },
        recommend: { field: 'score' },
        comment: { field: 'verbatim' },
        ExternalDataReference: { field: 'party.external_id' },
        EmailAddress: { field: 'party.email' },
        Finished: { field: 'complete' },
      },
    },
  ],
});
