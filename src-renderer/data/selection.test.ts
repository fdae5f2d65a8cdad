import { beforeEach, describe, expect, it } from 'vitest';
import { quoted, useSelection, whereOf } from './selection.ts';

const rung = { text: 'rung = client', sentence: 'rung is client' };
const silent = { text: 'open_gap > 90 days', sentence: 'silent for more than 90 days' };
const act = () => useSelection.getState();
const texts = () => act().clauses.map((c) => c.text);

beforeEach(() => act().restore([]));

describe('selection', () => {
  it('a view sees every clause but its own', () => {
    act().brush('ladder', rung);
    act().brush('touches', silent);
    expect(whereOf(act().clauses)).toBe('(rung = client) and (open_gap > 90 days)');
    expect(whereOf(act().clauses, 'ladder')).toBe('open_gap > 90 days');
    expect(whereOf([])).toBeUndefined();
  });

  it('a second brush of a view replaces its first, the same brush again removes it', () => {
    act().brush('ladder', rung);
    act().brush('ladder', { text: 'rung = partner', sentence: 'rung is partner' });
    expect(texts()).toEqual(['rung = partner']);
    act().brush('ladder', { text: 'rung = partner', sentence: 'rung is partner' });
    expect(texts()).toEqual([]);
  });

  it('keys keep several clauses of one view apart', () => {
    act().brush('ladder', { ...rung, key: 'rung' });
    act().brush('ladder', { text: "region = 'Nordics'", sentence: 'region is Nordics', key: 'region' });
    expect(act().clauses.map((c) => c.id)).toEqual(['ladder/rung', 'ladder/region']);
  });

  it('negating twice gives the clause back', () => {
    act().brush('ladder', rung);
    act().negate('ladder');
    expect(act().clauses[0]).toMatchObject({ text: 'not (rung = client)', sentence: 'not: rung is client' });
    act().negate('ladder');
    expect(act().clauses[0]).toMatchObject(rung);
  });

  it('back and forward walk through selections; a new brush forgets the way forward', () => {
    act().brush('ladder', rung);
    act().brush('touches', silent);
    act().clear();
    act().back();
    expect(texts()).toEqual(['rung = client', 'open_gap > 90 days']);
    act().back();
    act().forward();
    expect(texts()).toHaveLength(2);
    act().back();
    act().brush('nps', { text: 'nps_class = detractor', sentence: 'detractors' });
    expect(act().future).toEqual([]);
    act().forward();
    expect(texts()).toEqual(['rung = client', 'nps_class = detractor']);
  });

  it('a pinned clause stays when the selection is cleared and bears on its own view too', () => {
    act().brush('ladder', rung);
    act().brush('touches', silent);
    act().pin('ladder');
    expect(whereOf(act().clauses, 'ladder')).toBe('(rung = client) and (open_gap > 90 days)');
    act().brush('ladder', { text: 'rung = partner', sentence: 'rung is partner' });
    expect(texts()).toEqual(['rung = client', 'open_gap > 90 days', 'rung = partner']);
    act().clear();
    expect(texts()).toEqual(['rung = client']);
    act().back();
    expect(texts()).toHaveLength(3);
    act().clear();
    act().pin(act().clauses[0]!.id);
    expect(act().clauses).toEqual([{ id: 'ladder', view: 'ladder', ...rung }]);
    act().back();
    expect(act().clauses[0]!.pinned).toBe(true);
  });

  it('clearing an empty selection is not a step', () => {
    act().clear();
    expect(act().past).toEqual([]);
  });

  it('quotes text for the language', () => expect(quoted("O'Neill")).toBe("'O''Neill'"));
});
