import { formatNumber } from '../../kit/format.ts';

const PLURALS: Readonly<Record<string, readonly [string, string]>> = {
  account: ['company', 'companies'],
  party: ['person', 'people'],
  transaction: ['document', 'documents'],
  survey_response: ['survey answer', 'survey answers'],
  touch: ['touch', 'touches'],
  opportunity: ['opportunity', 'opportunities'],
  advocacy: ['advocacy event', 'advocacy events'],
  answer: ['profile answer', 'profile answers'],
  consent: ['consent', 'consents'],
};

/** What a row becomes, as a reader says it. */
export function entityName(entity: string, count = 1): string {
  const [one, many] = PLURALS[entity] ?? [entity.replaceAll('_', ' '), `${entity.replaceAll('_', ' ')}s`];
  return count === 1 ? one : many;
}

/** `ticket.opened_at` as a reader says it: `opened at`. */
export const fieldName = (field: string): string => field.slice(field.indexOf('.') + 1).replaceAll('_', ' ');

type Count = { entity: string; created: number; updated: number; unchanged: number };

/** `20 new tickets`, or `24 tickets: 20 new, 3 changed, 1 unchanged`. */
export function countWords({ entity, created, updated, unchanged }: Count): string {
  const total = created + updated + unchanged;
  const name = entityName(entity, total);
  const parts = (
    [
      ['new', created],
      ['changed', updated],
      ['unchanged', unchanged],
    ] as const
  ).filter(([, n]) => n > 0);
  const [only] = parts;
  if (only && parts.length === 1) return `${formatNumber(only[1])} ${only[0]} ${name}`;
  if (total === 0) return `no ${entityName(entity, 2)}`;
  return `${formatNumber(total)} ${name}: ${parts.map(([word, n]) => `${formatNumber(n)} ${word}`).join(', ')}`;
}

/** `352 new tickets go, 3 changed people get their former values back`: what undoing an import takes back. */
export function takesBack(entities: readonly Count[]): string {
  const parts = entities.flatMap(({ entity, created, updated }) => [
    ...(created > 0 ? [`${formatNumber(created)} new ${entityName(entity, created)}`] : []),
    ...(updated > 0 ? [`changes of ${formatNumber(updated)} ${entityName(entity, updated)}`] : []),
  ]);
  return parts.length === 0 ? 'nothing: no row came or changed by it' : parts.join(', ');
}

/** What stands for a value of a sensitive column. */
export const MASK = '••••••';
