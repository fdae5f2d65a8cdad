import { useEffect, useId, useMemo, useRef, useState } from 'react';
import type { Result } from '#contract/api.ts';
import {
  Button,
  capital,
  ChartFrame,
  chartState,
  DataTable,
  formatCount,
  formatDay,
  formatNumber,
  formatShare,
  Icon,
  Loading,
  TwinTable,
  useRemembered,
} from '../../kit/index.ts';
import { directionOf } from '../../kit/figures/moves.ts';
import { openCustomer, useCommand, useEngine, useEnginePages } from '../../data/index.ts';
import { movedColumns } from './moved.tsx';
import { placeOf } from './place.ts';
import type { LanguageDetail } from './place.ts';
import { Restated } from './Restated.tsx';
import { versionWords } from './words.ts';

type Preview = Result<'definitionPreview'>;
type Row = Preview['rows'][number];
/** Previewed this long after the last key. */
const PAUSE_MS = 350;
const open = (row: Row): void => openCustomer(row.customer, row.name);
const COLUMNS = movedColumns<Row>('Now → then', 190, open);

/** The rules of the ladder as text: edited with the error in its place, previewed before they are saved, and their versions. */
export function Rules({ from }: { from: string }) {
  const definitions = useEngine('definitions', {});
  const current = definitions.data?.definitions.find((d) => d.kind === 'ladder');
  if (!current)
    return chartState(definitions)?.kind === 'failed' ? (
      <p role="alert">{String(definitions.error)}</p>
    ) : (
      <Loading what="Reading the rules" />
    );
  return (
    <>
      <Editor key={`text ${current.version}`} current={current} from={from} />
      <Restated key={`past ${current.version}`} newest={current.version} versions={current.versions} from={from} />
    </>
  );
}

type Current = Result<'definitions'>['definitions'][number];

function Editor({ current, from }: { current: Current; from: string }) {
  const id = useId();
  const [draft, setDraft] = useRemembered<string | null>('ladder.draft', null);
  const text = draft ?? current.text;
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const changed = text !== current.text;
  const settled = asked === text;
  const input = useMemo(() => ({ kind: 'ladder' as const, text: asked, from }), [asked, from]);
  const preview = useEngine('definitionPreview', { ...input, limit: 0 }, { enabled: changed && settled, keep: false });
  const save = useCommand('setDefinition', { label: 'Set the rules of the ladder' });
  const reset = useCommand('resetDefinition', { label: "Return to the product's own ladder" });
  const area = useRef<HTMLTextAreaElement>(null);
  const lines = useRef<HTMLDivElement>(null);
  const error = changed && settled ? preview.error : null;
  const place = error ? placeOf(error, (error as { detail?: LanguageDetail }).detail) : null;
  const goTo = (): void => {
    if (!place?.line || !area.current) return;
    const before = text
      .split('\n')
      .slice(0, place.line - 1)
      .reduce((n, l) => n + l.length + 1, 0);
    const at = before + (place.column ?? 1) - 1;
    area.current.focus();
    area.current.setSelectionRange(at, at);
  };
  const keep = async (): Promise<void> => {
    if ((await save.run({ kind: 'ladder', text })) !== null) setDraft(null);
  };
  const count = text.split('\n').length;
  return (
    <div className="rules-edit">
      <section className="rules-text" aria-label="Rules of the ladder">
        <header className="list-head">
          <h2>Rules of the ladder</h2>
          <span className="dim">{changed ? 'changed, not saved' : capital(versionWords(current.version))}</span>
        </header>
        <p className="field-hint" id={`${id}-hint`}>
          One rule per rung, from customer up; the highest rung whose rule holds counts. A rule may go on over indented
          lines. <code>ladder NAME: condition</code> begins the rules of one type of business,{' '}
          <code>name client: words</code> renames a rung, <code>grace: 30 days</code> lets a fall wait. A rung without a
          rule is left out.
        </p>
        <div className={`code-edit${place ? ' wrong' : ''}`}>
          <div className="code-lines" ref={lines} aria-hidden="true">
            {Array.from({ length: count }, (_, k) => (
              <span key={k} className={place?.line === k + 1 ? 'wrong' : undefined}>
                {k + 1}
              </span>
            ))}
          </div>
          <textarea
            ref={area}
            aria-label="Rules of the ladder as text"
            aria-invalid={place ? true : undefined}
            aria-describedby={place ? `${id}-error` : `${id}-hint`}
            spellCheck={false}
            wrap="off"
            rows={Math.min(24, Math.max(10, count + 2))}
            value={text}
            onChange={(e) => setDraft(e.target.value === current.text ? null : e.target.value)}
            onScroll={(e) => {
              if (lines.current) lines.current.scrollTop = e.currentTarget.scrollTop;
            }}
          />
        </div>
        {place ? (
          <p id={`${id}-error`} className="field-error" role="alert">
            <Icon name="error" /> {place.words}{' '}
            {place.line === null ? null : (
              <Button kind="quiet" onClick={goTo}>
                Go to line {place.line}
              </Button>
            )}
          </p>
        ) : null}
        <div className="rules-actions">
          <Button
            kind="primary"
            disabled={!changed || !settled || preview.data === undefined || save.running}
            onClick={() => void keep()}
          >
            Save as version {current.version + 1}
          </Button>
          <Button disabled={!changed} onClick={() => setDraft(null)}>
            Discard the changes
          </Button>
          <Button
            disabled={current.version === 0 || reset.running}
            onClick={() => void reset.run({ kind: 'ladder' }).then((done) => done !== null && setDraft(null))}
          >
            Return to the product's own
          </Button>
        </div>
      </section>
      {changed && preview.data ? <WhoMoves preview={preview.data} input={input} /> : null}
      {!changed ? (
        <section className="rules-preview" aria-label="Who would move">
          <header className="list-head">
            <h2>Who would move</h2>
          </header>
          <p className="finding">Change a rule to see who would stand elsewhere. Nothing is saved before "Save".</p>
        </section>
      ) : null}
      {changed && !preview.data && !place ? (
        <section className="rules-preview" aria-label="Who would move">
          <Loading what="Seeing who would move" />
        </section>
      ) : null}
    </div>
  );
}

