import { defineProfile } from '../define.ts';

const QUESTIONS = [
  { column: 'recommend', pattern: /likely.*recommend|recommend.*likely|weiterempfehl|recommand/i },
  { column: 'comment', pattern: /reason|why|improve|do better|tell us|comment|grund|pourquoi/i },
];

/** Responses: a second header row names the options; a skipped question is empty, never 0. */
export const surveymonkeyResponses = defineProfile({
  id: 'surveymonkey.responses',
  vendor: 'surveymonkey',
  title: 'SurveyMonkey responses',
  signature: ['Respondent ID', 'Collector ID', 'Start Date', 'End Date'],
  aliases: {
    'Respondent ID': ['RespondentID'],
    'Collector ID': ['CollectorID'],
    'Start Date': ['StartDate'],
    'End Date': ['EndDate'],
  },
  headerRows: 2,
  dateOrder: 'mdy',
  questions: QUESTIONS,
  entities: [
    {
      entity: 'survey_response',
      constants: { kind: 'relational' },
      columns: {
        'Respondent ID': { field: 'external_id' },
        'Start Date': { field: 'asked_at' },
        'End Date': { field: 'answered_at' },
        recommend: { field: 'score' },
        comment: { field: 'verbatim' },
        'Email Address': { field: 'party.email' },
        'First Name': { field: 'party.given_name' },
        'Last Name': { field: 'party.family_name' },
        'Custom Data 1': { field: 'party.external_id' },
      },
    },
  ],
});

/** The older file: an id, the questions and no dates. */
export const surveymonkeyOlder = defineProfile({
  id: 'surveymonkey.responses-older',
  vendor: 'surveymonkey',
  title: 'SurveyMonkey responses (older)',
  signature: [['RespondentID', 'Respondent ID']],
  needs: /likely.*recommend|recommend.*likely|weiterempfehl|recommand/i,
  aliases: { RespondentID: ['Respondent ID'], 'End Date': ['EndDate'], 'Start Date': ['StartDate'] },
  headerRows: 2,
  questions: QUESTIONS,
  entities: [
    {
      entity: 'survey_response',
      constants: { kind: 'relational' },
      columns: {
        RespondentID: { field: 'external_id' },
        'End Date': { field: 'answered_at' },
        'Start Date': { field: 'asked_at' },
        recommend: { field: 'score' },
        comment: { field: 'verbatim' },
        'Email Address': { field: 'party.email' },
      },
    },
  ],
});
