import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionsAt } from './complete.ts';
import type { Named } from './named.ts';
import type { UnitName } from './types.ts';

const NAMED: Named = {
  segment: () => null,
  segmentNames: () => ['Key accounts', "O'Neil's"],
  list: () => null,
  listNames: () => ['Field team'],
  attribute: () => null,
  attributeNames: () => ['Plan', 'Staff'],
  members: () => new Uint8Array(0),
};

/** Completions of a text at its `|`. */
function at(marked: string, unit: UnitName = 'customer'): { replaced: string; items: string[] } {
  const offset = marked.indexOf('|');
  const text = marked.replace('|', '');
  const { from, to, items } = completionsAt(text, offset, unit, NAMED);
  return { replaced: text.slice(from, to), items: items.map((item) => item.text) };
}

describe('K1 completion offers what may stand at a place', () => {
  it.each<[string, string, string[]]>([
    ['open_|', 'open_', ['open_gap', 'open_disputes', 'open_tickets', 'open_leads']],
    ['gap|', 'gap', ['open_gap', 'mean_gap', 'sd_gap', 'max_gap', 'worst_gap']],
    ['rung = |', '', ['prospect', 'customer', 'client', 'supporter', 'advocate', 'partner']],
    ['rung in (client, s|', 's', ['supporter', 'prospect', 'customer']],
    ['nps_class is not d|', 'd', ['detractor']],
    ["in segment '|", "'", ["'Key accounts'", "'O''Neil''s'"]],
    ['not in segment |', '', ["'Key accounts'", "'O''Neil''s'"]],
    ["owner in list 'f|", "'f", ["'Field team'"]],
    ['count(tou|', 'tou', ['touches']],
    ['count(touches w|', 'w', ['where']],
    ['count(touches where chan|', 'chan', ['channel']],
    ['count(touches where channel = em|', 'em', ['email']],
    ['exists(touches where owner != customer.own|', 'own', ['owner']],
    ['sum(purchases.n|', 'n', ['net']],
    ['last_touch > today - 3 q|', 'q', ['quarters']],
    ['last_touch in p|', 'p', ['previous']],
    ['current re|', 're', ['region']],
    ['[st|', '[st', ['[Staff]']],
    ['rung = client and laps|', 'laps', ['lapsed']],
    ['lapsed -- open_|', '', []],
    ["name = 'open_|", "'open_", []],
  ])('%s', (text, replaced, items) => {
    const found = at(text);
    expect({
      replaced: found.replaced,
      items: found.items.slice(0, items.length === 0 ? undefined : items.length),
    }).toEqual({
      replaced,
      items,
    });
  });

  it('K1 offers operators behind a field, and the unit its own fields', () => {
    expect(at('name |').items).toContain('starts with');
    expect(at('rung |').items).toEqual(expect.arrayContaining(['in', 'is unknown']));
    expect(at('sev|', 'ticket').items).toEqual(['severity']);
    expect(at('cust|', 'touch').items).toContain('customer.');
    expect(at('opt|', 'person').items).toEqual(['opt_out']);
  });

  it('K2 any text at any place is answered', () => {
    const words = [
      'rung',
      '(',
      ')',
      'in',
      'is',
      "'",
      '[',
      'where',
      'count',
      '.',
      'customer',
      '--',
      '\n',
      '5',
      'é',
      '=',
      ',',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'grapheme', maxLength: 4 })), { maxLength: 30 }),
        fc.nat(200),
        (parts, offset) => {
          const text = parts.join(' ');
          const { from, to, items } = completionsAt(text, offset, 'customer', NAMED);
          expect(from).toBeLessThanOrEqual(to);
          expect(to).toBeLessThanOrEqual(text.length);
          expect(items.length).toBeLessThanOrEqual(60);
        },
      ),
      { numRuns: 500 },
    );
  });
});
