import { useEffect } from 'react';
import { useWorkbench } from '../data/workbench.ts';
import { ActivityBar } from './ActivityBar.tsx';
import { Dialogs } from './Dialogs.tsx';
import { DropOverlay } from './DropOverlay.tsx';
import { Interrupted } from './Interrupted.tsx';
import { EditorArea } from './EditorArea.tsx';
import { Notification } from './Notification.tsx';
import { Panel } from './panel/Panel.tsx';
import { QuickInput } from './QuickInput.tsx';
import { SideBar } from './SideBar.tsx';
import { StatusBar } from './StatusBar.tsx';
import { TabSwitcher } from './TabSwitcher.tsx';
import { TitleBar } from './TitleBar.tsx';

/** The window: title bar, activity bar, side bar, editor area over panel, status bar. */
export function Frame() {
  const layout = useWorkbench((s) => s.layout);
  const zen = layout.zen;

  useEffect(() => {
    document.documentElement.classList.toggle('zen', zen);
  }, [zen]);

  return (
    <div className={zen ? 'frame frame-zen' : 'frame'}>
      <TitleBar />
      <div className="middle">
        <ActivityBar />
        {layout.sideBar && !zen ? <SideBar width={layout.sideWidth} /> : null}
        <div className="centre">
          <Interrupted />
          <EditorArea />
          {layout.panel && !zen ? <Panel height={layout.panelHeight} /> : null}
        </div>
      </div>
      <StatusBar />
      <QuickInput />
      <TabSwitcher />
      <Dialogs />
      <Notification />
      <DropOverlay />
    </div>
  );
}
