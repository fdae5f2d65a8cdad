import { defineView } from '../../commands/index.ts';

export const nps = defineView({
  id: 'nps',
  title: 'NPS',
  icon: 'comment-discussion',
  order: 40,
  dated: true,
  keywords: 'net promoter score promoter passive detractor survey wave answers verbatim interval loyalty',
  component: () => import('./View.tsx'),
  sideBar: () => import('./SideBar.tsx'),
});
