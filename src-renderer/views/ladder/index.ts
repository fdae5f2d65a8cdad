import { defineView } from '../../commands/index.ts';

export const ladder = defineView({
  id: 'ladder',
  title: 'Ladder',
  icon: 'layers',
  order: 30,
  dated: true,
  keywords:
    'rungs loyalty payne migration sankey moved slid rose prospect customer client supporter advocate partner lapsed',
  component: () => import('./View.tsx'),
  sideBar: () => import('./SideBar.tsx'),
});
