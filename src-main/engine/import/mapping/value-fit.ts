import { entityOf, type EntityName } from '#engine/base/entities.ts';
import { CHANNELS } from '#engine/base/vocabulary.ts';
import type { ColumnFinding } from '../detect/columns.ts';
import { isSerial } from '../detect/dates.ts';
import { closedWord } from './values.ts';

/** A field that a column would fill, and how likely. */
export type Wish = { readonly at: number; readonly field: string; readonly weight: number; readonly why: string };

const DATE_FIELD = /_at$|^at$|_date$/;
const MONEY_FIELD = /^(amount|tax|fee|refunded|open_balance|cost|revenue|price)$/;
const COUNT_FIELD = /^(recipients|opens|clicks|unsubscribes|quantity|scale_max|scale_min)$/;
const YES_NO_FIELD = /^(opt_out|won|deleted|dispute|complete|verified|email_bounced)$/;
const WORD_FIELD = /^(channel|direction|status|kind|severity|outcome|interval|stage|type|consent|basis)$/;
const NAME_FIELD = /(^|_|\.)(name|given_name|family_name|company)$/;

/** True for a field that holds an instant. */
export function isDateField(field: string): boolean {
  return DATE_FIELD.test(field);
}

/** How far the values of a column fit a field, 0 to 1. */
export function fits(field: string, column: ColumnFinding): number {
  const { type } = column;
  if (type === 'empty') return 0.6;
  const number = type === 'integer' || type === 'decimal' || type === 'percent';
  const date = type === 'date' || type === 'datetime';
  if (isDateField(field)) return date ? 1 : number || type === 'id' ? serialFit(column) : 0;
  if (field.endsWith('email')) return type === 'email' ? 1 : 0.1;
  if (MONEY_FIELD.test(field)) return type === 'decimal' || type === 'integer' ? 1 : 0;
  if (field === 'score') return scoreFit(column);
  if (field === 'csat') return number || type === 'id' ? 1 : 0.6;
  if (COUNT_FIELD.test(field)) return type === 'integer' || type === 'id' ? 1 : type === 'decimal' ? 0.6 : 0;
  if (field === 'duration_s')
    return type === 'integer' || type === 'time' ? 1 : type === 'decimal' ? 0.9 : type === 'text' ? 0.5 : 0.1;
  if (date) return 0.1;
  if (YES_NO_FIELD.test(field)) return type === 'boolean' || type === 'integer' ? 1 : 0.3;
  if (WORD_FIELD.test(field))
    return number || type === 'email' || type === 'url' ? 0.3 : type === 'boolean' && field !== 'status' ? 0.7 : 1;
  if (NAME_FIELD.test(field)) return type === 'boolean' ? 0.1 : type === 'email' || number || type === 'url' ? 0.3 : 1;
  if (field.endsWith('external_id')) return type === 'decimal' || type === 'boolean' || type === 'percent' ? 0.2 : 1;
  if (field.endsWith('phone')) return column.samples.some((sample) => /(?:\d[^\d]{0,3}){5}/.test(sample)) ? 1 : 0.1;
  return 1;
}

/** Day numbers of a spreadsheet and seconds since 1970 are dates below the name of one. */
function serialFit({ header, samples }: ColumnFinding): number {
  const named = /date|time|day|created|closed|_at$| at$|datum|fecha/i.test(header);
  return named && samples.length > 0 && samples.every(isSerial) ? 0.9 : 0;
}

/** An answer from 0 to 10, as a number or as a labelled end of the scale. */
function scoreFit({ type, samples }: ColumnFinding): number {
  if (samples.some((sample) => Number(sample) > 10 || Number(sample) < 0)) return 0.05;
  if (type === 'integer' || type === 'id' || type === 'boolean') return 1;
  if (type === 'decimal') return 0.6;
  return type === 'text' && samples.some((sample) => /\d/.test(sample)) ? 0.6 : type === 'text' ? 0.2 : 0;
}

/** Less for a column of a closed set whose words are all unknown: an order type is no kind of document. */
export function vocabularyFit(entity: EntityName, field: string, { header, samples }: ColumnFinding): number {
  const own = entityOf(entity)?.fields.find((f) => f.name === field)?.set;
  const set = own ?? (field === 'channel' ? CHANNELS : undefined);
  if (!set || samples.length === 0) return 1;
  const known = samples.some((sample) => {
    const word = closedWord(entity, field, set, sample);
    return (
      word !== null && (word !== 'other' || /other/i.test(sample)) && (word !== 'unknown' || /unknown/i.test(sample))
    );
  });
  if (known) return 1;
  if (!own) return /type$/i.test(header.trim()) ? 0 : 1;
  return field === 'kind' || field === 'direction' ? 0.15 : field === 'channel' || field === 'severity' ? 0.6 : 0.85;
}
