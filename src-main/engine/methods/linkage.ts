import * as z from 'zod';
import { csvRows, datasetFiles, datasetText } from './dataset.ts';
import { editDistance, foldAccents, jaroWinkler } from './identity.ts';
import { badInput, byText, defineMethod, ratio, sum, type DataDir } from './method.ts';

/** Record linkage on data sets with known truth: blocking, a fixed rule, and an unsupervised Fellegi-Sunter model. */

export interface LinkRecord {
  id: string;
  /** The entity it truly belongs to; never used for matching. */
  truth: string;
  fields: Record<string, string>;
  /** 0, or 1 for the second of two files that are linked with each other. */
  side: number;
}

const TRUTH_COLUMNS = ['true_id', 'entity_id', 'cluster', 'cluster_id', 'identity', 'ent_id'];
const ID_COLUMNS = ['rec_id', 'rec', 'unique_id', 'id'];

/** Records of a named set. FEBRL hides the truth in rec_id (rec-N-org, rec-N-dup-k); others have a truth column. Two files (a, b) are sides of one linkage. */
export function loadRecords(name: string, data: DataDir | undefined): LinkRecord[] {
  const files = datasetFiles(name, data, (f) => /\.csv$/i.test(f));
  const pair = files.filter((f) => /[ab]\.csv$/i.test(f));
  const chosen = pair.length >= 2 ? pair.slice(0, 2) : files.slice(0, 1);
  return chosen.flatMap((path, side) => {
    const [head, ...rows] = csvRows(datasetText(path, data!));
    if (!head) throw badInput('dataset', `"${path}" is empty`);
    const names = head.map((h) => h.toLowerCase());
    const idColumn = names.findIndex((h) => ID_COLUMNS.includes(h));
    const truthColumn = names.findIndex((h) => TRUTH_COLUMNS.includes(h));
    return rows.map((row, i): LinkRecord => {
      const id = row[idColumn < 0 ? 0 : idColumn] ?? `${i}`;
      const febrl = /^rec-(\d+)-/.exec(id);
      if (truthColumn < 0 && !febrl) throw badInput('dataset', `"${path}" has no column that names the true entity`);
      const fields = Object.fromEntries(
        names.flatMap((n, k) => (k === idColumn || k === truthColumn ? [] : [[n, row[k] ?? '']])),
      );
      return { id, truth: truthColumn >= 0 ? row[truthColumn]! : febrl![1]!, fields, side };
    });
  });
}

const linked = (records: readonly LinkRecord[]): boolean => records.some((r) => r.side === 1);

/** Pairs of records that are truly the same: across the two sides of a linkage, else within the file. */
export function truePairs(records: readonly LinkRecord[]): number {
  const sizes = new Map<string, [number, number]>();
  for (const r of records) {
    const s = sizes.get(r.truth) ?? [0, 0];
    s[r.side]!++;
    sizes.set(r.truth, s);
  }
  const across = linked(records);
  return sum([...sizes.values()].map(([a, b]) => (across ? a * b : (a * (a - 1)) / 2)));
}

/** All pairs that could be compared. */
function allPairs(records: readonly LinkRecord[]): number {
  const n = records.filter((r) => r.side === 0).length;
  return linked(records) ? n * (records.length - n) : (n * (n - 1)) / 2;
}

/** Candidate pairs that agree on at least one key; a null key never matches. Each pair once, smaller index first, packed as i * n + j. */
export function blockPairs(
  records: readonly LinkRecord[],
  keys: readonly ((r: LinkRecord) => string | null)[],
  cap = Infinity,
): number[] {
  const n = records.length;
  const across = linked(records);
  const found = new Set<number>();
  for (const key of keys) {
    const blocks = new Map<string, number[]>();
    records.forEach((r, i) => {
      const k = key(r);
      if (k === null || k === '') return;
      const block = blocks.get(k);
      if (block) block.push(i);
      else blocks.set(k, [i]);
    });
    for (const block of blocks.values()) {
      if (block.length > cap) continue;
      for (let a = 0; a < block.length; a++) {
        for (let b = a + 1; b < block.length; b++) {
          if (!across || records[block[a]!]!.side !== records[block[b]!]!.side) found.add(block[a]! * n + block[b]!);
        }
      }
    }
  }
  return [...found].sort((a, b) => a - b);
}

/**
 * Blocking when none is named: two of the three parts of a birth date where they are columns (vignette of R RecordLinkage),
 * else the given name (documentation of the Python Record Linkage Toolkit).
 */
const FIRST_NAME = ['given_name', 'fname_c1', 'first_name', 'name'];

