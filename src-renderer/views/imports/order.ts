/**
 * The order in which files of a set are imported: who customers are before what they did, so that rows find their customers.
 * Entities of one step do not need each other.
 */
const STEPS: readonly (readonly string[])[] = [
  ['account'],
  ['party'],
  ['attribute', 'consent', 'partnership'],
  ['campaign', 'briefing', 'offer', 'lead'],
  ['opportunity', 'transaction', 'subscription'],
  ['survey_response', 'ticket', 'touch', 'answer', 'advocacy'],
];

/** The step of a file by the first entity that its rows become; files of unknown rows come last. */
export function stepOf(entities: readonly string[]): number {
  const steps = entities.map((entity) => STEPS.findIndex((step) => step.includes(entity))).filter((at) => at >= 0);
  return steps.length === 0 ? STEPS.length : Math.min(...steps);
}

/** The same items in the order in which they are imported; items of one step keep theirs. */
export function inImportOrder<T>(items: readonly T[], entitiesOf: (item: T) => readonly string[]): T[] {
  return items
    .map((item, at) => ({ item, at, step: stepOf(entitiesOf(item)) }))
    .sort((a, b) => a.step - b.step || a.at - b.at)
    .map(({ item }) => item);
}
