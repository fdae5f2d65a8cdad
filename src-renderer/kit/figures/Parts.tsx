import { Door } from '../controls.tsx';

/** A piece of a sentence: words, or a figure that opens the list behind it. */
export type Part<T> = string | { readonly text: string; readonly to: T; readonly label?: string };

/** A sentence without its doors. */
export function plain<T>(parts: readonly Part<T>[]): string {
  return parts.map((p) => (typeof p === 'string' ? p : p.text)).join('');
}

/** A sentence whose figures are doors. */
export function Parts<T>({ parts, onOpen }: { parts: readonly Part<T>[]; onOpen: (to: T) => void }) {
  return parts.map((part, i) =>
    typeof part === 'string' ? (
      part
    ) : (
      // oxlint-disable-next-line react/no-array-index-key -- a piece is known by its place in the sentence
      <Door key={i} onOpen={() => onOpen(part.to)} {...(part.label === undefined ? {} : { label: part.label })}>
        {part.text}
      </Door>
    ),
  );
}
