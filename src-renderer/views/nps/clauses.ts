import type { NpsClass, TrendSpan } from './types.ts';

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** What the list of answers is narrowed to by the selection of this view. */
export type Narrowed = { class?: NpsClass; score?: number; wave?: string; from?: string; to?: string };
export type Draft = { text: string; sentence: string; key?: string };

export function classDraft(of: NpsClass): Draft {
  return { text: `nps_class = ${of}`, sentence: `last answer by a ${of}` };
}

export function scoreDraft(score: number): Draft {
  return { text: `nps = ${score}`, sentence: `last score is ${score}` };
}

/** Customers who answered in a wave, or in the days of a quarter. */
export function waveDraft(by: 'wave' | 'quarter', point: TrendSpan): Draft {
  if (by === 'wave' && point.value !== null)
    return { text: `exists(responses where wave = ${quoted(point.value)})`, sentence: `answered in ${point.value}` };
  return {
    text: `exists(responses where day >= ${point.from} and day <= ${point.to})`,
    sentence: `answered ${point.from} to ${point.to}`,
  };
}

/** Customers of one value of a field; answers without a customer have none. */
export function groupDraft(by: string, value: string | null): Draft {
  const label = by.replaceAll('_', ' ');
  const key = 'group';
  if (value === null)
    return by === 'wave' || by === 'survey' || by === 'channel'
      ? { key, text: `exists(responses where ${by} is unknown)`, sentence: `an answer without ${label}` }
      : { key, text: `${by} is unknown`, sentence: `${label} is unknown` };
  switch (by) {
    case 'rung':
      return {
        key,
        text:
          value === 'lapsed' ? 'lapsed' : value === 'prospect' ? 'rung = prospect' : `rung = ${value} and not lapsed`,
        sentence: value === 'lapsed' ? 'lapsed' : `rung is ${value}`,
      };
    case 'wave':
    case 'survey':
    case 'channel':
      return {
        key,
        text: `exists(responses where ${by} = ${quoted(value)})`,
        sentence: `an answer with ${label} ${value}`,
      };
    case 'quarter':
      return {
        key,
        text: `exists(responses where day in ${value.replace(/^FY(\d{4}) Q/, '$1-Q')})`,
        sentence: `answered in ${value}`,
      };
    default:
      return { key, text: `${by} = ${quoted(value)}`, sentence: `${label} is ${value}` };
  }
}

/** What a clause of this view says about the list, also after a restart. */
export function narrowedBy(text: string | undefined): Narrowed {
  if (text === undefined) return {};
  const of = /^nps_class = (detractor|passive|promoter)$/.exec(text)?.[1];
  if (of !== undefined) return { class: of as NpsClass };
  const score = /^nps = (\d+)$/.exec(text)?.[1];
  if (score !== undefined) return { score: Number(score) };
  const wave = /^exists\(responses where wave = '(.*)'\)$/.exec(text)?.[1];
  if (wave !== undefined) return { wave: wave.replaceAll("''", "'") };
  const span = /^exists\(responses where day >= (\d{4}-\d{2}-\d{2}) and day <= (\d{4}-\d{2}-\d{2})\)$/.exec(text);
  return span ? { from: span[1]!, to: span[2]! } : {};
}
