import { expect, it } from 'vitest';
import { currencyExponent } from '#engine/base/money.ts';
import { currencyDecimals } from '../../src-renderer/kit/format.ts';

/** The window may not import the engine's code, so both know the decimals of a currency; they must agree on every one. */
it('window and engine agree on the decimals of every currency', () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
  expect(codes.filter((code) => currencyDecimals(code) !== currencyExponent(code))).toEqual([]);
});
