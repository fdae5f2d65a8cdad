const NAMED: Record<string, string> = {
  ' ': 'Space',
  Esc: 'Escape',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
};

type KeyLike = { key: string; code?: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; shiftKey: boolean };

/** `Ctrl+Shift+P` of a keyboard event; empty for a modifier alone. Command counts as Ctrl on a Mac. */
export function chordOf(event: KeyLike, mac: boolean): string {
  const { key } = event;
  if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph', 'Dead'].includes(key)) return '';
  const name = NAMED[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  const letter = /^[A-Z0-9]$/.test(name) || name.length > 1;
  const parts: string[] = [];
  if (mac ? event.metaKey : event.ctrlKey) parts.push('Ctrl');
  if (event.altKey) parts.push('Alt');
  if (event.shiftKey && letter) parts.push('Shift');
  parts.push(name);
  return parts.join('+');
}

/** True for a chord that would also be typed into a text field. */
export function isTyping(chord: string): boolean {
  return !/^(Ctrl|Alt)\+|^F\d+$|^Escape$/.test(chord) && !/^Shift\+F\d+$/.test(chord);
}

/** How a key is written for a person: as is, or with the Mac's signs. */
export function keyText(key: string, mac: boolean): string {
  if (!mac) return key;
  return key.replaceAll('Ctrl+', '⌘').replaceAll('Shift+', '⇧').replaceAll('Alt+', '⌥');
}

export function isMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac/.test(navigator.platform);
}

/** Matches single keys and two-step chords. `next` says what to do with an event. */
export class ChordReader {
  private prefix = '';

  /** `found` is the first key of `keys` that is complete; `waiting` is the prefix of a chord that has begun. */
  next(chord: string, keys: readonly string[]): { found: string | null; waiting: string | null; swallowed: boolean } {
    if (chord === '') return { found: null, waiting: this.prefix || null, swallowed: false };
    const sought = this.prefix === '' ? chord : `${this.prefix} ${chord}`;
    const had = this.prefix !== '';
    this.prefix = '';
    const found = keys.find((k) => k === sought);
    if (found !== undefined) return { found, waiting: null, swallowed: true };
    if (!had && keys.some((k) => k.startsWith(`${chord} `))) {
      this.prefix = chord;
      return { found: null, waiting: chord, swallowed: true };
    }
    return { found: null, waiting: null, swallowed: had };
  }

  reset(): void {
    this.prefix = '';
  }
}
