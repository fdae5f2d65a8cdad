import { useState } from 'react';
import { Button, Check, IconButton, Isolated, Select, TextField } from '../../kit/index.ts';
import type { RecipeStep } from './edits.ts';

type Op = RecipeStep['op'];
type OnFail = NonNullable<RecipeStep['onFail']>;

const OPS: readonly { value: Op; label: string }[] = [
  { value: 'trim', label: 'trim blanks' },
  { value: 'replace', label: 'replace' },
  { value: 'split', label: 'take one part' },
  { value: 'mojibake', label: 'repair garbled letters' },
];
const FAILS: readonly { value: OnFail; label: string }[] = [
  { value: 'keep', label: 'the value stays' },
  { value: 'empty', label: 'the value becomes empty' },
  { value: 'reject', label: 'the row is rejected' },
];

/** A step as a sentence. */
export function stepWords(step: RecipeStep): string {
  switch (step.op) {
    case 'trim':
      return 'trims blanks';
    case 'replace':
      return `replaces ${step.pattern ? 'the pattern ' : ''}“${step.find}” by “${step.with}”`;
    case 'split':
      return `takes part ${step.take} between “${step.by}”`;
    case 'map':
      return `translates ${Object.keys(step.values).length} words`;
    case 'mojibake':
      return 'repairs garbled letters';
    default:
      return unexpected(step);
  }
}

function unexpected(step: never): never {
  throw new Error(`unexpected step ${JSON.stringify(step)}`);
}

/** The cleaning steps of one column, in their order; they are kept with the mapping and run on the next file too. */
export function Steps({
  header,
  steps,
  sample,
  disabled,
  onChange,
}: {
  header: string;
  steps: readonly RecipeStep[];
  sample: string;
  disabled: boolean;
  onChange: (steps: readonly RecipeStep[]) => void;
}) {
  const [op, setOp] = useState<Op>('trim');
  const [find, setFind] = useState('');
  const [by, setBy] = useState('');
  const [take, setTake] = useState('1');
  const [pattern, setPattern] = useState(false);
  const own = steps.filter((s) => s.column === header);
  const bad = op === 'replace' && pattern && !isPattern(find) ? 'is not a pattern' : null;
  const ready = op === 'replace' ? find !== '' && bad === null : op === 'split' ? find !== '' : true;
  const add = (): void => {
    if (!ready) return;
    const made: RecipeStep =
      op === 'replace'
        ? { op, column: header, find, with: by, ...(pattern ? { pattern: true } : {}) }
        : op === 'split'
          ? { op, column: header, by: find, take: Number(take) }
          : op === 'map'
            ? { op, column: header, values: {} }
            : { op, column: header };
    onChange([...steps, made]);
    setFind('');
    setBy('');
  };
  return (
    <section className="imports-steps" aria-label={`Cleaning steps of ${header}`}>
      <h4>Cleaning steps</h4>
      {own.length === 0 ? (
        <p className="dim">None. Example: {sample === '' ? 'no value' : <Isolated text={sample} />}</p>
      ) : null}
      <ol>
        {own.map((step) => {
          const at = steps.indexOf(step);
          return (
            <li key={at}>
              <span>
                <Isolated text={stepWords(step)} />
              </span>
              {step.op === 'trim' ? null : (
                <select
                  className="select"
                  aria-label={`If step ${at + 1} cannot treat a value`}
                  value={step.onFail ?? 'keep'}
                  disabled={disabled}
                  onChange={(e) => onChange(steps.with(at, { ...step, onFail: e.target.value as OnFail }))}
                >
                  {FAILS.map((f) => (
                    <option key={f.value} value={f.value}>
                      else {f.label}
                    </option>
                  ))}
                </select>
              )}
              <IconButton
                icon="trash"
                label={`Remove the step that ${stepWords(step)}`}
                disabled={disabled}
                onClick={() => onChange(steps.filter((_, i) => i !== at))}
              />
            </li>
          );
        })}
      </ol>
      {disabled ? null : (
        <div className="imports-step" role="group" aria-label="Add a step">
          <Select<Op> label="Step" value={op} choices={OPS} onChange={setOp} />
          {op === 'replace' || op === 'split' ? (
            <TextField
              label={op === 'replace' ? 'What' : 'Between'}
              value={find}
              error={bad}
              onChange={setFind}
              onKeyDown={(e) => {
                if (e.key === 'Enter') add();
              }}
            />
          ) : null}
          {op === 'replace' ? (
            <>
              <TextField label="By" value={by} onChange={setBy} />
              <Check label="pattern" checked={pattern} onChange={setPattern} />
            </>
          ) : null}
          {op === 'split' ? (
            <Select
              label="Part"
              value={take}
              choices={Array.from({ length: 9 }, (_, i) => ({ value: String(i + 1), label: String(i + 1) }))}
              onChange={setTake}
            />
          ) : null}
          <Button icon="add" disabled={!ready} onClick={add}>
            Add step
          </Button>
        </div>
      )}
    </section>
  );
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