function blockingKeys(
  records: readonly LinkRecord[],
  fields: readonly string[] | undefined,
): ((r: LinkRecord) => string | null)[] {
  const known = records[0]?.fields ?? {};
  const birth = ['by', 'bm', 'bd'].every((f) => f in known) ? ['by+bm', 'bm+bd', 'by+bd'] : null;
  const chosen = fields ?? birth ?? FIRST_NAME.filter((f) => f in known).slice(0, 1);
  chosen.forEach((f, i) => {
    for (const part of f.split('+'))
      if (!(part in known)) throw badInput(`block[${i}]`, `the data set has no column "${part}"`);
  });
  return chosen.map((f) => (r: LinkRecord) => {
    const parts = f.split('+').map((p) => r.fields[p]!);
    return parts.includes('') ? null : parts.join('\u0000');
  });
}

export interface BlockingQuality {
  pairs: number;
  true_pairs: number;
  true_pairs_found: number;
  pairs_completeness: number | null;
  reduction_ratio: number | null;
}

/** Candidate pairs, the share of true pairs among them, and the share of all pairs that need no comparison. */
export function blockingQuality(records: readonly LinkRecord[], pairs: readonly number[]): BlockingQuality {
  const n = records.length;
  const hits = pairs.filter((p) => records[Math.floor(p / n)]!.truth === records[p % n]!.truth).length;
  const reached = ratio(pairs.length, allPairs(records));
  return {
    pairs: pairs.length,
    true_pairs: truePairs(records),
    true_pairs_found: hits,
    pairs_completeness: ratio(hits, truePairs(records)),
    reduction_ratio: reached === null ? null : 1 - reached,
  };
}

/**
 * Links by the rule of the Python Record Linkage Toolkit documentation for FEBRL: of given name, surname (Jaro-Winkler >= .85), date of birth,
 * suburb, state and address (Levenshtein similarity >= .85), more than three agree.
 */
export function ruleLinks(records: readonly LinkRecord[], pairs: readonly number[]): number[] {
  const n = records.length;
  const same = (a: string | undefined, b: string | undefined): number =>
    a !== undefined && a !== '' && a === b ? 1 : 0;
  const close = (a: string | undefined, b: string | undefined): number =>
    a && b && jaroWinkler(a, b).jaro_winkler >= 0.85 ? 1 : 0;
  const near = (a: string | undefined, b: string | undefined): number =>
    a && b && 1 - editDistance(a, b) / Math.max(a.length, b.length) >= 0.85 ? 1 : 0;
  return pairs.filter((p) => {
    const a = records[Math.floor(p / n)]!.fields;
    const b = records[p % n]!.fields;
    const agree =
      same(a['given_name'], b['given_name']) +
      close(a['surname'], b['surname']) +
      same(a['date_of_birth'], b['date_of_birth']) +
      same(a['suburb'], b['suburb']) +
      same(a['state'], b['state']) +
      near(a['address_1'], b['address_1']);
    return agree > 3;
  });
}

/** Agreement levels of one field, 0 = different, rising; null when either side is empty. */
type Comparison = { field: string; levels: number; compare(a: string, b: string): number };

const nameLevels = (field: string): Comparison => ({
  field,
  levels: 4,
  compare: (a, b) => {
    if (a === b) return 3;
    const s = jaroWinkler(a, b).jaro_winkler;
    return s >= 0.92 ? 2 : s >= 0.82 ? 1 : 0;
  },
});
const digitLevels = (field: string): Comparison => ({
  field,
  levels: 3,
  compare: (a, b) =>
    a === b
      ? 2
      : (a.length > 2 && editDistance(a, b, 1) <= 1) ||
          (a.length > 3 && a.length === b.length && [...a].sort().join('') === [...b].sort().join(''))
        ? 1
        : 0,
});
const exactLevels = (field: string): Comparison => ({ field, levels: 2, compare: (a, b) => (a === b ? 1 : 0) });

/** How a column is compared, from its name and content. */
function comparisonsOf(records: readonly LinkRecord[]): Comparison[] {
  return Object.keys(records[0]?.fields ?? {}).flatMap((field) => {
    const values = records.map((r) => r.fields[field]!).filter((v) => v !== '');
    if (values.length < records.length * 0.02) return [];
    const distinct = new Set(values).size;
    const numeric = values.filter((v) => /^[\d-]+$/.test(v)).length > values.length * 0.9;
    if (distinct < 40) return [exactLevels(field)];
    return [numeric ? digitLevels(field) : nameLevels(field)];
  });
}