const read = (report: Preview) => ({ total: report.days[0]?.moved ?? 0, rows: report.rows });

function WhoMoves({ preview, input }: { preview: Preview; input: { kind: 'ladder'; text: string; from: string } }) {
  const pages = useEnginePages('definitionPreview', input, read);
  const [now, then] = preview.days;
  const up = now!.moves.reduce((n, m) => n + (directionOf(m.from, m.to) === 'up' ? m.customers : 0), 0);
  return (
    <section className="rules-preview" aria-label="Who would move">
      <ChartFrame
        id="ladder.preview"
        title={`Who would move on ${formatDay(now!.asOf)}`}
        finding={
          now!.moved === 0
            ? `Nobody of ${formatCount(now!.customers, 'customer')} would stand elsewhere.`
            : `${formatNumber(now!.moved)} of ${formatCount(now!.customers, 'customer')} (${formatShare(now!.moved / now!.customers)}) would stand elsewhere: ${formatNumber(up)} higher, ${formatNumber(now!.moved - up)} lower.${then ? ` On ${formatDay(then.asOf)} it would have been ${formatNumber(then.moved)} of ${formatNumber(then.customers)}.` : ''}`
        }
        twin={{
          columns: [{ label: 'Now' }, { label: 'By these rules' }, { label: 'Customers', numeric: true }],
          rows: now!.moves.map((m) => [m.from, m.to, m.customers]),
        }}
      >
        {now!.moves.length === 0 ? null : (
          <TwinTable
            label="Moves by the changed rules"
            twin={{
              columns: [{ label: 'Now' }, { label: 'By these rules' }, { label: 'Customers', numeric: true }],
              rows: now!.moves.map((m) => [m.from, m.to, m.customers]),
            }}
          />
        )}
      </ChartFrame>
      {now!.moved === 0 ? null : (
        <div className="ladder-list">
          <DataTable<Row>
            id="ladder.preview"
            label="Customers that would stand elsewhere"
            columns={COLUMNS}
            {...pages}
            rowKey={(r) => r.customer}
            onOpen={open}
            hideToolbar
          />
        </div>
      )}
    </section>
  );
}
