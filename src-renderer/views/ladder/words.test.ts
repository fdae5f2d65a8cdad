import { expect, it } from 'vitest';
import { ruleWords } from './words.ts';

it('the rule of a rung names the version it is of', () => {
  const rules = [{ rung: 'client', sentence: 'Purchases are at least 2.' }];
  expect(ruleWords({ rules, rulesVersion: 0 }, 'client')).toBe(
    "Client: Purchases are at least 2. Rules: the product's own.",
  );
  expect(ruleWords({ rules, rulesVersion: 3 }, 'client')).toBe('Client: Purchases are at least 2. Rules: version 3.');
  expect(ruleWords({ rules, rulesVersion: 3 }, 'partner')).toBeNull();
});
