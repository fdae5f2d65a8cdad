import { parse as parseHost } from 'tldts';

/** Domains that say nothing about a company (choices.md, Customers: free-mail domains are excluded). */
const FREE_MAIL = new Set(
  (
    'gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.de hotmail.fr live.com live.co.uk live.de msn.com ' +
    'yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.es yahoo.it ymail.com rocketmail.com icloud.com me.com mac.com aol.com ' +
    'gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de arcor.de mail.com mail.ru yandex.ru yandex.com ' +
    'proton.me protonmail.com pm.me tutanota.com tuta.io zoho.com fastmail.com hey.com orange.fr wanadoo.fr free.fr laposte.net ' +
    'sfr.fr libero.it virgilio.it alice.it tin.it btinternet.com sky.com talktalk.net virginmedia.com ntlworld.com comcast.net ' +
    'verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net qq.com 163.com 126.com sina.com naver.com daum.net ' +
    'bigpond.com optusnet.com.au telus.net shaw.ca rogers.com bluewin.ch telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl'
  ).split(' '),
);

const LEGAL_FORMS = new Set(
  (
    'inc incorporated llc llp lp ltd limited plc corp corporation co company gmbh ag kg kgaa ohg gbr ug mbh ev se sa sas sarl srl ' +
    'spa sl slu bv nv oy oyj ab as asa aps oue sro doo kft zrt pty pvt ek eg mbb partg eurl snc scop'
  ).split(' '),
);

const UMLAUTS: ReadonlyMap<string, string> = new Map([
  ['ä', 'ae'],
  ['ö', 'oe'],
  ['ü', 'ue'],
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['ø', 'o'],
  ['å', 'a'],
  ['ł', 'l'],
]);

/**
 * E-mail as an identity key (methods §7.1): trimmed, lower case, `+tag` dropped, dots dropped for Gmail.
 * Null for anything that is not `local@domain.tld`.
 */
export function emailKey(raw: string | null): string | null {
  if (raw === null) return null;
  const text = raw.trim().toLowerCase();
  const at = text.lastIndexOf('@');
  if (at < 1 || /\s/.test(text)) return null;
  let local = text.slice(0, at);
  let domain = text.slice(at + 1);
  if (!/^[^.@]+(\.[^.@]+)+$/.test(domain)) return null;
  const plus = local.indexOf('+');
  if (plus > 0) local = local.slice(0, plus);
  if (domain === 'gmail.com' || domain === 'googlemail.com') {
    local = local.replaceAll('.', '');
    domain = 'gmail.com';
  }
  return local === '' ? null : `${local}@${domain}`;
}

/** Hosts come again within a file; where each is another one, keeping them all is memory for nothing. */
const CACHED_HOSTS = 20_000;
const domainCache = new Map<string, string | null>();

/** Registrable domain of a URL, host or e-mail address; null for free-mail domains, IP addresses and non-domains. */
export function domainKey(raw: string | null): string | null {
  if (raw === null) return null;
  let text = raw.trim().toLowerCase();
  const at = text.lastIndexOf('@');
  if (at >= 0) text = text.slice(at + 1);
  if (text === '' || !text.includes('.')) return null;
  const known = domainCache.get(text);
  if (known !== undefined) return known;
  const host = parseHost(text, { allowPrivateDomains: false, validateHostname: true });
  const domain = host.isIp ? null : (host.domain ?? null);
  const key = domain === null || FREE_MAIL.has(domain) ? null : domain;
  if (domainCache.size >= CACHED_HOSTS) domainCache.clear();
  domainCache.set(text, key);
  return key;
}

/**
 * Company name as an identity key (methods §7.1): compatible forms made one (NFKC), lower case, accents folded (German
 * umlauts spelled out), punctuation to spaces, legal forms and a leading "the" dropped. Null when nothing is left.
 */
export function companyKey(raw: string | null): string | null {
  if (raw === null) return null;
  const words = foldedName(raw)
    .replace(/&/g, ' and ')
    .replace(/[.']/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  if (words[0] === 'the' && words.length > 1) words.shift();
  const droppable = (word: string): boolean => LEGAL_FORMS.has(word) || word === 'and';
  while (words.length > 1 && droppable(words.at(-1) ?? '')) words.pop();
  const key = words.join(' ');
  return key === '' ? null : key;
}

function foldedName(raw: string): string {
  if (!/[^ -~]/.test(raw)) return raw.toLowerCase();
  let text = '';
  for (const char of raw.normalize('NFKC').toLowerCase()) text += UMLAUTS.get(char) ?? char;
  return text.normalize('NFD').replace(/\p{M}/gu, '');
}

/** Postcode without spaces and case. */
export function postcodeKey(raw: string | null): string | null {
  const key = raw?.toUpperCase().replace(/[^A-Z0-9]/g, '') ?? '';
  return key === '' ? null : key;
}

/** Tax id without separators and case; null below 5 characters (a placeholder). */
export function taxKey(raw: string | null): string | null {
  const key = raw?.toUpperCase().replace(/[^A-Z0-9]/g, '') ?? '';
  return key.length < 5 || /^(.)\1*$/.test(key) ? null : key;
}

/**
 * Phone as an identity key: digits only, an international 00 dropped. Null below 7 digits, and for text in scientific
 * notation (Excel has lost its digits for good).
 */
export function phoneKey(raw: string | null): string | null {
  if (raw === null || /\d[eE]\+?\d/.test(raw)) return null;
  const digits = raw
    .replace(/\(0\)/g, '')
    .replace(/;?\s*(ext|x)\.?\s*\d+$/i, '')
    .replace(/\D/g, '')
    .replace(/^00/, '');
  return digits.length < 7 ? null : digits;
}
