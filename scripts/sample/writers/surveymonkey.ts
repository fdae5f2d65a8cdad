import { clock12, mdyPadded } from '../calendar.ts';
import { csv } from '../csv.ts';
import { FIRM } from '../companies.ts';
import { WAVES } from '../model.ts';
import type { World } from '../model.ts';
import type { PlantedRow, SampleFile } from './sample-file.ts';

const QUESTION = `How likely is it that you would recommend ${FIRM.name} to a friend or colleague?`;
const HEADER = [
  'Respondent ID',
  'Collector ID',
  'Start Date',
  'End Date',
  'IP Address',
  'Email Address',
  'First Name',
  'Last Name',
  'Custom Data 1',
  QUESTION,
  'What is the main reason for your score?',
  'Which of these have you used? (Select all that apply.)',
  '',
  '',
  '',
  'May we contact you?',
];
const OPTIONS = [
  '',
  '',
  '',
  '',
  '',
  '',
  '',
  '',
  '',
  '',
  'Open-Ended Response',
  'Delivery',
  'Calibration laboratory',
  'Open days',
  'Other (please specify)',
  'Response',
];

const REASONS = {
  promoter: [
    'Certificates arrive before the auditor does.',
    'The laboratory answers the phone.',
    'Sehr zuverlässig, gerne wieder.',
    'Told two neighbours on the estate about you.',
    'Courier, certificate, invoice: all on the same day.',
    '',
    '',
  ],
  passive: [
    'Good work, prices went up.',
    'Solide, aber das Portal ist langsam.',
    'Fine. Delivery could be quicker.',
    '',
    '',
    '',
  ],
  detractor: [
    'Three different people rang in one week.',
    'Nobody called for months, then five messages at once!',
    'Gauges came back late; the line stood still.',
    'Rechnung zweimal falsch.',
    'The representative did not know about the offer in the newsletter.',
    '',
  ],
};

const label = (score: number | null): string =>
  score === null ? '' : score === 10 ? 'Extremely likely - 10' : score === 0 ? 'Not at all likely - 0' : String(score);

/** One wave. Two header rows; the end points of the scale are labelled; a skipped question is empty. */
export function surveyWave({ companies }: World, wave: number): SampleFile {
  const file = csv({ quote: 'needed', eol: '\n', delimiter: ',', encoding: 'utf-8' }, HEADER);
  file.add(OPTIONS);
  const answers = companies.flatMap((c) => c.answers.filter((a) => a.wave === wave).map((a) => ({ c, a })));
  answers.sort((x, y) => x.a.day - y.a.day || x.a.minute - y.a.minute || x.c.index - y.c.index);
  const planted: PlantedRow[] = [];
  const row = (
    n: number,
    day: number,
    minute: number,
    email: string,
    given: string,
    family: string,
    answer: string,
    reason: string,
    pick: number,
  ): number =>
    file.add([
      String(128000310000 + wave * 1000000 + n * 61),
      String(465500001 + wave),
      `${mdyPadded(day)} ${clock12(minute, 33, true)}`,
      `${mdyPadded(day)} ${clock12(minute + 3, 2, true)}`,
      `203.0.113.${4 + (n % 240)}`,
      email,
      given,
      family,
      '',
      answer,
      reason,
      pick % 2 === 0 ? 'Delivery' : '',
      pick % 3 === 0 ? 'Calibration laboratory' : '',
      pick % 5 === 0 ? 'Open days' : '',
      pick % 29 === 0 ? 'the courier' : '',
      pick % 4 === 1 ? 'No' : 'Yes',
    ]);
  answers.forEach(({ c, a }, n) => {
    const klass = a.score === null ? 'passive' : a.score >= 9 ? 'promoter' : a.score >= 7 ? 'passive' : 'detractor';
    const reasons = REASONS[klass];
    const reason =
      c.story === 'fallen-supporter' && wave === 3
        ? 'Gauges came back late; the line stood still.'
        : a.score === null
          ? ''
          : (reasons[(c.index * 7 + wave) % reasons.length] ?? '');
    row(n, a.day, a.minute, a.contact.email, a.contact.given, a.contact.family, label(a.score), reason, c.index + wave);
    if (wave === 3 && n === 60) {
      const line = row(9999, a.day, a.minute, `nicht.zustaendig@${c.domain}`, '', '', 'N/A', '', 1);
      planted.push({
        line,
        column: QUESTION,
        value: 'N/A',
        outcome: 'kept without a score',
        why: 'read as empty: no answer',
      });
    }
  });
  const name = WAVES[wave]!.wave;
  return { name: `surveymonkey--responses-${name}.csv`, bytes: file.bytes(), records: file.records - 1, planted };
}