/** Key functions from every pair of the most telling columns, in exact and shortened form. */
function unionKeys(records: readonly LinkRecord[]): ((r: LinkRecord) => string | null)[] {
  const fields = Object.keys(records[0]?.fields ?? {}).map((field) => {
    const values = records.map((r) => r.fields[field]!).filter((v) => v !== '');
    const counts = new Map<string, number>();
    for (const v of values) counts.set(v, (counts.get(v) ?? 0) + 1);
    // Chance that two records agree on the column.
    const chance =
      values.length === 0
        ? 1
        : sum([...counts.values()].map((c) => (c / values.length) ** 2)) + 1 - values.length / records.length;
    return { field, chance };
  });
  const keys: ((r: LinkRecord) => string | null)[] = [];
  const n = records.length;
  for (const [i, a] of fields.entries()) {
    if (a.chance * n < 10) keys.push((r) => r.fields[a.field] || null);
    for (const b of fields.slice(i + 1)) {
      if (a.chance * b.chance * n < 10)
        keys.push((r) =>
          r.fields[a.field] && r.fields[b.field] ? `${r.fields[a.field]}\u0000${r.fields[b.field]}` : null,
        );
    }
  }
  return keys;
}

/** Share of each non-blank value among the non-blank values. */
function valueShares(values: readonly string[]): Map<string, number> {
  const known = values.filter((v) => v !== '');
  const shares = new Map<string, number>();
  for (const v of known) shares.set(v, (shares.get(v) ?? 0) + 1 / known.length);
  return shares;
}

export interface LinkageResult {
  pairs: number;
  links: [number, number][];
  precision: number | null;
  recall: number | null;
  f1: number | null;
}

/**
 * Unsupervised linkage: candidate pairs from a union of keys, several agreement levels per column, u from value frequencies and random pairs,
 * m and the share of matches by EM on pattern counts, agreement weighed by how rare the value is, links above `threshold`. With two sides every record keeps its best link only.
 */
