import { create } from 'zustand';
import { ChordReader, chordOf, isMac, isTyping } from '../commands/keys.ts';
import { execute, isEnabled, keysOf, useCommandTable } from '../commands/registry.ts';

/** The first half of a chord that has been pressed, for the status bar. */
export const useChord = create<{ waiting: string | null }>()(() => ({ waiting: null }));

const FORGET_AFTER_MS = 3000;

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'range'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** Keys of the text field itself: never taken by a command that is not marked `inText`. */
const EDITING = new Set(['Ctrl+Z', 'Ctrl+C', 'Ctrl+X', 'Ctrl+V', 'Ctrl+A', 'Alt+Left', 'Alt+Right', 'Escape']);

/** Runs commands from their keys. Called once at start. */
export function followKeys(): void {
  const mac = isMac();
  const reader = new ChordReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  window.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const chord = chordOf(event, mac);
    if (chord === '') return;
    const inText = isTextField(event.target);
    const enabled = useCommandTable.getState().commands.filter((c) => isEnabled(c));
    const usable = enabled.filter(
      (c) => !inText || c.inText || !keysOf(c).some((k) => k === chord && (isTyping(k) || EDITING.has(k))),
    );
    const { found, waiting, swallowed } = reader.next(chord, usable.flatMap(keysOf));
    useChord.setState({ waiting });
    clearTimeout(timer);
    if (waiting) {
      timer = setTimeout(() => {
        reader.reset();
        useChord.setState({ waiting: null });
      }, FORGET_AFTER_MS);
    }
    if (swallowed) event.preventDefault();
    const command = found === null ? undefined : usable.find((c) => keysOf(c).includes(found));
    if (command) void execute(command);
  });
}
