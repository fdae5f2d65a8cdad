/**
 * Closed sets of the field. Each member has a fixed id in the workspace's `term` table (ids below 1000),
 * so that packed columns can be compared with constants. Order is meaning where the set is ordered. Append only.
 */
export const CHANNELS = ['visit', 'call', 'mail', 'email', 'event', 'text', 'social', 'web', 'other'] as const;
export const DIRECTIONS = ['in', 'out'] as const;
export const TEAMS = ['sales', 'marketing', 'service', 'accounts', 'unknown'] as const;
export const RUNGS = ['prospect', 'customer', 'client', 'supporter', 'advocate', 'partner'] as const;
export const NPS_CLASSES = ['detractor', 'passive', 'promoter'] as const;
export const TRANSACTION_KINDS = ['invoice', 'payment', 'refund', 'credit_note'] as const;
export const SURVEY_KINDS = ['relational', 'transactional'] as const;
export const LEAD_STATUSES = ['hot', 'warm', 'bad', 'sale', 'unknown'] as const;
export const ADVOCACY_KINDS = ['referral', 'reference', 'case_study', 'testimonial', 'review'] as const;
export const TOUCH_CLASSES = ['never', 'over', 'due', 'silent', 'on'] as const;
export const TOUCH_LEVELS = ['under', 'on', 'over'] as const;
export const PARTY_KINDS = ['person', 'company'] as const;
export const SEVERITIES = ['low', 'normal', 'high', 'urgent'] as const;

export type Channel = (typeof CHANNELS)[number];
export type Direction = (typeof DIRECTIONS)[number];
export type Team = (typeof TEAMS)[number];
export type Rung = (typeof RUNGS)[number];
export type NpsClass = (typeof NPS_CLASSES)[number];
export type TouchLevel = (typeof TOUCH_LEVELS)[number];
export type TouchClass = (typeof TOUCH_CLASSES)[number];

/** Purposes that make an outbound sales or marketing touch not commercial (choices.md, Touches). */
export const NON_COMMERCIAL_PURPOSES = ['service', 'dispute', 'billing'] as const;

const CLOSED_SETS: readonly (readonly [first: number, words: readonly string[]])[] = [
  [1, CHANNELS],
  [21, DIRECTIONS],
  [31, TEAMS],
  [41, TRANSACTION_KINDS],
  [51, SURVEY_KINDS],
  [61, LEAD_STATUSES],
  [71, ADVOCACY_KINDS],
  [81, PARTY_KINDS],
  [91, SEVERITIES],
  [101, NON_COMMERCIAL_PURPOSES],
];

const SEED = new Map<string, number>();
for (const [first, words] of CLOSED_SETS) {
  words.forEach((word, i) => {
    if (!SEED.has(word)) SEED.set(word, first + i);
  });
}

/** First id given to a word that is in no closed set. */
export const FIRST_OPEN_TERM = 1000;

/** Every closed word with its fixed term id, in id order. */
export const CLOSED_TERMS: readonly (readonly [id: number, text: string])[] = [...SEED]
  .map(([text, id]) => [id, text] as const)
  .sort((a, b) => a[0] - b[0]);

/** The fixed term id of a closed word; throws on a word that is in no closed set (a programming error). */
export function termOf(word: string): number {
  const id = SEED.get(word);
  if (id === undefined) throw new Error(`"${word}" is not in a closed set`);
  return id;
}
