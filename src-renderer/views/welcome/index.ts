import { defineView } from '../../commands/index.ts';

export const welcome = defineView({
  id: 'welcome',
  title: 'Welcome',
  icon: 'home',
  order: 0,
  key: 'Ctrl+Shift+1',
  keywords: 'start recent sample new',
  withoutWorkspace: true,
  component: () => import('./View.tsx'),
  sideBar: () => import('./SideBar.tsx'),
});
