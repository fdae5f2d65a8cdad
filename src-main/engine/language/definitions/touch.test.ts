import { expect, test } from 'vitest';
import { parseIsoDay } from '#engine/base/days.ts';
import { Misread } from '../errors.ts';
import { DEFAULT_TOUCH } from './defaults.ts';
import { DEFAULT_TOUCH_RULES, parseTouch } from './touch.ts';

const context = { currency: 'EUR', named: null };
const read = (text: string) => parseTouch(text, context);

test('D5: the lines that need not stand there say what they mean', () => {
  const rules = read(
    `${DEFAULT_TOUCH.replace('closed: saturday, sunday', 'closed: sunday, 12-25, 2026-12-24')
      .replace('hours: 09:00 to 17:00', 'hours: 8:30 to 18:00')
      .replace('reply: 8 hours', 'reply: 1.5 hours')
      .replace('weight visit:  3', 'weight visit:  4.25')}
pressure client: 1 to 8 where revenue_12m > 1000 EUR
pressure any: 12
cost visit: 120.50 eur
cost call: 3000 JPY
thread: 2 days`,
  );
  expect(rules.pressures.map(({ text }) => text)).toEqual([
    'pressure client: 1 to 8 where revenue_12m > 1000 EUR',
    'pressure any: 12',
  ]);
  expect([...rules.costs]).toEqual([
    ['visit', { currency: 'EUR', minor: 12_050 }],
    ['call', { currency: 'JPY', minor: 3000 }],
  ]);
  expect(rules).toMatchObject({ thread: 2, reply: 1.5, hours: { open: 510, close: 1080 } });
  expect([rules.weights.visit, rules.weights.email]).toEqual([4.25, 0.5]);
  expect([...rules.closed.weekdays, ...rules.closed.yearly, ...rules.closed.days]).toEqual([
    7,
    '12-25',
    parseIsoDay('2026-12-24'),
  ]);
  expect(read(DEFAULT_TOUCH.replace('closed: saturday, sunday', 'closed: never')).closed.weekdays.size).toBe(0);
});

test("D5: rules without those lines mean the product's own", () => {
  const short = DEFAULT_TOUCH.split('\n')
    .filter((line) => /^(target|silence|burst|barrage|collision)/.test(line))
    .join('\n');
  expect(read(short)).toEqual(DEFAULT_TOUCH_RULES);
});

test.each([
  ['pressure clint: 8', 'unknown rung "clint"; did you mean "client"?'],
  ['pressure client: 8 to 2', 'this is the most pressure, or the least and the most'],
  ['weight fax: 2', 'unknown channel "fax"'],
  ['weight visit: 2', '"weight visit" stands there already'],
  ['cost visit: 120', 'this is an amount and its currency'],
  ['thread: soon', 'this is a number of days, from 1'],
  ['rhythmm: 0.1', 'unknown line "rhythmm"; did you mean "rhythm"?'],
  ['cap email: 3 in 30 days where rungg = client', 'unknown field "rungg"; did you mean "rung"?'],
])('D6: %s is an error with its place', (line, message) => {
  const text = `${DEFAULT_TOUCH}${line}`;
  let found: unknown;
  try {
    read(text);
  } catch (error) {
    found = error;
  }
  expect(found).toBeInstanceOf(Misread);
  expect((found as Misread).message).toContain(message);
  expect((found as Misread).at).toBeGreaterThanOrEqual(DEFAULT_TOUCH.length);
});

test.each([
  ['rhythm: 0.1', 'rhythm: 0.9', 'this is a number from 0.0001 to 0.5'],
  ['hours: 09:00 to 17:00', 'hours: 17:00 to 09:00', 'these are two times of one day'],
  ['closed: saturday, sunday', 'closed: saturday, funday', '"funday" is neither a weekday nor a day'],
  ['reply: 8 hours', 'reply: 8', 'this is a number of hours'],
])('D6: %s as %s is an error', (line, other, message) => {
  expect(() => read(DEFAULT_TOUCH.replace(line, other))).toThrow(message);
});
