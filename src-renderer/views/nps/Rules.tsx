import { useEffect, useId, useState } from 'react';
import type { Result } from '#contract/api.ts';
import { Answer, Button, DataTable, formatCount, formatNumber, Segmented, useRemembered } from '../../kit/index.ts';
import type { Column } from '../../kit/index.ts';
import { openCustomer, useCommand, useEngine, useEnginePages } from '../../data/index.ts';

type Texts = Result<'npsTexts'>['texts'];
type Kind = Texts[number]['kind'];
const PAUSE_MS = 350;

const WORDS: Record<Kind, { title: string; hint: string }> = {
  rules: {
    title: 'NPS rules',
    hint: 'From how many answers on a score is published, business hours, alerts that open cases, limits of invitations, roles, points of the journey. A line is a name, a colon and what it means.',
  },
  themes: {
    title: 'Themes of comments',
    hint: 'One theme a line: a name, a colon and a search, such as Price: expensive or "too dear" or price*. Without a search a theme is sorted by hand.',
  },
  benchmarks: {
    title: 'Benchmarks',
    hint: 'The lines of a file of your own, with a header: name;nps;responses;year;source, or promoters, passives and detractors in place of nps.',
  },
};

/** The rules, themes and benchmarks as text: previewed before they are saved, each version kept; and who may be invited. */
export function Rules() {
  const query = useEngine('npsTexts', {});
  const [kind, setKind] = useRemembered<Kind>('nps.text', 'rules');
  return (
    <Answer of={query} what="Reading the rules">
      {({ texts }) => {
        const current = texts.find((one) => one.kind === kind) ?? texts[0]!;
        return (
          <>
            <Editor key={`${current.kind} ${current.version}`} current={current} kind={kind} setKind={setKind} />
            {kind === 'rules' ? <Invitations /> : null}
          </>
        );
      }}
    </Answer>
  );
}

function Editor({ current, kind, setKind }: { current: Texts[number]; kind: Kind; setKind: (kind: Kind) => void }) {
  const id = useId();
  const [draft, setDraft] = useRemembered<string | null>(`nps.draft.${kind}`, null);
  const text = draft ?? current.text;
  const changed = text !== current.text;
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const preview = useEngine(
    'npsRulesPreview',
    { text: asked },
    { enabled: kind === 'rules' && changed && asked === text, keep: false },
  );
  const save = useCommand('setNpsText', { label: `Set: ${WORDS[kind].title}` });
  const keep = async (next: string | null): Promise<void> => {
    if ((await save.run({ kind, text: next })) !== null) setDraft(null);
  };
  const error = kind === 'rules' && changed && preview.error ? preview.error.message : (save.error?.message ?? null);
  const lines = text.split('\n').length;
  return (
    <section className="nps-rules" aria-label={WORDS[kind].title}>
      <header className="list-head">
        <h2>{WORDS[kind].title}</h2>
        <Segmented<Kind>
          label="Which text"
          value={kind}
          onChange={setKind}
          choices={[
            { value: 'rules', label: 'rules' },
            { value: 'themes', label: 'themes' },
            { value: 'benchmarks', label: 'benchmarks' },
          ]}
        />
        <span className="dim">
          {changed ? 'changed, not saved' : current.version === 0 ? "the product's own" : `version ${current.version}`}
        </span>
      </header>
      <p className="field-hint" id={`${id}-hint`}>
        {WORDS[kind].hint}
      </p>
      <textarea
        className="nps-text"
        aria-label={`${WORDS[kind].title} as text`}
        aria-invalid={error ? true : undefined}
        aria-describedby={error ? `${id}-error` : `${id}-hint`}
        spellCheck={false}
        wrap="off"
        rows={Math.min(22, Math.max(8, lines + 1))}
        value={text}
        onChange={(e) => setDraft(e.target.value === current.text ? null : e.target.value)}
      />
      {error ? (
        <p className="field-error" role="alert" id={`${id}-error`}>
          {error}
        </p>
      ) : null}
      {kind === 'rules' && changed && preview.data ? <p className="finding">{previewSentence(preview.data)}</p> : null}
      <div className="nps-buttons">
        <Button
          kind="primary"
          disabled={!changed || save.running || (kind === 'rules' && (asked !== text || preview.data === undefined))}
          onClick={() => void keep(text)}
        >
          Save as version {current.version + 1}
        </Button>
        <Button disabled={!changed} onClick={() => setDraft(null)}>
          Discard the changes
        </Button>
        <Button disabled={current.version === 0 || save.running} onClick={() => void keep(null)}>
          Return to the product's own
        </Button>
      </div>
    </section>
  );
}

function previewSentence(p: Result<'npsRulesPreview'>): string {
  return `By these rules ${formatCount(p.cases.would, 'case')} instead of ${formatNumber(p.cases.now)}: ${formatNumber(p.opened)} more, ${formatNumber(p.dropped)} fewer; ${formatNumber(p.overdue.would)} overdue instead of ${formatNumber(p.overdue.now)}. A score is published from ${formatCount(p.minimum.would, 'answer')} on.`;
}

type Asked = Result<'npsAsk'>['rows'][number];
type Show = Result<'npsAsk'>['show'];
const COLUMNS: readonly Column<Asked>[] = [
  { id: 'person', header: 'Person', value: (r) => r.person, size: 180 },
  { id: 'title', header: 'Title', value: (r) => r.title, size: 150 },
  { id: 'name', header: 'Customer', value: (r) => r.name, size: 200, onOpen: (r) => openCustomer(r.customer, r.name) },
  { id: 'invitations', header: 'Invitations', kind: 'number', value: (r) => r.invitations, size: 90 },
  { id: 'last', header: 'Last invited', kind: 'day', value: (r) => r.lastInvited, size: 104 },
  { id: 'rule', header: 'Limit', value: (r) => r.rule, size: 120 },
  {
    id: 'day',
    header: 'Day',
    kind: 'day',
    value: (r) => r.day,
    size: 104,
    meaning: 'Day of the breach, or the first day on which the person may be invited again',
  },
];
const read = (report: Result<'npsAsk'>) => ({ total: report.total, rows: report.rows });

/** Who was invited more often than the limits allow, and who may be invited. */
function Invitations() {
  const [show, setShow] = useRemembered<Show>('nps.ask', 'blocked');
  const pages = useEnginePages('npsAsk', { show }, read);
  const report = pages.report;
  return (
    <section className="nps-list" aria-label="Invitations">
      <header className="list-head">
        <h2>Invitations</h2>
        <Segmented<Show>
          label="Who is listed"
          value={show}
          onChange={setShow}
          choices={[
            { value: 'allowed', label: 'may be invited' },
            { value: 'blocked', label: 'not yet' },
            { value: 'breaches', label: 'invited too often' },
          ]}
        />
        {report ? (
          <span className="dim">
            {formatCount(report.people, 'person', 'people')}: {formatNumber(report.allowed)} may be invited,{' '}
            {formatNumber(report.blocked)} not yet, {formatNumber(report.optedOut)} opted out;{' '}
            {formatCount(report.breaches, 'breach', 'breaches')} so far
          </span>
        ) : null}
      </header>
      <DataTable<Asked>
        id="nps.ask"
        label="Invitations"
        columns={COLUMNS}
        {...pages}
        rowKey={(r) => `${r.id} ${r.day ?? ''} ${r.rule ?? ''}`}
        onOpen={(r) => openCustomer(r.customer, r.name)}
        hideToolbar
        empty={{ title: 'Nobody', needs: 'Nobody is in this list.' }}
      />
    </section>
  );
}
