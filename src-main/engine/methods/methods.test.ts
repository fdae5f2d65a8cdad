import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LadderlineError } from '#engine/base/errors.ts';
import { differences, type Case } from './compare.testing.ts';
import { calc, METHODS, type DataDir } from './methods.ts';

const root = join(import.meta.dirname, '../../..');

/** The methods that the command line promises; a new one is added here and in METHODS. */
const NAMES = [
  'ladder.classify',
  'ladder.migration',
  'ladder.markov.absorbing',
  'ladder.markov.stationary',
  'ladder.markov.quasi_stationary',
  'ladder.markov.forecast',
  'ladder.migration.rates',
  'ladder.mobility',
  'ladder.homogeneity',
  'ladder.ctmc',
  'ladder.spell_km',
  'nps.basic',
  'nps.segment',
  'nps.parse',
  'nps.ci',
  'nps.two_sample',
  'nps.paired',
  'nps.fpc',
  'nps.sample_size',
  'nps.sample_size_adj',
  'nps.weighted',
  'nps.round',
  'nps.dedupe',
  'nps.response_rate',
  'nps.decompose',
  'nps.themes',
  'spacing.metrics',
  'spacing.kimjo_extreme',
  'spacing.evenness',
  'spacing.regularity',
  'spacing.bursts',
  'spacing.frequency_cap',
  'spacing.pressure',
  'spacing.silence',
  'spacing.own_rhythm',
  'response.business_minutes',
  'response.first_reply',
  'response.km_percentiles',
  'touch.during_dispute',
  'touch.collision',
  'plan.even_insert',
  'plan.even_insert_days',
  'plan.minimax_insert',
  'km.curve',
  'km.logrank',
  'km.cuminc',
  'funnel.cohort',
  'lead.response_buckets',
  'lead.black_hole',
  'lead.decay',
  'queue.little',
  'queue.erlang_c',
  'attribution.first',
  'attribution.last',
  'attribution.linear',
  'attribution.position',
  'attribution.decay',
  'attribution.shapley',
  'attribution.markov',
  'bgnbd.customer',
  'bgnbd.expectation',
  'bgnbd.pmf',
  'bgnbd.loglik',
  'bgnbd.fit',
  'mbgnbd.fit',
  'paretonbd.fit',
  'mbgnbd.customer',
  'paretonbd.customer',
  'paretonbd.underflow',
  'paretonbd.dert',
  'gammagamma.mean',
  'gammagamma.fit',
  'clv.discrete',
  'sbg.fit',
  'sbg.loglik',
  'sbg.derl',
  'sbg.multicohort',
  'rfm.scores',
  'logit.irls',
  'logit.ridge',
  'score.discrimination',
  'score.calibration',
  'drift.psi',
  'drift.chi2',
  'drift.cusum',
  'drift.ewma',
  'drift.arl',
  'drift.nps_chart',
  'drift.volume',
  'drift.robust_z',
  'drift.fdr',
  'string.jaro_winkler',
  'normalise.email',
  'normalise.domain',
  'normalise.phone',
  'normalise.company',
  'normalise.name',
  'fs.weight',
  'fs.em',
  'fs.tf',
  'er.metrics',
  'er.blocking',
  'er.rule_link',
  'er.truth',
  'er.quality_bar',
  'profile.score',
  'profile.decay',
  'budget.knapsack',
  'budget.greedy',
  'budget.fractional',
  'budget.multiple_choice',
  'budget.break_even',
  'budget.blattberg_deighton',
  'fiscal.quarter',
  'iso.week',
  'tz.local_day',
  'tz.day_length',
  'money.net_revenue',
  'money.allocate',
  'money.round',
  'asof.bitemporal',
];

describe('reference cases', () => {
  const { cases } = JSON.parse(readFileSync(join(root, 'tests/reference/oracles.json'), 'utf8')) as { cases: Case[] };

  it('there are cases of most methods', () => {
    expect(cases.length).toBeGreaterThan(150);
    expect(new Set(cases.map((c) => c.method)).size).toBeGreaterThan(90);
  });

  it.each(cases.map((c) => [c.id, c] as const))('%s', (_, c) => {
    expect(differences(c.expected, calc(c.method, c.input), c.tolerance)).toEqual([]);
  });

  it('CONTROL: the comparator sees a wrong digit, a null for a number and a short list', () => {
    expect(differences({ a: 1, b: [1, 2], c: null }, { a: 1.1, b: [1], c: 0 }, { abs: 1e-6 })).toHaveLength(3);
  });
});

