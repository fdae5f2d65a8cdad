import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Button, Icon } from '../../kit/index.ts';
import { useEngine, useSelection } from '../../data/index.ts';
import { completionsFor, wordAt, type Completion } from './completion.ts';

/** Checked this long after the last key. */
const PAUSE_MS = 180;

/** One line in the language: checked while typed, said in words, kept as the selection on Enter. */
export function Filter() {
  const id = useId();
  const clause = useSelection((s) => s.clauses.find((c) => c.view === 'customers'));
  const { put, remove } = useSelection();
  const kept = clause?.text ?? '';
  const [text, setText] = useState(kept);
  const [shown, setShown] = useState(kept);
  if (shown !== kept) {
    setShown(kept);
    setText(kept);
  }
  const [asked, setAsked] = useState(text);
  const [choice, setChoice] = useState(0);
  const [open, setOpen] = useState(false);
  const [caret, setCaret] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);

  const fields = useEngine('fields', {});
  const names = useMemo((): Completion[] => (fields.data?.fields ?? []).filter((f) => f.relation === 'customer').map(({ name, type, meaning }) => ({ name, type, meaning })), [fields.data]);
  const described = useEngine('describe', { text: asked }, { enabled: asked.trim() !== '', keep: false });
  const word = wordAt(text, caret);
  const suggestions = open && word ? completionsFor(word.word, names) : [];
  const empty = text.trim() === '';

  const apply = (): void => {
    setOpen(false);
    if (empty) {
      if (clause) remove(clause.id);
    } else if (described.data && asked === text) put('customers', { text: described.data.printed, sentence: described.data.sentence });
  };
  const accept = (completion: Completion): void => {
    if (!word) return;
    const next = `${text.slice(0, word.start)}${completion.name}${text.slice(caret)}`;
    setText(next);
    setOpen(false);
    const place = word.start + completion.name.length;
    setCaret(place);
    requestAnimationFrame(() => input.current?.setSelectionRange(place, place));
  };
  const onKeyDown = (e: KeyboardEvent): void => {
    const chosen = suggestions[choice];
    if (e.key === 'ArrowDown' && suggestions.length > 0) setChoice((choice + 1) % suggestions.length);
    else if (e.key === 'ArrowUp' && suggestions.length > 0) setChoice((choice + suggestions.length - 1) % suggestions.length);
    else if ((e.key === 'Tab' || e.key === 'Enter') && chosen && !e.shiftKey) accept(chosen);
    else if (e.key === 'Enter') apply();
    else if (e.key === 'Escape' && suggestions.length > 0) setOpen(false);
    else if (e.key === 'Escape' && text !== kept) setText(kept);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  const error = !empty && asked === text ? described.error : null;
  const words = empty
    ? 'All customers. Write for example: rung = client and open_gap > 60 days'
    : described.data && asked === text
      ? `${described.data.sentence}${text === kept ? '' : ' — Enter applies'}`
      : '';
  return (
    <div className="filter">
      <label htmlFor={id} className="filter-label">
        <Icon name="filter" /> Filter
      </label>
      <div className="filter-box">
        <input
          id={id}
          ref={input}
          className="input"
          role="combobox"
          aria-expanded={suggestions.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={suggestions[choice] ? `${id}-${choice}` : undefined}
          {...(error ? { 'aria-invalid': true } : {})}
          aria-describedby={`${id}-words`}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(e) => {
            setText(e.target.value);
            setCaret(e.target.selectionStart ?? e.target.value.length);
            setChoice(0);
            setOpen(true);
          }}
          onSelect={(e) => setCaret(e.currentTarget.selectionStart ?? 0)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <ul id={`${id}-list`} role="listbox" aria-label="Fields" className="filter-list" hidden={suggestions.length === 0}>
          {suggestions.map((s, i) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keyboard works in the field
            <li key={s.name} id={`${id}-${i}`} role="option" aria-selected={i === choice} onMouseDown={(e) => (e.preventDefault(), accept(s))}>
              <strong>{s.name}</strong> <span>{s.meaning}</span>
            </li>
          ))}
        </ul>
      </div>
      <Button kind="primary" disabled={text === kept || error !== null} onClick={apply}>
        Apply
      </Button>
      {clause ? <Button onClick={() => remove(clause.id)}>Clear</Button> : null}
      <p id={`${id}-words`} className={error ? 'filter-words warning-text' : 'filter-words dim'} role={error ? 'alert' : undefined}>
        {error ? error.message : words}
      </p>
    </div>
  );
}
