import { useEffect, useId, useState } from 'react';
import type { Result } from '#contract/api.ts';
import {
  Button,
  ErrorState,
  formatCount,
  formatNumber,
  Icon,
  Loading,
  TwinTable,
  useRemembered,
} from '../../kit/index.ts';
import { errorParts, useCommand, useEngine } from '../../data/index.ts';

type Definition = Result<'definitions'>['definitions'][number];

/** Previewed this long after the last key. */
const PAUSE_MS = 350;

/** The rules of touches as text: edited with the error in its place, previewed before they are saved, and their versions. */
export function Rules() {
  const query = useEngine('definitions', {});
  const current = query.data?.definitions.find((one) => one.kind === 'touch');
  if (!current)
    return query.error ? (
      <ErrorState error={query.error} retry={() => void query.refetch()} />
    ) : (
      <Loading what="Reading the rules of touches" />
    );
  return <Editor key={current.version} current={current} />;
}

function Editor({ current }: { current: Definition }) {
  const id = useId();
  const [draft, setDraft] = useRemembered<string | null>('touches.draft', null);
  const text = draft ?? current.text;
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const changed = text !== current.text;
  const settled = asked === text;
  const preview = useEngine(
    'definitionPreview',
    { kind: 'touch', text: asked, limit: 0 },
    { enabled: changed && settled, keep: false },
  );
  const save = useCommand('setDefinition', { label: 'Set the rules of touches' });
  const reset = useCommand('resetDefinition', { label: "Return to the product's own rules of touches" });
  const error = changed && settled && preview.error ? errorParts(preview.error).message : null;
  const day = preview.data?.days[0];
  return (
    <div className="touch-rules">
      <section aria-label="Rules of touches">
        <header className="list-head">
          <h2>Rules of touches</h2>
          <span className="dim">
            {changed
              ? 'changed, not saved'
              : current.version === 0
                ? "the product's own"
                : `version ${current.version}`}
          </span>
        </header>
        <textarea
          className="touch-rules-text"
          aria-label="Rules of touches as text"
          aria-invalid={error !== null}
          aria-describedby={error === null ? undefined : `${id}-error`}
          spellCheck={false}
          wrap="off"
          rows={Math.min(44, Math.max(16, text.split('\n').length))}
          value={text}
          onChange={(e) => setDraft(e.target.value === current.text ? null : e.target.value)}
        />
        {error === null ? null : (
          <p id={`${id}-error`} className="field-error" role="alert">
            <Icon name="error" /> {error}
          </p>
        )}
        <div className="touch-rules-actions">
          <Button
            kind="primary"
            disabled={!changed || !settled || preview.data === undefined || save.running}
            onClick={() => void save.run({ kind: 'touch', text }).then((done) => done !== null && setDraft(null))}
          >
            Save as version {current.version + 1}
          </Button>
          <Button disabled={!changed} onClick={() => setDraft(null)}>
            Discard the changes
          </Button>
          <Button
            disabled={current.version === 0 || reset.running}
            onClick={() => void reset.run({ kind: 'touch' }).then((done) => done !== null && setDraft(null))}
          >
            Return to the product's own
          </Button>
        </div>
      </section>
      <section aria-label="What would change" aria-live="polite">
        <header className="list-head">
          <h2>What would change</h2>
        </header>
        {!changed ? (
          <p className="finding">Change a line to see what would change. Nothing is saved before "Save".</p>
        ) : preview.data && day ? (
          <>
            <p className="finding">
              {day.moved === 0
                ? `Nobody of ${formatCount(day.customers, 'customer')} would be of another class.`
                : `${formatNumber(day.moved)} of ${formatCount(day.customers, 'customer')} would be of another class.`}
            </p>
            <TwinTable
              twin={{
                columns: [{ label: 'What' }, { label: 'Now', numeric: true }, { label: 'Then', numeric: true }],
                rows: (preview.data.counts ?? []).map((c) => [c.what, c.now, c.would]),
              }}
              label="Findings now and then"
            />
            {day.moves.length > 0 ? (
              <TwinTable
                twin={{
                  columns: [{ label: 'From' }, { label: 'To' }, { label: 'Customers', numeric: true }],
                  rows: day.moves.map((m) => [m.from, m.to, m.customers]),
                }}
                label="Customers by class now and then"
              />
            ) : null}
          </>
        ) : error === null ? (
          <Loading what="Seeing what would change" />
        ) : (
          <p className="finding">The text cannot be read yet.</p>
        )}
        {current.versions.length > 0 ? (
          <>
            <header className="list-head">
              <h2>Versions</h2>
            </header>
            <ul className="touch-versions">
              {current.versions.map((v) => (
                <li key={v.version}>
                  Version {v.version}, {v.at.slice(0, 10)}{' '}
                  {v.version === current.version ? (
                    <span className="dim">in use</span>
                  ) : (
                    <Button kind="quiet" onClick={() => setDraft(v.text)}>
                      Put version {v.version} into the text
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          </>
        ) : null}
      </section>
    </div>
  );
}
