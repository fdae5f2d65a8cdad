import type { Policy } from './edits.ts';

/** What the values of a column do to those that are there, in words. */
export const POLICY_WORDS: Readonly<Record<Policy, string>> = {
  overwrite: 'replaces what is there',
  keep: 'keeps what is there',
  fill: 'fills blanks only',
  newest: 'the newest by the source',
  priority: 'by the rank of the source',
};
export const POLICIES = Object.keys(POLICY_WORDS) as Policy[];
