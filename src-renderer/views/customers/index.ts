import { defineView } from '../../commands/index.ts';

export const customers = defineView({
  id: 'customers',
  title: 'Customers',
  icon: 'organization',
  order: 20,
  keywords: 'table list filter segment accounts companies',
  component: () => import('./View.tsx'),
  sideBar: () => import('./SideBar.tsx'),
});
