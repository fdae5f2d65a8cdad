import { closeSync, openSync, writeSync } from 'node:fs';

/** Small deterministic generator (mulberry32); the bench's data is invented. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const CHANNELS = ['call', 'email', 'visit', 'mail', 'event'];
const DIRECTIONS = ['out', 'out', 'out', 'in'];
const TEAMS = ['sales', 'marketing', 'service', 'accounts'];
const PURPOSES = ['offer', 'follow-up', 'service', 'renewal', ''];
const OUTCOMES = ['reached', 'no answer', 'bounced', 'opened', ''];

export const HEADER = [
  'id',
  'customer',
  'at',
  'channel',
  'direction',
  'team',
  'owner',
  'campaign',
  'purpose',
  'outcome',
  'duration',
  'text',
] as const;

/**
 * Writes `rows` touches as CSV: 18-character random keys, customers at random, one touch in eight with a note. With `changed`
 * every so many rows have another outcome and duration; all else is the same for one seed.
 */
export function writeTouches(path: string, rows: number, customers: number, seed: number, changed = 0): void {
  const next = random(seed);
  const pick = (list: readonly string[]): string => list[Math.floor(next() * list.length)]!;
  const handle = openSync(path, 'w');
  let text = `${HEADER.join(',')}\n`;
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  for (let i = 0; i < rows; i++) {
    let key = '00T';
    for (let k = 0; k < 15; k++) key += alphabet[Math.floor(next() * 62)]!;
    const customer = `001${String(Math.floor(next() * customers)).padStart(12, '0')}AAA`;
    const day = Math.floor(next() * 1095);
    const date = new Date(Date.UTC(2023, 0, 1 + day, 8 + Math.floor(next() * 10), Math.floor(next() * 60), 0))
      .toISOString()
      .slice(0, 19);
    const note = next() < 0.125 ? `spoke about delivery and prices ${i % 97}` : '';
    const [channel, direction, team, owner, campaign, purpose, outcome] = [
      pick(CHANNELS),
      pick(DIRECTIONS),
      pick(TEAMS),
      Math.floor(next() * 40),
      Math.floor(next() * 60),
      pick(PURPOSES),
      pick(OUTCOMES),
    ];
    const change = changed > 0 && i % changed === 0;
    text += `${key},${customer},${date}Z,${channel},${direction},${team},owner ${owner},campaign ${campaign},${purpose},`;
    text += `${change ? 'corrected' : outcome},${Math.floor(next() * 3600) + (change ? 4000 : 0)},${note}\n`;
    if (text.length > 1 << 20) {
      writeSync(handle, text);
      text = '';
    }
  }
  writeSync(handle, text);
  closeSync(handle);
}
