/** Words of exports for the members of our closed sets. Keys are lower case. */
const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  channel: {
    visit: 'visit', 'field visit': 'visit', 'site visit': 'visit', meeting: 'visit', besuch: 'visit', appointment: 'visit', demo: 'visit', 'face to face': 'visit', 'in person': 'visit',
    call: 'call', phone: 'call', 'phone call': 'call', telephone: 'call', anruf: 'call', telefon: 'call', voicemail: 'call', 'call (outbound)': 'call', 'call (inbound)': 'call', calls: 'call',
    mail: 'mail', letter: 'mail', post: 'mail', 'direct mail': 'mail', mailing: 'mail', brief: 'mail', postcard: 'mail', catalogue: 'mail', catalog: 'mail',
    email: 'email', 'e-mail': 'email', 'email campaign': 'email', newsletter: 'email', 'mass email': 'email', 'marketing email': 'email',
    event: 'event', webinar: 'event', 'trade show': 'event', conference: 'event', messe: 'event', seminar: 'event', 'field day': 'event', veranstaltung: 'event',
    text: 'text', sms: 'text', whatsapp: 'text', 'text message': 'text', mms: 'text',
    social: 'social', linkedin: 'social', facebook: 'social', instagram: 'social', twitter: 'social', x: 'social', 'social media': 'social',
    web: 'web', 'web form': 'web', website: 'web', chat: 'web', 'live chat': 'web', form: 'web', online: 'web', portal: 'web',
    other: 'other', task: 'other', note: 'other', aufgabe: 'other',
  },
  direction: {
    in: 'in', inbound: 'in', 'inbound call': 'in', 'incoming call': 'in', 'inbound-call': 'in', incoming: 'in', received: 'in', eingehend: 'in', entrant: 'in', 'inbound - external': 'in',
    out: 'out', outbound: 'out', 'outbound call': 'out', 'outgoing call': 'out', 'outbound-api': 'out', 'outbound-dial': 'out', 'outbound-call': 'out', 'outbound-reply': 'out', dialed: 'out', outgoing: 'out', sent: 'out', ausgehend: 'out', sortant: 'out', 'outbound - external': 'out',
  },
  team: {
    sales: 'sales', vertrieb: 'sales', ventes: 'sales', 'account management': 'sales', 'business development': 'sales', sdr: 'sales', bdr: 'sales',
    marketing: 'marketing', 'demand generation': 'marketing', communications: 'marketing',
    service: 'service', support: 'service', 'customer service': 'service', 'customer support': 'service', 'customer success': 'service', helpdesk: 'service', kundendienst: 'service',
    accounts: 'accounts', accounting: 'accounts', finance: 'accounts', billing: 'accounts', collections: 'accounts', buchhaltung: 'accounts', credit: 'accounts',
    unknown: 'unknown',
  },
  'transaction.kind': {
    invoice: 'invoice', 'sales invoice': 'invoice', rechnung: 'invoice', facture: 'invoice', order: 'invoice', 'sales receipt': 'invoice', sale: 'invoice', accrec: 'invoice',
    payment: 'payment', 'website payment': 'payment', 'website-zahlung': 'payment', charge: 'payment', 'general payment': 'payment', 'express checkout payment': 'payment', 'mobile payment': 'payment', 'subscription payment': 'payment', zahlung: 'payment', receipt: 'payment', 'pre-approved payment bill user payment': 'payment',
    refund: 'refund', 'payment refund': 'refund', 'rückzahlung': 'refund', 'rückerstattung': 'refund', reversal: 'refund', chargeback: 'refund', 'payment reversal': 'refund',
    'credit note': 'credit_note', 'sales credit note': 'credit_note', 'credit memo': 'credit_note', credit_note: 'credit_note', gutschrift: 'credit_note', credit: 'credit_note', avoir: 'credit_note', acccreccredit: 'credit_note',
  },
  'survey_response.kind': {
    relational: 'relational', relationship: 'relational', rnps: 'relational', transactional: 'transactional', transaction: 'transactional', tnps: 'transactional',
  },
  severity: {
    low: 'low', niedrig: 'low', minor: 'low', p4: 'low', trivial: 'low', normal: 'normal', medium: 'normal', mittel: 'normal', moderate: 'normal', p3: 'normal',
    high: 'high', hoch: 'high', major: 'high', p2: 'high', urgent: 'urgent', critical: 'urgent', dringend: 'urgent', blocker: 'urgent', p1: 'urgent', highest: 'urgent',
  },
  'lead.status': {
    hot: 'hot', qualified: 'hot', 'sales qualified': 'hot', sql: 'hot', 'open deal': 'hot', 'in progress': 'hot', 'meeting booked': 'hot', connected: 'hot', opportunity: 'hot', interested: 'hot',
    warm: 'warm', contacted: 'warm', 'attempted to contact': 'warm', 'open - contacted': 'warm', 'working - contacted': 'warm', working: 'warm', assigned: 'warm', 'contact in future': 'warm', nurture: 'warm', nurturing: 'warm', mql: 'warm', 'pre-qualified': 'warm', recycled: 'warm',
    bad: 'bad', unqualified: 'bad', 'not qualified': 'bad', 'closed - not converted': 'bad', disqualified: 'bad', junk: 'bad', 'junk lead': 'bad', 'lost lead': 'bad', lost: 'bad', dead: 'bad', 'bad timing': 'bad', rejected: 'bad', spam: 'bad', cancelled: 'bad',
    sale: 'sale', converted: 'sale', 'closed - converted': 'sale', won: 'sale', customer: 'sale', 'closed won': 'sale', sold: 'sale',
  },
  'advocacy.kind': {
    referral: 'referral', 'referral made': 'referral', empfehlung: 'referral', reference: 'reference', 'reference call': 'reference', referenz: 'reference',
    'case study': 'case_study', case_study: 'case_study', fallstudie: 'case_study', testimonial: 'testimonial', quote: 'testimonial', review: 'review', 'public review': 'review', bewertung: 'review',
  },
}; // prettier-ignore

