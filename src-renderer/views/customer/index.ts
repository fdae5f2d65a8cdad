import { defineView } from '../../commands/index.ts';

export const customer = defineView({
  id: 'customer',
  title: 'Customer',
  icon: 'account',
  component: () => import('./View.tsx'),
  sideBar: () => import('./SideBar.tsx'),
});
