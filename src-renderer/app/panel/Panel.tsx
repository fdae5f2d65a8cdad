import { IconButton } from '../../kit/controls.tsx';
import { formatNumber } from '../../kit/format.ts';
import { Splitter } from '../../kit/Splitter.tsx';
import { Tabs } from '../../kit/Tabs.tsx';
import { useTasks } from '../../data/run.ts';
import { useWorkspace } from '../../data/workspace.ts';
import { useWorkbench } from '../../data/workbench.ts';
import type { PanelTab } from '../../data/workbench.ts';
import { Boundary } from '../Boundary.tsx';
import { HistoryPanel } from './HistoryPanel.tsx';
import { ListPanel } from './ListPanel.tsx';
import { OutputPanel } from './OutputPanel.tsx';
import { ProblemsPanel } from './ProblemsPanel.tsx';
import { ProgressPanel } from './ProgressPanel.tsx';

/** Problems, List, Output, Progress and History below the editor area. */
export function Panel({ height }: { height: number }) {
  const panelTab = useWorkbench((s) => s.layout.panelTab);
  const setLayout = useWorkbench((s) => s.setLayout);
  const { status } = useWorkspace();
  const running = useTasks((s) => s.tasks.filter((t) => t.state === 'running').length);
  const problems = status?.problems.length ?? 0;
  return (
    <section className="panel" data-part="panel" aria-label="Panel" style={{ height }} tabIndex={-1}>
      <Splitter
        label="Panel height"
        orientation="horizontal"
        value={height}
        min={90}
        max={700}
        grows={-1}
        onChange={(panelHeight) => setLayout({ panelHeight })}
      />
      <Tabs<PanelTab>
        label="Panel"
        className="panel-tabs"
        value={panelTab}
        onChange={(id) => setLayout({ panelTab: id })}
        items={[
          { id: 'problems', label: 'Problems', badge: problems > 0 ? formatNumber(problems) : null },
          { id: 'list', label: 'List' },
          { id: 'output', label: 'Output' },
          { id: 'progress', label: 'Progress', badge: running > 0 ? running : null },
          { id: 'history', label: 'History' },
        ]}
      >
        <Boundary key={panelTab} what="The panel">
          <PanelBody tab={panelTab} />
        </Boundary>
      </Tabs>
      <IconButton
        className="panel-close"
        icon="close"
        label="Close panel"
        onClick={() => setLayout({ panel: false })}
      />
    </section>
  );
}

function PanelBody({ tab }: { tab: PanelTab }) {
  switch (tab) {
    case 'problems':
      return <ProblemsPanel />;
    case 'list':
      return <ListPanel />;
    case 'output':
      return <OutputPanel />;
    case 'progress':
      return <ProgressPanel />;
    case 'history':
      return <HistoryPanel />;
  }
}