describe('METHODS', () => {
  it('covers exactly the promised methods, each with an area and a sentence', () => {
    expect(Object.keys(METHODS).sort()).toEqual([...NAMES].sort());
    expect(
      Object.values(METHODS).filter((m) => !/^[A-Z].{10,140}\.$/.test(m.sentence) || !/^\d+-[a-z-]+$/.test(m.area)),
    ).toEqual([]);
  });

  it('an unknown method names the nearest', () => {
    expect(() => calc('nps.cii', {})).toThrowError(/nps\.ci\b/);
    expect(() => calc('toString', {})).toThrowError(LadderlineError);
  });

  it('bad input names the path and what is expected there', () => {
    const failure = (name: string, input: unknown): { code: string; message: string } => {
      try {
        calc(name, input);
      } catch (error) {
        if (error instanceof LadderlineError) return { code: error.code, message: error.message };
        throw error;
      }
      throw new Error('no failure');
    };
    expect(failure('nps.ci', { detractors: 1, passives: 2 })).toEqual({
      code: 'bad-input',
      message: 'nps.ci: promoters: expected number, received undefined',
    });
    expect(
      failure('ladder.classify', {
        customers: { A: { orders: [{ date: '2026-02-30', amount: 1 }] } },
        asOf: '2026-03-01',
      }),
    ).toEqual({
      code: 'bad-input',
      message: 'ladder.classify: customers.A.orders[0].date: expected a calendar day YYYY-MM-DD',
    });
    expect(failure('spacing.pressure', { events: [[0, 'fax']], at: [1] }).message).toBe(
      'spacing.pressure: events[0][1]: weights has no entry for "fax"',
    );
    expect(failure('bgnbd.fit', { dataset: 'cdnow' }).code).toBe('no-data');
    const codes = NAMES.flatMap((name) => [null, [], 'x', {}].map((input) => `${name} ${failure(name, input).code}`));
    expect(codes.filter((c) => !c.endsWith(' bad-input'))).toEqual([]);
  });
});

const shared = process.env['LADDERLINE_SHARED'] ?? join(root, '../shared');
const dataFolder = join(shared, 'data');
const present = existsSync(dataFolder);
if (!present) console.log('skipped: no shared folder');

describe.skipIf(!present)('data sets with published truths', () => {
  const data: DataDir = {
    readText: (path) => (existsSync(join(dataFolder, path)) ? readFileSync(join(dataFolder, path), 'utf8') : null),
    list: () => readdirSync(dataFolder, { recursive: true }).map((f) => String(f).replaceAll('\\', '/')),
  };

  it('CDNOW: the published parameters of four models', () => {
    expect(
      differences(
        { loglik: -9582.4292, params: { r: 0.2426, alpha: 4.4136, a: 0.793, b: 2.4259 }, customers: 2357 },
        calc('bgnbd.fit', { dataset: 'cdnow' }, data),
        { loglik_abs: 1e-3, param_rel: 1e-3 },
      ),
    ).toEqual([]);
    expect(
      differences(
        { loglik: -9582.1357, params: { r: 0.525, alpha: 6.183, a: 0.891, b: 1.614 } },
        calc('mbgnbd.fit', { dataset: 'cdnow/CDNOW_sample.txt' }, data),
        { loglik_abs: 1e-3, param_rel: 1e-3 },
      ),
    ).toEqual([]);
    expect(
      differences(
        { loglik: -9594.9762, params: { r: 0.5533, alpha: 10.578, s: 0.6061, beta: 11.669 } },
        calc('paretonbd.fit', { dataset: 'CDNOW_sample.txt' }, data),
        { loglik_abs: 1e-3, param_rel: 1e-3 },
      ),
    ).toEqual([]);
    expect(
      differences(
        { loglik: -4055.92, params: { p: 6.25, q: 3.745, v: 15.445 }, customers: 946 },
        calc('gammagamma.fit', { dataset: 'cdnow' }, data),
        { loglik_abs: 0.01, param_rel: 1e-3 },
      ),
    ).toEqual([]);
  }, 60_000);

  it('FEBRL and RLdata: true pairs, documented blocking and rule results', () => {
    expect(calc('er.truth', { datasets: ['febrl1', 'febrl3', 'RLdata500'] }, data)).toEqual({
      febrl1: 500,
      febrl3: 6538,
      RLdata500: 50,
    });
    // Python Record Linkage Toolkit, "Data deduplication": 2,082 candidate links, 317 matches.
    expect(calc('er.blocking', { dataset: 'febrl1' }, data)).toMatchObject({ pairs: 2082, true_pairs: 500 });
    expect(calc('er.rule_link', { dataset: 'febrl1' }, data)).toMatchObject({ links: 317 });
    // R RecordLinkage, vignette: 571 pairs, 49 of them matches.
    expect(calc('er.blocking', { dataset: 'RLdata500' }, data)).toMatchObject({ pairs: 571, true_pairs_found: 49 });
  });

  it('unsupervised linkage finds the duplicates without labels', () => {
    const measured = ['febrl1', 'febrl3', 'RLdata500'].map(
      (dataset) =>
        (calc('er.quality_bar', { dataset }, data) as { measured: { precision: number; recall: number } }).measured,
    );
    expect(Math.min(...measured.map((m) => m.precision))).toBeGreaterThan(0.99);
    expect(measured.map((m, i) => m.recall >= [0.99, 0.99, 0.95][i]!)).toEqual([true, true, true]);
  }, 60_000);

  it('a set that does not exist is named', () => {
    expect(() => calc('er.truth', { datasets: ['no such set'] }, data)).toThrowError(/no such set/);
  });
});
