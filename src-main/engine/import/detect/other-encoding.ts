import { cp1252Text, transcoder, type TranscodedEncoding } from '../read/encoding.ts';

type Finding = { readonly encoding: TranscodedEncoding; readonly why: string };

/** What is looked at: enough for any language to show. */
const LOOKED_AT = 256 * 1024;
/** High bytes below which nothing but windows-1252 is believed. */
const FEW = 5;

/** Letters beyond a-z that a language writes, lower case; of names of several languages the union counts a little less. */
const LANGUAGES: readonly (readonly [language: string, encodings: readonly (TranscodedEncoding | 'cp1252')[], letters: string])[] = [
  ['German', ['cp1252'], 'äöüßé'],
  ['French', ['cp1252'], 'àâæçéèêëîïôœùûüÿ'],
  ['Spanish', ['cp1252'], 'áéíñóúüºª'],
  ['Portuguese', ['cp1252'], 'áàâãçéêíóôõúºª'],
  ['Italian', ['cp1252'], 'àèéìíîòóùú'],
  ['Danish or Norwegian', ['cp1252'], 'æøåéèóòô'],
  ['Swedish or Finnish', ['cp1252'], 'åäöéšž'],
  ['Dutch', ['cp1252'], 'éëïöüèêáóí'],
  ['Icelandic', ['cp1252'], 'áðéíóúýþæö'],
  ['Polish', ['cp1250', 'iso-8859-2'], 'ąćęłńóśźż'],
  ['Czech or Slovak', ['cp1250', 'iso-8859-2'], 'áčďéěíňóřšťúůýžäľĺŕô'],
  ['Hungarian', ['cp1250', 'iso-8859-2'], 'áéíóöőúüű'],
  ['Romanian', ['cp1250', 'iso-8859-2'], 'ăâîşţ'],
  ['Croatian or Slovene', ['cp1250', 'iso-8859-2'], 'čćđšž'],
  ['Turkish', ['cp1254'], 'çğıiöşüâîû'],
]; // prettier-ignore
const WESTERN = new Set('äöüßàâæçéèêëîïôœùûÿáíñóúãõìòøåšž');
const CENTRAL = new Set('ąćęłńóśźżáčďéěíňřšťúůýžäľĺŕôöőüűăâîşţđ');

/** Letters of the alphabets that fill whole words with high bytes. */
const SCRIPTS: readonly (readonly [language: string, encoding: TranscodedEncoding, letters: RegExp])[] = [
  ['Cyrillic', 'cp1251', /^\p{Script=Cyrillic}$/u],
  ['Cyrillic', 'koi8-r', /^\p{Script=Cyrillic}$/u],
  ['Greek', 'cp1253', /^\p{Script=Greek}$/u],
];

/**
 * The encoding of text that is neither UTF-8 nor UTF-16, when its letters are clearly those of a language that windows-1252
 * does not hold; null to stay with windows-1252. Two-byte encodings show by the ranges of their first bytes (GB 2312, Big5,
 * KS X 1001 and JIS X 0208 put frequent characters first), alphabets by upper and lower case where words want them, Latin
 * languages by their letters.
 */
export function otherEncoding(head: Uint8Array): Finding | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, LOOKED_AT));
  let high = 0;
  let inRuns = 0;
  for (let i = 0, run = 0; i <= bytes.length; i += 1) {
    if (i < bytes.length && bytes[i]! >= 0x80) run += 1;
    else {
      high += run;
      if (run >= 3) inRuns += run;
      run = 0;
    }
  }
  if (high < FEW) return null;
  return eastAsian(bytes) ?? (inRuns > high * 0.5 ? alphabet(bytes) : latin(bytes));
}

function eastAsian(bytes: Buffer): Finding | null {
  const japanese = shiftJis(bytes);
  if (japanese) return japanese;
  let pairs = 0;
  let kana = 0;
  let hangul = 0;
  let frequentGb = 0;
  let frequentBig5 = 0;
  let bothHigh = 0;
  let broken = 0;
  for (let i = 0; i + 1 < bytes.length; i += 1) {
    const first = bytes[i]!;
    if (first < 0x80) continue;
    const second = bytes[i + 1]!;
    if (first === 0x80 || first === 0xff || second < 0x40 || second === 0x7f || second === 0xff) {
      broken += 1;
      continue;
    }
    i += 1;
    pairs += 1;
    if (second >= 0xa1 && first >= 0xa1) bothHigh += 1;
    if (first === 0xa4 || first === 0xa5) kana += 1;
    if (first >= 0xb0 && first <= 0xc8) hangul += 1;
    if ((first >= 0xb0 && first <= 0xd7) || first === 0xa3 || first === 0xa1) frequentGb += 1;
    if (first >= 0xa1 && first <= 0xc6) frequentBig5 += 1;
  }
  if (pairs < 4 || broken > pairs * 0.02) return null;
  if (bothHigh >= pairs * 0.97) {
    if (kana >= pairs * 0.25 && fits(bytes, 'euc-jp')) return { encoding: 'euc-jp', why: why('Japanese', 'EUC-JP') };
    if (hangul >= pairs * 0.9 && fits(bytes, 'euc-kr')) return { encoding: 'euc-kr', why: why('Korean', 'EUC-KR') };
    // Words of a single-byte alphabet have odd lengths as often as even ones: such text breaks within pairs.
    if (frequentGb >= pairs * 0.85 && evenRuns(bytes) && fits(bytes, 'gb18030'))
      return { encoding: 'gb18030', why: why('Chinese', 'GB 18030') };
    return null;
  }
  if (bothHigh >= pairs * 0.3 && frequentBig5 >= pairs * 0.9 && fits(bytes, 'big5'))
    return { encoding: 'big5', why: why('Chinese', 'Big5') };
  return null;
}

