import { LadderlineError } from '#engine/base/errors.ts';
import type { Day } from '#engine/base/days.ts';

/** Offsets of one IANA zone from UTC, cached by day; days on which clocks change are cached by quarter of an hour. */
export class Zone {
  readonly name: string;
  readonly fixed: number | null;
  readonly #format: Intl.DateTimeFormat | null;
  readonly #days = new Map<number, number>();
  readonly #quarters = new Map<number, number>();

  private constructor(name: string, format: Intl.DateTimeFormat | null, fixed: number | null) {
    this.name = name;
    this.#format = format;
    this.fixed = fixed;
  }

  /** The zone of an IANA name; throws `bad-zone` for a name that is none. */
  static of(name: string): Zone {
    const known = zones.get(name);
    if (known) return known;
    let zone: Zone;
    if (/^(etc\/)?(utc|gmt|z|universal|zulu)$/i.test(name)) {
      zone = new Zone('UTC', null, 0);
    } else {
      try {
        const format = new Intl.DateTimeFormat('en-US', {
          timeZone: name, hourCycle: 'h23', era: 'short',
          year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
        }); // prettier-ignore
        zone = new Zone(name, format, null);
      } catch {
        throw new LadderlineError('bad-zone', `"${name}" is not a time zone; write it like Europe/Berlin or UTC.`);
      }
    }
    zones.set(name, zone);
    return zone;
  }

  /** Seconds to add to UTC seconds to get the wall clock. */
  offsetAt(utc: number): number {
    if (this.fixed !== null) return this.fixed;
    const day = Math.floor(utc / 86_400);
    let offset = this.#days.get(day);
    if (offset === undefined) {
      const start = this.#compute(day * 86_400);
      offset = start === this.#compute(day * 86_400 + 86_399) ? start : Number.NaN;
      this.#days.set(day, offset);
    }
    if (!Number.isNaN(offset)) return offset;
    const quarter = Math.floor(utc / 900);
    let exact = this.#quarters.get(quarter);
    if (exact === undefined) {
      exact = this.#compute(quarter * 900);
      this.#quarters.set(quarter, exact);
    }
    return exact;
  }

  /** UTC seconds of a wall clock time given as if it were UTC; a time that clocks skip is read with the offset before the change. */
  toUtc(wall: number): number {
    if (this.fixed !== null) return wall - this.fixed;
    const first = this.offsetAt(wall);
    const utc = wall - first;
    const second = this.offsetAt(utc);
    if (second === first) return utc;
    const other = wall - second;
    return this.offsetAt(other) === second ? other : wall - Math.min(first, second);
  }

  #compute(utc: number): number {
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format!.formatToParts(utc * 1000)) parts[type] = Number(value);
    const wall =
      Date.UTC(parts['year']!, parts['month']! - 1, parts['day']!, parts['hour']!, parts['minute']!, parts['second']!) /
      1000;
    return wall - utc;
  }
}

const zones = new Map<string, Zone>();

/** Calendar day of an instant in a zone. */
export function localDay(utc: number, zone: Zone): Day {
  return Math.floor((utc + zone.offsetAt(utc)) / 86_400);
}

/** IANA name of a zone that an export writes in words (`Pacific Time (US & Canada)`); null when it is not known. */
export function zoneInWords(text: string): string | null {
  const known = WORDS.get(text.trim().toLowerCase());
  if (known) return known;
  return /^[A-Za-z_]+\/[A-Za-z_+\-/0-9]+$/.test(text.trim()) ? text.trim() : null;
}

const WORDS = new Map<string, string>([
  ['pacific time (us & canada)', 'America/Los_Angeles'],
  ['mountain time (us & canada)', 'America/Denver'],
  ['central time (us & canada)', 'America/Chicago'],
  ['eastern time (us & canada)', 'America/New_York'],
  ['london', 'Europe/London'],
  ['berlin', 'Europe/Berlin'],
  ['paris', 'Europe/Paris'],
  ['madrid', 'Europe/Madrid'],
  ['amsterdam', 'Europe/Amsterdam'],
  ['utc', 'UTC'],
]);
