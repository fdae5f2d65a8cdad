/** Where a key leads from a slide: the number of the next slide, `end`, or null for a key of somebody else. */
export function slideAfter(key: string, now: number, last: number): number | 'end' | null {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
    case 'PageDown':
    case ' ':
    case 'Enter':
      return Math.min(last, now + 1);
    case 'ArrowLeft':
    case 'ArrowUp':
    case 'PageUp':
    case 'Backspace':
      return Math.max(0, now - 1);
    case 'Home':
      return 0;
    case 'End':
      return last;
    case 'Escape':
      return 'end';
    default: {
      const digit = /^[1-9]$/.test(key) ? Number(key) - 1 : -1;
      return digit >= 0 && digit <= last ? digit : null;
    }
  }
}
