import { describe, expect, it } from 'vitest';
import { classDraft, groupDraft, narrowedBy, scoreDraft, waveDraft } from './clauses.ts';

const wave = { value: "Wave 7 'autumn'", from: '2026-03-03', to: '2026-03-28' };

describe('clauses of the NPS view', () => {
  it('the list follows what was selected, also after a restart', () => {
    expect(narrowedBy(classDraft('detractor').text)).toEqual({ class: 'detractor' });
    expect(narrowedBy(scoreDraft(10).text)).toEqual({ score: 10 });
    expect(narrowedBy(waveDraft('wave', wave).text)).toEqual({ wave: "Wave 7 'autumn'" });
    expect(narrowedBy(waveDraft('quarter', wave).text)).toEqual({ from: '2026-03-03', to: '2026-03-28' });
    expect(narrowedBy("region = 'Nordics'")).toEqual({});
    expect(narrowedBy(undefined)).toEqual({});
  });

  it('a wave without a name is its days', () => {
    expect(waveDraft('wave', { ...wave, value: null }).text).toBe(
      'exists(responses where day >= 2026-03-03 and day <= 2026-03-28)',
    );
  });

  it('a group is a clause of the language', () => {
    expect(groupDraft('rung', 'client').text).toBe('rung = client and not lapsed');
    expect(groupDraft('rung', 'lapsed').text).toBe('lapsed');
    expect(groupDraft('survey', 'Annual').text).toBe("exists(responses where survey = 'Annual')");
    expect(groupDraft('quarter', 'FY2026 Q3').text).toBe('exists(responses where day in 2026-Q3)');
    expect(groupDraft('region', "O'Hara").text).toBe("region = 'O''Hara'");
    expect(groupDraft('region', null).text).toBe('region is unknown');
  });
});
