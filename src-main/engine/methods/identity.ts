import { domainToASCII } from 'node:url';
import { getDomain } from 'tldts';
import * as z from 'zod';
import { badInput, count, defineMethod, finite, number, positive, ratio, share, sum } from './method.ts';

/** The same customer in several sources: normal forms, string similarity, Fellegi-Sunter weights, and the quality of a clustering. */

export interface Jaro {
  jaro: number;
  jaro_winkler: number;
}

/** Jaro (1989) and Jaro-Winkler (Winkler 1990) on code points after NFC; no boost threshold. Two empty texts 1, one empty 0. */
export function jaroWinkler(left: string, right: string, p = 0.1, maxPrefix = 4): Jaro {
  if (left === right) return { jaro: 1, jaro_winkler: 1 };
  const a = [...left.normalize('NFC')];
  const b = [...right.normalize('NFC')];
  if (a.length === 0 || b.length === 0)
    return a.length === b.length ? { jaro: 1, jaro_winkler: 1 } : { jaro: 0, jaro_winkler: 0 };
  const window = Math.max(0, (Math.max(a.length, b.length) >> 1) - 1);
  const used = new Uint8Array(b.length);
  const matched: string[] = [];
  for (let i = 0; i < a.length; i++) {
    for (let j = Math.max(0, i - window); j < b.length && j <= i + window; j++) {
      if (used[j] || a[i] !== b[j]) continue;
      used[j] = 1;
      matched.push(a[i]!);
      break;
    }
  }
  const m = matched.length;
  if (m === 0) return { jaro: 0, jaro_winkler: 0 };
  let k = 0;
  let moved = 0;
  for (let j = 0; j < b.length; j++) if (used[j] && b[j] !== matched[k++]) moved++;
  const jaro = (m / a.length + m / b.length + (m - moved / 2) / m) / 3;
  let prefix = 0;
  while (prefix < maxPrefix && prefix < a.length && prefix < b.length && a[prefix] === b[prefix]) prefix++;
  return { jaro, jaro_winkler: jaro + prefix * p * (1 - jaro) };
}

/** Levenshtein distance over code units, given up (returning limit + 1) beyond `limit`. */
export function editDistance(a: string, b: string, limit = Infinity): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const v = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      next.push(v);
      if (v < least) least = v;
    }
    if (least > limit) return limit + 1;
    row = next;
  }
  return row[b.length]!;
}

/** Mail providers whose domain says nothing about the company. Matched on the name before the public suffix where a provider has many. */
const FREE_MAIL = new Set(
  (
    'gmail.com googlemail.com icloud.com me.com mac.com aol.com msn.com mail.com email.com proton.me protonmail.com protonmail.ch pm.me tutanota.com tuta.io zoho.com fastmail.com ' +
    'hey.com inbox.com mail.ru bk.ru list.ru inbox.ru rambler.ru qq.com 163.com 126.com sina.com foxmail.com naver.com daum.net hanmail.net web.de t-online.de freenet.de ' +
    'arcor.de posteo.de mailbox.org online.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it alice.it bluewin.ch btinternet.com sky.com ' +
    'virginmedia.com talktalk.net ntlworld.com comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net shaw.ca rogers.com sympatico.ca ' +
    'bigpond.com optusnet.com.au xtra.co.nz rediffmail.com uol.com.br bol.com.br terra.com.br seznam.cz centrum.cz wp.pl o2.pl onet.pl interia.pl abv.bg ukr.net ziggo.nl planet.nl telenet.be skynet.be'
  ).split(' '),
);
const FREE_MAIL_NAMES = new Set(['yahoo', 'ymail', 'rocketmail', 'hotmail', 'outlook', 'live', 'gmx', 'yandex']);

/** True for a domain of a public mail provider. */
export function isFreeMail(registrable: string): boolean {
  return FREE_MAIL.has(registrable) || FREE_MAIL_NAMES.has(registrable.slice(0, registrable.indexOf('.')));
}