function shiftJis(bytes: Buffer): Finding | null {
  if (!fits(bytes, 'shift-jis')) return null;
  const text = transcoder('shift-jis').decode(bytes);
  let kana = 0;
  let other = 0;
  let halfWidth = 0;
  for (const c of text) {
    if (c < '\u0080') continue;
    if (c >= '\u3040' && c <= '\u30ff') kana += 1;
    else if (c >= '\uff61' && c <= '\uff9f') halfWidth += 1;
    else if (c >= '\u3000' && c <= '\u9fff') other += 1;
    else halfWidth += 1;
  }
  return kana >= 3 && kana >= (kana + other) * 0.2 && halfWidth <= (kana + other) * 0.2
    ? { encoding: 'shift-jis', why: why('Japanese', 'Shift-JIS') }
    : null;
}

/** True when runs of high bytes have even lengths, as pairs make them. */
function evenRuns(bytes: Buffer): boolean {
  let even = 0;
  let odd = 0;
  for (let i = 0, run = 0; i <= bytes.length; i += 1) {
    if (i < bytes.length && bytes[i]! >= 0x80) run += 1;
    else {
      if (run % 2 === 1) odd += 1;
      else if (run > 0) even += 1;
      run = 0;
    }
  }
  return odd <= even * 0.05;
}

function fits(bytes: Buffer, encoding: TranscodedEncoding): boolean {
  try {
    transcoder(encoding, true).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function alphabet(bytes: Buffer): Finding | null {
  let best: Finding | null = null;
  let most = 0.75;
  for (const [language, encoding, letters] of SCRIPTS) {
    const text = transcoder(encoding).decode(bytes);
    let good = 0;
    let all = 0;
    let before = '';
    for (const c of text) {
      if (c >= '\u0080') {
        all += 1;
        if (letters.test(c)) {
          const upper = c !== c.toLowerCase();
          // An upper-case letter behind a lower-case one is what a wrong table gives.
          good += upper && before !== '' && before === before.toLowerCase() && before !== before.toUpperCase() ? -1 : 1;
        }
      }
      before = /\p{L}/u.test(c) ? c : '';
    }
    if (good / all > most) [best, most] = [{ encoding, why: why(language, encoding) }, good / all];
  }
  return best;
}

function latin(bytes: Buffer): Finding | null {
  const texts = new Map<string, string>([['cp1252', cp1252Text(bytes.toString('latin1'))]]);
  for (const encoding of ['cp1250', 'iso-8859-2', 'cp1254'] as const)
    texts.set(encoding, transcoder(encoding).decode(bytes));
  let western = 0;
  let best: { finding: Finding; share: number } | null = null;
  for (const [language, encodings, letters] of [
    ...LANGUAGES,
    ['Central European languages', ['cp1250', 'iso-8859-2'], ''] as const,
  ]) {
    const set = letters === '' ? CENTRAL : new Set(letters);
    for (const encoding of encodings) {
      const share = shareOf(texts.get(encoding)!, set) * (letters === '' ? 0.9 : 1);
      if (encoding === 'cp1252') western = Math.max(western, share);
      else if (!best || share > best.share) best = { finding: { encoding, why: why(language, encoding) }, share };
    }
  }
  western = Math.max(western, shareOf(texts.get('cp1252')!, WESTERN) * 0.9);
  return best && best.share > 0.85 && best.share > western + 0.03 ? best.finding : null;
}

/** Share of the characters beyond ASCII that are letters of a set; signs that stand apart from letters do not count. */
function shareOf(text: string, letters: ReadonlySet<string>): number {
  let good = 0;
  let all = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i]!;
    if (c < '\u0080') continue;
    const lower = c.toLowerCase();
    const letter = letters.has(lower) || (lower.length > 1 && letters.has(lower[0]!));
    if (letter) {
      const before = text[i - 1] ?? '';
      // A capital within a word in lower case is what a wrong table gives.
      good += c !== lower && /[\p{Ll}]/u.test(before) ? 0 : 1;
      all += 1;
    } else if (c < '\u00a0' || c === '\ufffd' || /\p{L}/u.test(c)) {
      all += 1;
    } else if (!/[\p{P}\p{Sc}]/u.test(c) && /\p{L}/u.test(`${text[i - 1] ?? ''}${text[i + 1] ?? ''}`)) {
      all += 1;
    }
  }
  return all < FEW ? 0 : good / all;
}

function why(language: string, encoding: string): string {
  return `not UTF-8; the letters are those of ${language} in ${encoding}`;
}
