import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { Button, Icon } from '../../kit/index.ts';
import { useEngine, useSelection } from '../../data/index.ts';
import { completionsAt, replacedAt, wordAt } from './completion.ts';
import type { Completion } from './completion.ts';

/** Checked this long after the last key. */
const PAUSE_MS = 180;
export const FILTER_ID = 'customers-filter';

type LanguageDetail = { line: number; column: number; expected: string | null; nearest: string | null };

/** One line in the language: checked while typed, said in words, kept as the selection on Enter. */
export function Filter() {
  const id = useId();
  const clause = useSelection((s) => s.clauses.find((c) => c.view === 'customers' && !c.pinned));
  const { put, remove } = useSelection.getState();
  const kept = clause?.text ?? '';
  const [text, setText] = useState(kept);
  const [shown, setShown] = useState(kept);
  if (shown !== kept) {
    setShown(kept);
    setText(kept);
  }
  const [asked, setAsked] = useState(text);
  const [choice, setChoice] = useState(-1);
  const [open, setOpen] = useState(false);
  const [caret, setCaret] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  /** Enter was pressed before the text was checked. */
  const [pressed, setPressed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);

  const fields = useEngine('fields', { relation: 'customer' });
  const described = useEngine('describe', { text: asked }, { enabled: asked.trim() !== '', keep: false });
  const suggestions = useMemo(
    () => (open ? completionsAt(text, caret, fields.data?.fields ?? []) : []),
    [open, text, caret, fields.data],
  );
  const empty = text.trim() === '';
  const settled = asked === text;
  const found = settled && !empty ? described.data : undefined;
  const error = settled && !empty ? described.error : null;
  const detail = (error as { detail?: LanguageDetail } | null)?.detail;

  useEffect(() => {
    if (!pressed || (!found && !error)) return;
    // oxlint-disable-next-line react/set-state-in-effect -- the engine's answer comes later than the key that asked
    setPressed(false);
    if (found) put('customers', { text: found.printed, sentence: found.sentence });
  }, [pressed, found, error, put]);

  const apply = (): void => {
    setOpen(false);
    if (!empty) {
      setAsked(text);
      setPressed(true);
    } else if (clause) remove(clause.id);
  };
  const write = (next: string, place: number): void => {
    setText(next);
    setCaret(place);
    setChoice(-1);
    setOpen(false);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(place, place);
    });
  };
  const accept = (completion: Completion): void => {
    const word = wordAt(text, caret);
    if (!word) return;
    write(`${text.slice(0, word.start)}${completion.name}${text.slice(caret)}`, word.start + completion.name.length);
  };
  const onKeyDown = (e: KeyboardEvent): void => {
    const count = suggestions.length;
    if (e.key === 'ArrowDown' && count > 0) setChoice((choice + 1) % count);
    else if (e.key === 'ArrowUp' && count > 0) setChoice((Math.max(0, choice) + count - 1) % count);
    else if (e.key === 'Tab' && !e.shiftKey && count > 0) accept(suggestions[Math.max(0, choice)]!);
    else if (e.key === 'Enter' && choice >= 0 && suggestions[choice]) accept(suggestions[choice]);
    else if (e.key === 'Enter') apply();
    else if (e.key === 'Escape' && count > 0) setOpen(false);
    else if (e.key === 'Escape' && text !== kept) setText(kept);
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  const words = empty
    ? 'All customers. For example: rung = client and open_gap > 60'
    : found
      ? `${found.sentence}${text === kept ? '' : '; Enter filters'}`
      : '';
  return (
    <div className="filter" role="search" aria-label="Customers">
      <label htmlFor={FILTER_ID} className="filter-label">
        <Icon name="filter" /> Filter
      </label>
      <div className="filter-box">
        <input
          id={FILTER_ID}
          ref={input}
          className="input"
          role="combobox"
          aria-expanded={suggestions.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={suggestions[choice] ? `${id}-${choice}` : undefined}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-words`}
          spellCheck={false}
          autoComplete="off"
          value={text}
          onChange={(e) => {
            setText(e.target.value);
            setCaret(e.target.selectionStart ?? e.target.value.length);
            setChoice(-1);
            setOpen(true);
            setPressed(false);
          }}
          onSelect={(e) => setCaret(e.currentTarget.selectionStart ?? 0)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
        />
        <ul
          id={`${id}-list`}
          role="listbox"
          aria-label="Suggestions"
          className="filter-list"
          hidden={suggestions.length === 0}
        >
          {suggestions.map((s, i) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the keyboard works in the field
            <li
              key={s.name}
              id={`${id}-${i}`}
              role="option"
              aria-selected={i === choice}
              onMouseDown={(e) => {
                e.preventDefault();
                accept(s);
              }}
            >
              <strong>{s.name}</strong> <span>{s.meaning}</span>
            </li>
          ))}
        </ul>
      </div>
      <Button kind="primary" disabled={text === kept || error !== null} onClick={apply}>
        Apply
      </Button>
      {clause ? <Button onClick={() => remove(clause.id)}>Clear</Button> : null}
      <div id={`${id}-words`} className="filter-words">
        {error ? (
          <>
            {detail && text.length > 0 ? (
              <code className="filter-place" aria-hidden="true">
                {`${' '.repeat(Math.max(0, detail.column - 1))}^`}
              </code>
            ) : null}
            <span className="warning-text" role="alert">
              {detail ? `Character ${detail.column}: ` : ''}
              {error.message.replace(/^\d+:\d+ /, '')}
              {detail?.expected && !detail.nearest && !error.message.includes(detail.expected)
                ? `; expected ${detail.expected}`
                : ''}
            </span>
            {detail?.nearest ? (
              <Button
                kind="quiet"
                onClick={() => {
                  const next = replacedAt(text, detail.column, detail.nearest!);
                  write(next, next.length);
                }}
              >
                Write {detail.nearest}
              </Button>
            ) : null}
          </>
        ) : (
          <span className="dim">{words}</span>
        )}
      </div>
    </div>
  );
}
