import { describe, expect, it } from 'vitest';
import { LadderlineError } from '#engine/base/errors.ts';
import { expectedFiles, hasSamples, sample } from '../read/shared-samples.testing.ts';
import { collect } from './collect.testing.ts';
import { mappingFile, mappingOf } from './plan.ts';
import { parseMapping } from './schema.ts';

describe.skipIf(!hasSamples)('the mapping kept with a batch', () => {
  it.each(hasSamples ? expectedFiles().map(([name]) => name) : [])('gives the same rows again: %s', (name) => {
    const options = {
      as: name.includes('notes') ? ('touch' as const) : undefined,
      dateOrder: name.includes('mixed') ? ('dmy' as const) : null,
      importDay: 20_000,
    };
    let first;
    try {
      first = collect(sample(name), name, options);
    } catch (error) {
      if (error instanceof LadderlineError && (error.code === 'not-an-export' || error.code === 'no-mapping')) return;
      throw error;
    }
    const kept: unknown = JSON.parse(JSON.stringify(mappingFile(mappingOf(first.plan))));
    const again = collect(sample(name), name, { mapping: parseMapping(kept), importDay: 20_000 });
    expect({ rows: again.rows, rejects: again.rejects, skips: again.skips, source: again.plan.source }).toEqual({
      rows: first.rows,
      rejects: first.rejects,
      skips: first.skips,
      source: first.plan.source,
    });
    expect([first.facts.read, first.facts.records]).toEqual([
      first.facts.used + first.facts.skipped + first.facts.rejected,
      again.facts.records,
    ]);
  });
});
