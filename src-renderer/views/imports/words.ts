import { formatCount, formatNumber } from '../../kit/format.ts';

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

type Count = { entity: string; created: number; updated: number; unchanged: number };

/** `20 tickets new, 3 changed, 1 unchanged`; zeros are left out. */
export function countWords({ entity, created, updated, unchanged }: Count): string {
  const total = created + updated + unchanged;
  const parts = [
    created > 0 ? `${formatNumber(created)} new` : '',
    updated > 0 ? `${formatNumber(updated)} changed` : '',
    unchanged > 0 ? `${formatNumber(unchanged)} unchanged` : '',
  ].filter((p) => p !== '');
  return `${formatCount(total, entityName(entity), entityName(entity, 2))}: ${parts.length === 0 ? 'none' : parts.join(', ')}`;
}
