import { closeSync, openSync, writeSync } from 'node:fs';

export const NINE_COLUMNS = [
  'id',
  'customer',
  'at',
  'channel',
  'direction',
  'team',
  'owner',
  'outcome',
  'duration',
] as const;

const CHANNELS = ['call', 'email', 'visit', 'mail', 'event'];
const DIRECTIONS = ['out', 'out', 'out', 'in'];
const TEAMS = ['sales', 'marketing', 'service'];
const OUTCOMES = ['reached', 'no answer', 'opened', 'bounced'];

/**
 * Writes touches `first` to `first + rows - 1` as CSV of nine columns, about 75 bytes a row, in time order as exports are
 * written; customers are drawn unevenly. The data are invented; the same arguments give the same bytes.
 */
export function writeNineColumns(path: string, first: number, rows: number, customers: number): void {
  let state = first % 2147483647 || 1;
  const draw = (n: number): number => {
    state = (state * 48271) % 2147483647;
    return state % n;
  };
  const pad = (value: number, width: number): string => String(value).padStart(width, '0');
  const handle = openSync(path, 'w');
  let text = `${NINE_COLUMNS.join(',')}\n`;
  for (let i = first; i < first + rows; i++) {
    const customer = Math.floor((draw(customers) * (1 + draw(9))) / 9);
    const day = Math.floor(i / 1100);
    const date = new Date(Date.UTC(2023, 0, 1 + day, 8 + draw(10), draw(60), draw(60))).toISOString().slice(0, 19);
    text += `T-${pad(i, 9)},K-${pad(customer, 6)},${date},${CHANNELS[draw(5)]},${DIRECTIONS[draw(4)]},${TEAMS[draw(3)]},owner ${draw(40)},${OUTCOMES[draw(4)]},${draw(3600)}\n`;
    if (text.length > 1 << 20) {
      writeSync(handle, text);
      text = '';
    }
  }
  writeSync(handle, text);
  closeSync(handle);
}