/** Comparable form of an e-mail: lower case, punycode domain, no +tag; dots dropped for Gmail only. Null when it is not an address. */
export function normaliseEmail(raw: string): string | null {
  const text = raw
    .trim()
    .toLowerCase()
    .replace(/^mailto:/, '')
    .replace(/^<|>$/g, '');
  const at = text.lastIndexOf('@');
  if (at <= 0 || /[\s,;<>()[\]\\"]/.test(text) || text.indexOf('@') !== at) return null;
  let domain = domainToASCII(text.slice(at + 1).replace(/\.$/, ''));
  if (!/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/.test(domain) || /^-|-\.|\.-|-$/.test(domain)) return null;
  let local = text.slice(0, at);
  const tag = local.indexOf('+');
  if (tag >= 0) local = local.slice(0, tag);
  if (domain === 'googlemail.com') domain = 'gmail.com';
  if (domain === 'gmail.com') local = local.replaceAll('.', '');
  return local === '' || /^\.|\.\.|\.$/.test(local) ? null : `${local.normalize('NFC')}@${domain}`;
}

/** Registrable domain (public suffix list) of a host, address or e-mail; null for free mail, suffixes and what is no domain. */
export function normaliseDomain(raw: string): string | null {
  const text = raw.trim().toLowerCase();
  const host = text
    .replace(/^[a-z][a-z0-9+.-]*:\/\//, '')
    .replace(/[/?#].*$/, '')
    .replace(/^.*@/, '')
    .replace(/:\d*$/, '')
    .replace(/\.+$/, '');
  const ascii = domainToASCII(host);
  const registrable = ascii === '' ? null : getDomain(ascii, { allowPrivateDomains: false, validateHostname: true });
  return registrable === null || isFreeMail(registrable) ? null : registrable;
}

/** Calling code, national trunk prefix and international prefix by country. */
const DIALLING: Readonly<Record<string, [code: string, trunk: string, international: string]>> = Object.fromEntries(
  (
    'US 1 1 011|CA 1 1 011|GB 44 0 00|IE 353 0 00|DE 49 0 00|AT 43 0 00|CH 41 0 00|LI 423 - 00|FR 33 0 00|BE 32 0 00|NL 31 0 00|LU 352 - 00|IT 39 - 00|ES 34 - 00|PT 351 - 00|' +
    'DK 45 - 00|SE 46 0 00|NO 47 - 00|FI 358 0 00|IS 354 - 00|PL 48 - 00|CZ 420 - 00|SK 421 0 00|HU 36 06 00|RO 40 0 00|BG 359 0 00|GR 30 - 00|HR 385 0 00|SI 386 0 00|' +
    'RS 381 0 00|UA 380 0 00|RU 7 8 810|TR 90 0 00|IL 972 0 00|AE 971 0 00|SA 966 0 00|ZA 27 0 00|NG 234 0 009|KE 254 0 000|EG 20 0 00|MA 212 0 00|IN 91 0 00|CN 86 0 00|' +
    'HK 852 - 001|SG 65 - 000|MY 60 0 00|TH 66 0 001|VN 84 0 00|ID 62 0 001|PH 63 0 00|JP 81 0 010|KR 82 0 001|TW 886 0 002|AU 61 0 0011|NZ 64 0 00|BR 55 0 00|AR 54 0 00|' +
    'CL 56 - 00|CO 57 - 00|MX 52 - 00|PE 51 0 00|EE 372 - 00|LV 371 - 00|LT 370 0 00|MT 356 - 00|CY 357 - 00'
  )
    .split('|')
    .map((line) => {
      const [country, code, trunk, international] = line.split(' ') as [string, string, string, string];
      return [country, [code, trunk === '-' ? '' : trunk, international]];
    }),
);

/** E.164 with `;ext=` of a telephone number as written in `country` (ISO 3166 alpha-2). Null when it cannot be one. */
export function normalisePhone(raw: string, country: string | null): string | null {
  let text = raw.normalize('NFKC').trim().replace(/^tel:/i, '');
  let extension = '';
  const tail = /\s*(?:;\s*ext=|,?\s*(?:ext(?:ension)?\.?|extn\.?|durchwahl|x|#)\s*[:.]?)\s*(\d{1,7})\s*$/i.exec(text);
  if (tail) {
    extension = tail[1]!;
    text = text.slice(0, tail.index);
  }
  if (/[a-z]/i.test(text)) return null;
  const international = /^\s*\(?\s*\+/.test(text);
  const rule = country === null ? undefined : DIALLING[country.toUpperCase()];
  // "(0)" after a country code is the trunk digit of the domestic form.
  if (international || /^\s*00/.test(text)) text = text.replace(/\(\s*0\s*\)/, '');
  let digits = text.replace(/\D/g, '');
  if (!international) {
    const prefix = rule?.[2] ?? '00';
    if (digits.startsWith(prefix) && prefix.startsWith('0') && digits.length > prefix.length + 6)
      digits = digits.slice(prefix.length);
    else if (digits.startsWith('00') && digits.length > 8) digits = digits.slice(2);
    else if (rule) {
      const [code, trunk] = rule;
      if (trunk !== '' && digits.startsWith(trunk) && !(trunk === '1' && digits.length <= 10))
        digits = digits.slice(trunk.length);
      digits = code + digits;
    } else return null;
  }
  const code = Object.values(DIALLING)
    .map((d) => d[0])
    .filter((c) => digits.startsWith(c))
    .sort((x, y) => y.length - x.length)[0];
  if (code === '1' && digits.length !== 11) return null;
  if (digits.length < 7 || digits.length > 15 || digits.startsWith('0')) return null;
  return `+${digits}${extension === '' ? '' : `;ext=${extension}`}`;
}

const FOLDS: readonly (readonly [RegExp, string])[] = [
  [/ß/g, 'ss'],
  [/æ/g, 'ae'],
  [/œ/g, 'oe'],
  [/ø/g, 'o'],
  [/ł/g, 'l'],
  [/đ|ð/g, 'd'],
  [/þ/g, 'th'],
  [/ı/g, 'i'],
];

/** Lower case without accents: é -> e, ß -> ss, ø -> o. */
export function foldAccents(text: string): string {
  return FOLDS.reduce((t, [from, to]) => t.replace(from, to), text.normalize('NFC').toLowerCase())
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .normalize('NFC');
}

const LEGAL_FORMS = new Set(
  (
    'inc incorporated llc llp lp lllp ltd limited plc corp corporation co company gmbh mbh ag kg kgaa ohg gbr ug ek eg ev se sa sas sasu sarl srl sl slu bv nv vof cv ab as asa aps oy oyj ' +
    'kft zrt nyrt doo dd sro spzoo zoo pty pte sdn bhd kk pvt jsc ooo oao zao lda ltda eirl haftungsbeschraenkt'
  ).split(' '),
);

/** Comparable form of a company name: lower case, German umlauts spelled out, no legal form, no leading "the". Null when nothing is left. */
export function normaliseCompany(raw: string): string | null {
  const german = raw.normalize('NFC').toLowerCase().replaceAll('ä', 'ae').replaceAll('ö', 'oe').replaceAll('ü', 'ue');
  const words = foldAccents(german)
    .replace(/\bs\.\s?p\.\s?a\.?(?=\s|,|$)/g, ' ')
    .replace(/\bsp\.?\s+z\s*\.?\s*o\.?\s*o\.?(?=\s|,|$)/g, ' ')
    .replace(/[.'’`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .split(' ')
    .filter((w) => w !== '');
  if (words[0] === 'the' && words.length > 1) words.shift();
  const kept = words.filter((w) => !LEGAL_FORMS.has(w));
  const name = (kept.length > 0 ? kept : words).join(' ');
  return name === '' ? null : name;
}

const TITLES = new Set(
  'mr mrs ms miss mx dr prof professor sir dame lord lady rev hon herr frau hr fr dipl ing mag med rer nat phil jur habil monsieur madame mme mlle sr sra srta don dona dott dottssa'.split(
    ' ',
  ),
);
const SUFFIXES = new Set('jr sr jnr snr ii iii iv phd md dds mba esq cpa bsc msc ba ma obe cbe mbe'.split(' '));

/** Comparable form of a person's name: no accents, titles or suffixes, hyphens split. Null when nothing is left. */
export function normaliseName(raw: string): string | null {
  const words = foldAccents(raw)
    .replace(/[.'’`]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .split(' ')
    .filter((w) => w !== '');
  while (words.length > 0 && TITLES.has(words[0]!)) words.shift();
  while (words.length > 1 && SUFFIXES.has(words.at(-1)!)) words.pop();
  const name = words.join(' ');
  return name === '' ? null : name;
}

/** Probability of a match weight: 2^w / (1 + 2^w). */
export function probabilityOfWeight(weight: number): number {
  return weight > 0 ? 1 / (1 + 2 ** -weight) : 2 ** weight / (1 + 2 ** weight);
}

export interface EmResult {
  lambda_: number;
  m: number[];
  u: number[];
  loglik: number;
  posterior: number[];
  iterations: number;
  /** False when most fields agree less among matches than among others: the classes have switched. */
  trusted: boolean;
}

const clamp = (p: number): number => Math.min(1 - 1e-9, Math.max(1e-9, p));

/**
 * Expectation-maximisation of the Fellegi-Sunter model on counted agreement patterns (1 agree, 0 disagree, null unknown).
 * Its cost does not depend on the number of pairs. Probabilities are kept in [1e-9, 1 - 1e-9].
 */
export function fellegiSunterEm(
  patterns: readonly (readonly (number | null)[])[],
  counts: readonly number[],
  start: { lambda_: number; m: readonly number[]; u: readonly number[] },
  maxIterations = 20_000,
): EmResult {
  let lambda = clamp(start.lambda_);
  let m = start.m.map(clamp);
  let u = start.u.map(clamp);
  const total = sum(counts);
  const weigh = (): { posterior: number[]; loglik: number } => {
    let loglik = 0;
    const posterior = patterns.map((pattern, k) => {
      let a = Math.log(lambda);
      let b = Math.log1p(-lambda);
      pattern.forEach((g, i) => {
        if (g === null) return;
        a += Math.log(g ? m[i]! : 1 - m[i]!);
        b += Math.log(g ? u[i]! : 1 - u[i]!);
      });
      const high = Math.max(a, b);
      loglik += counts[k]! * (high + Math.log(Math.exp(a - high) + Math.exp(b - high)));
      return 1 / (1 + Math.exp(b - a));
    });
    return { posterior, loglik };
  };
  let iterations = 0;
  for (; iterations < maxIterations; iterations++) {
    const { posterior } = weigh();
    const share = sum(posterior.map((g, k) => g * counts[k]!));
    const nextLambda = clamp(share / total);
    const side = (weight: (k: number) => number): number[] =>
      m.map((old, i) => {
        let known = 0;
        let agree = 0;
        patterns.forEach((pattern, k) => {
          if (pattern[i] === null) return;
          known += weight(k);
          if (pattern[i]) agree += weight(k);
        });
        return known > 0 ? clamp(agree / known) : old;
      });
    const nextM = side((k) => posterior[k]! * counts[k]!);
    const nextU = side((k) => (1 - posterior[k]!) * counts[k]!);
    const change = Math.max(
      Math.abs(nextLambda - lambda),
      ...nextM.map((v, i) => Math.abs(v - m[i]!)),
      ...nextU.map((v, i) => Math.abs(v - u[i]!)),
    );
    lambda = nextLambda;
    m = nextM;
    u = nextU;
    if (change < 1e-13) break;
  }
  const { posterior, loglik } = weigh();
  return {
    lambda_: lambda,
    m,
    u,
    loglik,
    posterior,
    iterations,
    trusted: m.filter((v, i) => v > u[i]!).length * 2 > m.length,
  };
}

export interface ClusterQuality {
  tp: number;
  true_pairs: number;
  pred_pairs: number;
  precision: number | null;
  recall: number | null;
  f1: number | null;
  b3_precision: number | null;
  b3_recall: number | null;
  b3_f1: number | null;
  ari: number | null;
}

const pairsOf = (n: number): number => (n * (n - 1)) / 2;

/** Harmonic mean; 0 when one side is 0 or undefined and the other is not, null when both are undefined. */
function harmonic(p: number | null, r: number | null): number | null {
  if (p === null && r === null) return null;
  return (p ?? 0) + (r ?? 0) === 0 ? 0 : (2 * (p ?? 0) * (r ?? 0)) / ((p ?? 0) + (r ?? 0));
}

/** Pairwise precision, recall and F1 over all true pairs, B-cubed, and the adjusted Rand index. An element absent from one side is alone there. */
export function clusterQuality(
  truth: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
): ClusterQuality {
  const label = (clusters: readonly (readonly string[])[]): Map<string, string> =>
    new Map(clusters.flatMap((c, i) => c.map((e) => [e, `c${i}`] as const)));
  const [inTruth, inPredicted] = [label(truth), label(predicted)];
  const elements = [...new Set([...inTruth.keys(), ...inPredicted.keys()])];
  const t = elements.map((e) => inTruth.get(e) ?? `alone ${e}`);
  const p = elements.map((e) => inPredicted.get(e) ?? `alone ${e}`);
  const tally = (labels: readonly string[]): Map<string, number> => {
    const sizes = new Map<string, number>();
    for (const l of labels) sizes.set(l, (sizes.get(l) ?? 0) + 1);
    return sizes;
  };
  const [truthSize, predictedSize, bothSize] = [tally(t), tally(p), tally(t.map((l, i) => `${l}|${p[i]}`))];
  const pairs = (sizes: Map<string, number>): number => sum([...sizes.values()].map(pairsOf));
  const [tp, true_pairs, pred_pairs] = [pairs(bothSize), pairs(truthSize), pairs(predictedSize)];
  const n = elements.length;
  const overlap = t.map((l, i) => bothSize.get(`${l}|${p[i]}`)!);
  const b3_precision = n === 0 ? null : sum(overlap.map((o, i) => o / predictedSize.get(p[i]!)!)) / n;
  const b3_recall = n === 0 ? null : sum(overlap.map((o, i) => o / truthSize.get(t[i]!)!)) / n;
  const precision = ratio(tp, pred_pairs);
  const recall = ratio(tp, true_pairs);
  const chance = n < 2 ? null : (true_pairs * pred_pairs) / pairsOf(n);
  const top = (true_pairs + pred_pairs) / 2;
  const identical = tp === true_pairs && tp === pred_pairs;
  return {
    tp,
    true_pairs,
    pred_pairs,
    precision,
    recall,
    f1: harmonic(precision, recall),
    b3_precision,
    b3_recall,
    b3_f1: harmonic(b3_precision, b3_recall),
    // Two clusterings that agree on everything are 1 by convention where the index is 0/0.
    ari: chance === null ? null : top === chance ? (identical ? 1 : null) : finite((tp - chance) / (top - chance)),
  };
}

const text = z.object({
  value: z
    .string()
    .nullable()
    .transform((v) => v ?? ''),
  kind: z.string().optional(),
});
const probability = z.number().gt(0).lt(1);
const level = z.union([
  z.object({ m: share, u: share }),
  z.tuple([share, share]).transform(([m, u]) => ({ m, u })),
  z.null(),
]);
const AREA = '7-identity';
export const IDENTITY_METHODS = [
  defineMethod(
    AREA,
    'string.jaro_winkler',
    'Similarity of two names.',
    z.object({
      a: z.string(),
      b: z.string(),
      p: z.number().min(0).max(0.25).default(0.1),
      max_prefix: count.default(4),
    }),
    (i) => jaroWinkler(i.a, i.b, i.p, i.max_prefix),
  ),
  defineMethod(AREA, 'normalise.email', 'Comparable form of an e-mail address.', text, (i) => ({
    normalised: normaliseEmail(i.value),
  })),
  defineMethod(
    AREA,
    'normalise.domain',
    'Registrable domain of a web address or e-mail; none for free mail.',
    text,
    (i) => ({ normalised: normaliseDomain(i.value) }),
  ),
  defineMethod(AREA, 'normalise.phone', 'International form of a telephone number.', text, (i) => ({
    normalised: normalisePhone(i.value, i.kind?.includes(':') ? i.kind.slice(i.kind.indexOf(':') + 1) : null),
  })),
  defineMethod(AREA, 'normalise.company', 'Comparable form of a company name.', text, (i) => ({
    normalised: normaliseCompany(i.value),
  })),
  defineMethod(AREA, 'normalise.name', "Comparable form of a person's name.", text, (i) => ({
    normalised: normaliseName(i.value),
  })),
  defineMethod(
    AREA,
    'fs.weight',
    'Match weight and probability of a pair (Fellegi-Sunter).',
    z
      .object({
        prior_weight: number.optional(),
        lambda_: probability.optional(),
        feature_weights: z.array(number.nullable()).optional(),
        levels: z.array(level).optional(),
      })
      .refine((v) => v.prior_weight !== undefined || v.lambda_ !== undefined, {
        path: ['prior_weight'],
        message: 'expected prior_weight or lambda_',
      }),
    (i) => {
      const prior = i.prior_weight ?? Math.log2(i.lambda_! / (1 - i.lambda_!));
      const features = [
        ...(i.feature_weights ?? []).map((w) => w ?? 0),
        ...(i.levels ?? []).map((l) => (l === null ? 0 : Math.log2(clamp(l.m) / clamp(l.u)))),
      ];
      const total = prior + sum(features);
      return { total, probability: probabilityOfWeight(total) };
    },
  ),
  defineMethod(
    AREA,
    'fs.em',
    'Match and non-match probabilities estimated from agreement patterns.',
    z.object({
      patterns: z.array(z.array(z.union([z.literal(0), z.literal(1), z.null()]))),
      counts: z.array(z.number().nonnegative()),
      start: z
        .object({ lambda_: probability.default(0.05), m: z.array(share).optional(), u: z.array(share).optional() })
        .prefault({}),
    }),
    (i) => {
      const k = i.patterns[0]?.length ?? 0;
      if (k === 0 || sum(i.counts) <= 0) throw badInput('patterns', 'expected at least one pattern with a count');
      if (i.counts.length !== i.patterns.length)
        throw badInput('counts', `expected ${i.patterns.length} values, one per pattern`);
      i.patterns.forEach((row, n) => {
        if (row.length !== k) throw badInput(`patterns[${n}]`, `expected ${k} fields`);
      });
      const m = i.start.m ?? i.patterns[0]!.map(() => 0.9);
      const u = i.start.u ?? i.patterns[0]!.map(() => 0.1);
      if (m.length !== k || u.length !== k) throw badInput('start', `expected ${k} values of m and of u`);
      return fellegiSunterEm(i.patterns, i.counts, { lambda_: i.start.lambda_, m, u });
    },
  ),
  defineMethod(
    AREA,
    'fs.tf',
    'Match weight adjusted for how common a value is.',
    z.object({
      pairs_total: positive,
      pairs_same: z.number().nonnegative(),
      m: share,
      tf: z.record(z.string(), share),
      floor: share.default(0),
    }),
    (i) => {
      const u = i.pairs_same / i.pairs_total;
      const base = finite(Math.log2(i.m / u));
      const adj = Object.fromEntries(
        Object.entries(i.tf).map(([name, tf]) => [name, finite(Math.log2(u / Math.max(tf, i.floor)))]),
      );
      return {
        u,
        base_weight: base,
        adj,
        total: Object.fromEntries(
          Object.entries(adj).map(([name, a]) => [name, a === null || base === null ? null : base + a]),
        ),
      };
    },
  ),
  defineMethod(
    AREA,
    'er.metrics',
    'Quality of a clustering against the truth.',
    z.object({
      truth: z.array(z.array(z.union([z.string(), number]).transform(String))),
      predicted: z.array(z.array(z.union([z.string(), number]).transform(String))),
    }),
    (i) => clusterQuality(i.truth, i.predicted),
  ),
];
