import { Suspense } from 'react';
import { Splitter } from '../kit/Splitter.tsx';
import { Loading } from '../kit/states.tsx';
import { useNothingDated } from '../data/workspace.ts';
import { useWorkbench } from '../data/workbench.ts';
import { Boundary } from './Boundary.tsx';
import { SelectionSection } from './SelectionSection.tsx';
import { viewById } from './views.ts';

/** What belongs to the view in front, then the selection. */
export function SideBar({ width }: { width: number }) {
  const tabs = useWorkbench((s) => s.tabs);
  const active = useWorkbench((s) => s.active);
  const setLayout = useWorkbench((s) => s.setLayout);
  const rename = useWorkbench((s) => s.rename);
  const tab = tabs.find((t) => t.key === active);
  const view = tab ? viewById(tab.view) : undefined;
  const empty = useNothingDated() && view?.dated === true;
  const Side = empty ? undefined : view?.SideBar;
  return (
    <aside className="side" data-part="side" aria-label="Side bar" style={{ width }} tabIndex={-1}>
      <h2 className="side-view">{view?.title ?? 'Ladderline'}</h2>
      <div className="side-scroll">
        {Side && tab ? (
          <Boundary key={tab.key} what="This part of the side bar">
            <Suspense fallback={<Loading />}>
              <Side params={tab.params} active setTitle={(title) => rename(tab.key, title)} />
            </Suspense>
          </Boundary>
        ) : null}
        <SelectionSection />
      </div>
      <Splitter
        label="Side bar width"
        orientation="vertical"
        value={width}
        min={160}
        max={600}
        onChange={(sideWidth) => setLayout({ sideWidth })}
      />
    </aside>
  );
}
