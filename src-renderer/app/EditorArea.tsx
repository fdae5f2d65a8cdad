import { Activity, Suspense, useCallback, useMemo, useState } from 'react';
import { formatDay } from '../kit/format.ts';
import { ViewSlotsContext } from '../kit/slots.tsx';
import { EmptyState, Loading } from '../kit/states.tsx';
import { run } from '../commands/workbench.ts';
import { useSelection } from '../data/selection.ts';
import { useOpenWorkspace } from '../data/version.ts';
import { useAsOf, useNothingDated } from '../data/workspace.ts';
import { useWorkbench } from '../data/workbench.ts';
import type { Tab } from '../data/workbench.ts';
import { Boundary } from './Boundary.tsx';
import { TabStrip } from './TabStrip.tsx';
import { viewById } from './views.ts';

/** Views of this many tabs stay alive in the background; the others are drawn anew when they come to the front. */
const ALIVE = 8;

export function EditorArea() {
  const tabs = useWorkbench((s) => s.tabs);
  const active = useWorkbench((s) => s.active);
  const used = useWorkbench((s) => s.used);
  const known = useOpenWorkspace((s) => s.known);
  const epoch = useOpenWorkspace((s) => s.epoch);
  const alive = new Set(used.slice(0, ALIVE));
  return (
    <main className="editor" data-part="editor" tabIndex={-1}>
      <TabStrip />
      {tabs
        .filter((t) => t.key === active || alive.has(t.key))
        .map((tab) => (
          <Activity key={`${epoch} ${tab.key}`} mode={tab.key === active ? 'visible' : 'hidden'}>
            <TabArea tab={tab} active={tab.key === active} />
          </Activity>
        ))}
      {tabs.length === 0 ? <h1 className="hidden-label">Ladderline</h1> : null}
      {tabs.length === 0 && known ? (
        <EmptyState
          icon="layers"
          title="No tab is open"
          needs="Open a view from the bar on the left, or look for a customer, a view or a command."
          action={{ label: 'Go to…', run: () => run('go.quickOpen') }}
        />
      ) : null}
      {known ? null : <Loading what="Opening the workspace" />}
    </main>
  );
}

function TabArea({ tab, active }: { tab: Tab; active: boolean }) {
  const [controls, setControls] = useState<HTMLElement | null>(null);
  const [crumbs, setCrumbs] = useState<HTMLElement | null>(null);
  const slots = useMemo(() => ({ active, controls, crumbs }), [active, controls, crumbs]);
  const rename = useWorkbench((s) => s.rename);
  const setTitle = useCallback((title: string) => rename(tab.key, title), [rename, tab.key]);
  const view = viewById(tab.view);
  const empty = useNothingDated() && view?.dated === true;
  if (!view)
    return <EmptyState title="This view is not there" needs={`Nothing is named "${tab.view}" in this version.`} />;
  return (
    <section className="tab-area" role="tabpanel" id={`area-${tab.key}`} aria-labelledby={`tab-${tab.key}`}>
      <div className="crumb-line">
        <nav className="crumbs" aria-label="Where this is">
          <h1>{tab.title || view.title}</h1>
          <span className="crumb-slot" ref={setCrumbs} />
          {view.withoutWorkspace || view.timeless ? null : <ContextCrumbs />}
        </nav>
        <div className="view-controls" ref={setControls} />
      </div>
      <ViewSlotsContext value={slots}>
        <Boundary what={view.title}>
          <Suspense fallback={<Loading />}>
            <div className="view">
              {empty ? <NothingDated /> : <view.View params={tab.params} active={active} setTitle={setTitle} />}
            </div>
          </Suspense>
        </Boundary>
      </ViewSlotsContext>
    </section>
  );
}

function NothingDated() {
  return (
    <EmptyState
      icon="cloud-upload"
      title="Nothing has been imported yet"
      needs="Every figure is as of a day, and this workspace has none: it needs exports of orders or invoices, survey answers, calls, visits, e-mails or tickets."
      action={{ label: 'Import files', run: () => run('file.import') }}
    />
  );
}

function ContextCrumbs() {
  const clauses = useSelection((s) => s.clauses);
  const { asOf } = useAsOf();
  return (
    <>
      <span className="crumb">
        {clauses.length === 0 ? 'all customers' : clauses.map((c) => c.sentence).join(' and ')}
      </span>
      {asOf ? <span className="crumb">as of {formatDay(asOf)}</span> : null}
    </>
  );
}