/** The words of exports for a direction, in lower case. */
export function directionWords(direction: 'in' | 'out'): string[] {
  return Object.entries(WORDS['direction']!).flatMap(([word, meant]) => (meant === direction ? [word] : []));
}

/** What an unknown word of a closed set becomes; null leaves the mapped value empty and keeps the raw word. */
const UNKNOWN: Readonly<Record<string, string>> = { channel: 'other', team: 'unknown', 'lead.status': 'unknown' };

/** Our word for a source word of a closed set: the set's own words, known synonyms, else the set's word for unknown or null. */
export function closedWord(entity: string, field: string, set: readonly string[], raw: string): string | null {
  const folded = raw.trim().toLowerCase().replace(/\s+/g, ' ');
  if (set.includes(folded)) return folded;
  const under = folded.replaceAll('_', ' ');
  const words = WORDS[`${entity}.${field}`] ?? WORDS[field];
  if (words) {
    const hit = Object.hasOwn(words, folded) ? words[folded]! : Object.hasOwn(words, under) ? words[under]! : null;
    if (hit && set.includes(hit)) return hit;
  }
  const unknown = UNKNOWN[`${entity}.${field}`] ?? UNKNOWN[field];
  return unknown && set.includes(unknown) ? unknown : null;
}

const YES = new Set([
  'true',
  '1',
  'yes',
  'y',
  'ja',
  'oui',
  'sí',
  'si',
  'wahr',
  'verdadero',
  'vrai',
  'x',
  'on',
  't',
  'checked',
]);
const NO = new Set(['false', '0', 'no', 'n', 'nein', 'non', 'falsch', 'falso', 'faux', 'off', 'f', 'unchecked']);

/** 1, 0 or null for a word that is neither yes nor no. */
export function yesNo(text: string): 0 | 1 | null {
  const folded = text.toLowerCase();
  return YES.has(folded) ? 1 : NO.has(folded) ? 0 : null;
}

const LABELLED = /^\s*(\d{1,2})\s*[-–:]\s*[^\d\s].*$/;
const LABEL_FIRST = /^[^\d\s].*[^\d\s]\s*[-–:]\s*(\d{1,2})\s*$/;

/**
 * A 0-10 answer (methods §2.1, in its order): a number, or a labelled end point (`10 - Extremely likely`,
 * `Extremely likely - 10`). The result is the score or the reason why it is none.
 */
export function parseScore(text: string): number | 'not a whole number' | 'outside 0-10' | 'not a score' {
  const trimmed = text.trim();
  if (/^[+-]?\d+(?:\.\d+)?$/.test(trimmed)) {
    const value = Number(trimmed);
    if (!Number.isInteger(value)) return 'not a whole number';
    return value < 0 || value > 10 ? 'outside 0-10' : value;
  }
  const labelled = LABELLED.exec(trimmed) ?? LABEL_FIRST.exec(trimmed);
  if (!labelled) return 'not a score';
  const value = Number(labelled[1]);
  return value > 10 ? 'outside 0-10' : value;
}

/** Value of up to nine digits and nothing else; -1 for any other text. */
function wholeNumber(text: string): number {
  const n = text.length;
  if (n === 0 || n > 9) return -1;
  let value = 0;
  for (let i = 0; i < n; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Value of up to nine digits in `bytes[from..to)` and nothing else; -1 for any other text. */
export function wholeOf(bytes: Uint8Array, from: number, to: number): number {
  if (to === from || to - from > 9) return -1;
  let value = 0;
  for (let i = from; i < to; i += 1) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Seconds of a unit of duration. */
export const SECONDS_OF = { seconds: 1, minutes: 60, hours: 3600 } as const;

/** Seconds of `90` (of `unit`), `1:30`, `00:01:30`, `2h 5m`, `90 s`; null when it is no duration. */
export function seconds(text: string, unit: keyof typeof SECONDS_OF = 'seconds'): number | null {
  const times = SECONDS_OF[unit];
  const whole = wholeNumber(text);
  if (whole >= 0) return whole * times;
  const trimmed = text.trim();
  if (/^\d+(?:[.,]\d+)?$/.test(trimmed)) return Math.round(Number(trimmed.replace(',', '.')) * times);
  const clock = /^(\d+):(\d{2})(?::(\d{2}))?$/.exec(trimmed);
  if (clock) {
    const [a, b, c] = [Number(clock[1]), Number(clock[2]), clock[3]];
    return c === undefined ? a * 60 + b : a * 3600 + b * 60 + Number(c);
  }
  const words = /^(?:(\d+)\s*h\w*)?\s*(?:(\d+)\s*m\w*)?\s*(?:(\d+)\s*s\w*)?$/i.exec(trimmed);
  if (!words || words[0].trim() === '') return null;
  return Number(words[1] ?? 0) * 3600 + Number(words[2] ?? 0) * 60 + Number(words[3] ?? 0);
}
