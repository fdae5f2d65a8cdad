import { formatDay } from '../../kit/format.ts';
import { isDay } from '../../kit/figures/days.ts';
import type { DateOrder } from './queue.ts';

const ORDERS: readonly DateOrder[] = ['dmy', 'mdy', 'ymd'];

/** The days a written date can be, one for each order that makes a day that exists: `03/04/2026` is 3 Apr or 4 Mar. */
export function readings(written: string): { order: DateOrder; words: string }[] {
  const parts = /(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})/.exec(written)?.slice(1);
  if (!parts) return [];
  return ORDERS.flatMap((order) => {
    const part = (letter: string): string => parts[order.indexOf(letter)]!;
    const year = part('y');
    if (year.length !== 2 && year.length !== 4) return [];
    const day = `${year.length === 2 ? `20${year}` : year}-${part('m').padStart(2, '0')}-${part('d').padStart(2, '0')}`;
    return isDay(day) ? [{ order, words: formatDay(day) }] : [];
  });
}
