import { describe, expect, it } from 'vitest';
import { ChordReader, chordOf, isTyping } from './keys.ts';

const event = (key: string, mods: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...mods,
});

describe('chords', () => {
  it('are written the way commands state them', () => {
    expect(chordOf(event('P', { ctrlKey: true, shiftKey: true }), false)).toBe('Ctrl+Shift+P');
    expect(chordOf(event('?', { shiftKey: true }), false)).toBe('?');
    expect(chordOf(event('F6', { shiftKey: true }), false)).toBe('Shift+F6');
    expect(chordOf(event('ArrowLeft', { altKey: true }), false)).toBe('Alt+Left');
    expect(chordOf(event('Control', { ctrlKey: true }), false)).toBe('');
  });

  it('Command is Ctrl on a Mac, and Control is not', () => {
    expect(chordOf(event('p', { metaKey: true }), true)).toBe('Ctrl+P');
    expect(chordOf(event('p', { ctrlKey: true }), true)).toBe('P');
  });

  it('a letter alone is typing, a function key is not', () => {
    expect(['?', 'A', 'Shift+A'].map(isTyping)).toEqual([true, true, true]);
    expect(['Ctrl+K', 'F6', 'Shift+F6', 'Escape', 'Alt+Left'].map(isTyping)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('two steps make one key; a wrong second step is swallowed and forgotten', () => {
    const keys = ['Ctrl+K Ctrl+S', 'Ctrl+S'];
    const reader = new ChordReader();
    expect(reader.next('Ctrl+K', keys)).toEqual({ found: null, waiting: 'Ctrl+K', swallowed: true });
    expect(reader.next('Ctrl+S', keys).found).toBe('Ctrl+K Ctrl+S');
    expect(reader.next('Ctrl+S', keys).found).toBe('Ctrl+S');
    reader.next('Ctrl+K', keys);
    expect(reader.next('X', keys)).toEqual({ found: null, waiting: null, swallowed: true });
    expect(reader.next('Ctrl+S', keys).found).toBe('Ctrl+S');
  });
});