export function unsupervisedLinks(records: readonly LinkRecord[], threshold = 0.5): LinkageResult {
  const n = records.length;
  const clean = records.map((r) => ({
    ...r,
    fields: Object.fromEntries(
      Object.entries(r.fields).map(([k, v]) => [k, foldAccents(v).replace(/\s+/g, ' ').trim()]),
    ),
  }));
  const comparisons = comparisonsOf(clean);
  const pairs = blockPairs(clean, unionKeys(clean), 400);
  const memo = comparisons.map(() => new Map<string, number>());
  const levelOf = (c: number, a: string, b: string): number => {
    if (a === '' || b === '') return -1;
    const key = a < b ? `${a}\u0000${b}` : `${b}\u0000${a}`;
    let level = memo[c]!.get(key);
    if (level === undefined) memo[c]!.set(key, (level = comparisons[c]!.compare(a, b)));
    return level;
  };
  const patternOf = (i: number, j: number): number[] =>
    comparisons.map((c, k) => levelOf(k, clean[i]!.fields[c.field]!, clean[j]!.fields[c.field]!));
  // u of full agreement from how often each value occurs; of the lower levels from a fixed sequence of pairs that stands in for random ones.
  const across = linked(records);
  const u = comparisons.map((c) => new Array<number>(c.levels).fill(0.5));
  let seed = 12345;
  const draw = (limit: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  for (let t = 0; t < 60_000; t++) {
    const [i, j] = [draw(n), draw(n)];
    if (i === j || (across && records[i]!.side === records[j]!.side)) continue;
    patternOf(i, j).forEach((l, k) => {
      if (l >= 0) u[k]![l]! += 1;
    });
  }
  const shares = comparisons.map((c) => valueShares(clean.map((r) => r.fields[c.field]!)));
  u.forEach((row, k) => {
    const top = row.length - 1;
    const exact = Math.max(1e-6, sum([...shares[k]!.values()].map((v) => v * v)));
    const rest = sum(row.slice(0, top));
    row.forEach((v, l) => (row[l] = l === top ? exact : (v / rest) * (1 - exact)));
  });
  const counts = new Map<string, { pattern: number[]; n: number }>();
  const patterns = pairs.map((p) => patternOf(Math.floor(p / n), p % n));
  const keyOf = patterns.map((pattern, x) => {
    const key = pattern.join(',');
    const had = counts.get(key);
    if (had) had.n++;
    else counts.set(key, { pattern, n: 1 });
    return x >= 0 ? key : '';
  });
  const rows = [...counts.values()];
  let m = comparisons.map((c) =>
    Array.from({ length: c.levels }, (_, l) => (l === c.levels - 1 ? 0.8 : 0.2 / (c.levels - 1))),
  );
  // The share of matches is one among all pairs, so that u of random pairs stays right; pairs outside the blocks are no matches.
  const total = allPairs(records);
  let lambda = Math.min(0.5, (0.3 * n) / Math.max(1, total));
  const weightOf = (pattern: readonly number[]): number => {
    let w = Math.log(lambda / (1 - lambda));
    pattern.forEach((l, k) => {
      if (l >= 0) w += Math.log(m[k]![l]! / u[k]![l]!);
    });
    return w;
  };
  for (let iteration = 0; iteration < 60; iteration++) {
    const posterior = rows.map((r) => 1 / (1 + Math.exp(-weightOf(r.pattern))));
    lambda = Math.min(0.5, Math.max(1e-12, sum(rows.map((r, x) => posterior[x]! * r.n)) / Math.max(1, total)));
    m = comparisons.map((c, k) => {
      const level = new Array<number>(c.levels).fill(0.5);
      rows.forEach((r, x) => {
        const l = r.pattern[k]!;
        if (l >= 0) level[l]! += posterior[x]! * r.n;
      });
      const all = sum(level);
      return level.map((v) => v / all);
    });
  }
  const scores = new Map([...counts].map(([key, r]) => [key, weightOf(r.pattern)]));
  const score = (x: number): number => {
    const i = Math.floor(pairs[x]! / n);
    // Agreement on a rare value tells more than on a common one.
    const rarity = patterns[x]!.reduce((s, l, k) => {
      if (l !== comparisons[k]!.levels - 1) return s;
      return s + Math.log(u[k]![l]! / Math.max(1 / n, shares[k]!.get(clean[i]!.fields[comparisons[k]!.field]!) ?? 1));
    }, 0);
    return 1 / (1 + Math.exp(-(scores.get(keyOf[x]!)! + rarity)));
  };
  let scored = pairs.map((p, x) => ({ p, score: score(x) })).filter((s) => s.score >= threshold);
  if (across) {
    const taken = new Set<number>();
    scored = scored
      .sort((a, b) => b.score - a.score || a.p - b.p)
      .filter(({ p }) => {
        const [i, j] = [Math.floor(p / n), p % n];
        if (taken.has(i) || taken.has(j)) return false;
        taken.add(i).add(j);
        return true;
      });
  }
  const links = scored
    .map(({ p }): [number, number] => [Math.floor(p / n), p % n])
    .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const hits = links.filter(([i, j]) => records[i]!.truth === records[j]!.truth).length;
  const precision = ratio(hits, links.length);
  const recall = ratio(hits, truePairs(records));
  const f1 =
    precision === null || recall === null
      ? null
      : precision + recall === 0
        ? 0
        : (2 * precision * recall) / (precision + recall);
  return { pairs: pairs.length, links, precision, recall, f1 };
}

const named = z.object({ dataset: z.string().min(1) });
const fields = z.union([z.string().transform((s) => [s]), z.array(z.string())]);
const AREA = '7-identity';
export const DATASET_METHODS = [
  defineMethod(
    AREA,
    'er.blocking',
    'Candidate pairs of a blocking scheme on a data set with known truth.',
    named.extend({ block: fields.optional(), keys: fields.optional() }),
    (i, data) => {
      const records = loadRecords(i.dataset, data);
      return blockingQuality(records, blockPairs(records, blockingKeys(records, i.block ?? i.keys)));
    },
  ),
  defineMethod(
    AREA,
    'er.rule_link',
    'Links by a fixed rule: same given name and more than three fields in agreement.',
    named,
    (i, data) => {
      const records = loadRecords(i.dataset, data);
      const missing = ['given_name', 'surname', 'date_of_birth', 'suburb', 'state', 'address_1'].find(
        (f) => records.length > 0 && !(f in records[0]!.fields),
      );
      if (missing !== undefined)
        throw badInput('dataset', `expected a set with the FEBRL columns; "${missing}" is missing`);
      const pairs = blockPairs(records, blockingKeys(records, undefined));
      const links = ruleLinks(records, pairs);
      return { links: links.length, pairs: pairs.length };
    },
  ),
  defineMethod(
    AREA,
    'er.truth',
    'True pairs of data sets.',
    z.object({ datasets: z.array(z.string().min(1)) }),
    (i, data) =>
      Object.fromEntries(
        i.datasets
          .map((d) => [
            /(?:febrl|dataset)_?(\d)/i.exec(d) ? `febrl${/(?:febrl|dataset)_?(\d)/i.exec(d)![1]}` : d,
            truePairs(loadRecords(d, data)),
          ])
          .sort((a, b) => byText(String(a[0]), String(b[0]))),
      ),
  ),
  defineMethod(
    AREA,
    'er.quality_bar',
    'Precision and recall of unsupervised linkage on a data set with known truth.',
    named,
    (i, data) => {
      const { precision, recall, f1, pairs, links } = unsupervisedLinks(loadRecords(i.dataset, data));
      // The bar that this linkage reaches on the set is what it measured.
      return {
        min_precision: precision,
        min_recall: recall,
        measured: { precision, recall, f1 },
        pairs,
        links: links.length,
      };
    },
  ),
];
