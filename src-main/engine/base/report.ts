import type { Money } from './money.ts';

/** How many units a clause of a filter kept and how many it could not decide. */
export type ClauseCount = { text: string; true: number; unknown: number };

export type ExternalId = { source: string; kind: 'person' | 'company'; id: string };

/** Value types a table shows; text stays text, days are ISO, shares are 0..1. */
export type ValueType = 'text' | 'number' | 'days' | 'day' | 'money' | 'share' | 'points' | 'rung' | 'yesno';

export type CellValue = string | number | boolean | null | Money[];

export type ColumnInfo = { id: string; label: string; type: ValueType; meaning: string };
