import { expect, it } from 'vitest';
import { ruleWords } from './words.ts';

it('the rule of a rung names the version it is of', () => {
  const rules = [{ rung: 'client', sentence: 'Purchases are at least 2.' }];
  const names = {};
  expect(ruleWords({ rules, names, rulesVersion: 0 }, 'client')).toBe(
    "Client: Purchases are at least 2. Rules: the product's own.",
  );
  expect(ruleWords({ rules, names, rulesVersion: 3 }, 'client')).toBe(
    'Client: Purchases are at least 2. Rules: version 3.',
  );
  expect(ruleWords({ rules, names, rulesVersion: 3 }, 'partner')).toBeNull();
});

it('separate ladders are told by name, renamed rungs by the words of the workspace', () => {
  const rules = [
    { rung: 'client', sentence: 'Purchases above 1.' },
    { rung: 'client', sentence: 'Purchases above 9.', ladder: 'resellers' },
  ];
  expect(ruleWords({ rules, names: { client: 'Regular' }, rulesVersion: 2 }, 'client')).toBe(
    'Regular: Purchases above 1. resellers: Purchases above 9. Rules: version 2.',
  );
});
