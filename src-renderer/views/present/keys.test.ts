import { describe, expect, it } from 'vitest';
import { slideAfter } from './keys.ts';

describe('slideAfter', () => {
  it('turns pages and stops at both ends', () => {
    expect(['ArrowRight', 'PageDown', ' ', 'ArrowLeft', 'PageUp'].map((k) => slideAfter(k, 2, 5))).toEqual([
      3, 3, 3, 1, 1,
    ]);
    expect([slideAfter('ArrowRight', 5, 5), slideAfter('ArrowLeft', 0, 5)]).toEqual([5, 0]);
  });

  it('jumps to the first, the last and a numbered slide', () => {
    expect(['Home', 'End', '3', '9'].map((k) => slideAfter(k, 2, 5))).toEqual([0, 5, 2, null]);
  });

  it('Escape ends; other keys are not taken', () => {
    expect(['Escape', 'a', 'F5', 'Tab'].map((k) => slideAfter(k, 2, 5))).toEqual(['end', null, null, null]);
  });
});
