const CONTROLS: Readonly<Record<string, string>> = {
  '\u061C': 'ALM',
  '\u200E': 'LRM',
  '\u200F': 'RLM',
  '\u202A': 'LRE',
  '\u202B': 'RLE',
  '\u202C': 'PDF',
  '\u202D': 'LRO',
  '\u202E': 'RLO',
  '\u2066': 'LRI',
  '\u2067': 'RLI',
  '\u2068': 'FSI',
  '\u2069': 'PDI',
};
const CONTROL = /([\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069])/;

/** Parts of a text between the characters that steer its direction; those characters are parts of their own. */
export function directionParts(text: string): { text: string; control: string | null }[] {
  return text
    .split(CONTROL)
    .filter((part) => part !== '')
    .map((part) => ({ text: part, control: CONTROLS[part] ?? null }));
}

/**
 * Text from a file or a person: its direction is its own and bears on nothing around it, and characters that steer direction
 * are seen as marks instead of being obeyed.
 */
export function Isolated({ text, title }: { text: string; title?: string | undefined }) {
  if (!CONTROL.test(text))
    return (
      <bdi dir="auto" title={title}>
        {text}
      </bdi>
    );
  return (
    <bdi dir="auto" title={title}>
      {directionParts(text).map((part, i) =>
        part.control === null ? (
          // oxlint-disable-next-line react/no-array-index-key -- a part is known by its place
          <bdi key={i}>{part.text}</bdi>
        ) : (
          // oxlint-disable-next-line react/no-array-index-key -- a part is known by its place
          <span key={i} className="direction-mark" title="A character that steers the direction of text">
            {part.control}
          </span>
        ),
      )}
    </bdi>
  );
}
