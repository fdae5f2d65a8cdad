import { SideRow, SideSection } from '../../kit/index.ts';
import { run } from '../../commands/index.ts';

const KEYS = [
  ['go.quickOpen', 'Go to customer or view', 'Ctrl+P'],
  ['go.palette', 'All commands', 'Ctrl+Shift+P'],
  ['go.nextPart', 'Next part of the window', 'F6'],
  ['view.sideBar', 'Hide or show this bar', 'Ctrl+B'],
  ['view.panel', 'Hide or show the panel', 'Ctrl+J'],
  ['help.keys', 'All keys', '?'],
] as const;

/** The keys that lead everywhere else. */
export default function WelcomeSide() {
  return (
    <SideSection id="welcome.keys" title="Getting around">
      {KEYS.map(([id, label, key]) => (
        <SideRow key={id} label={label} value={key} onOpen={() => run(id)} />
      ))}
    </SideSection>
  );
}
