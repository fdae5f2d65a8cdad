import { defineView } from '../../commands/index.ts';

export const imports = defineView({
  id: 'imports',
  title: 'Imports',
  icon: 'cloud-upload',
  order: 10,
  withoutWorkspace: true,
  keywords: 'files csv exports drop mapping dry run ledger undo redo rejects',
  component: () => import('./View.tsx'),
  sideBar: () => import('./SideBar.tsx'),
});
