import { useState } from 'react';
import { TextField } from '../../kit/index.ts';

/** A field that takes effect when it is left or Enter is pressed: half a word is no reading of a file. */
export function Typed({
  value,
  onDone,
  check,
  ...rest
}: {
  label: string;
  value: string;
  placeholder?: string;
  disabled?: boolean;
  hideLabel?: boolean;
  /** What is wrong with a value that is not empty, or null. */
  check?: (value: string) => string | null;
  onDone: (value: string) => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? value;
  const wrong = text === '' ? null : (check?.(text.trim()) ?? null);
  const finish = (): void => {
    if (draft === null || wrong !== null) return;
    setDraft(null);
    if (draft.trim() !== value) onDone(draft.trim());
  };
  return (
    <TextField
      {...rest}
      value={text}
      error={wrong === null ? null : `“${text}” ${wrong}`}
      onChange={setDraft}
      onBlur={finish}
      onKeyDown={(e) => {
        if (e.key === 'Enter') finish();
        else if (e.key === 'Escape' && draft !== null) {
          setDraft(null);
          e.stopPropagation();
        }
      }}
    />
  );
}
