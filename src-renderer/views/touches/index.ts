import { defineView } from '../../commands/index.ts';

export const touches = defineView({
  id: 'touches',
  title: 'Touches',
  icon: 'pulse',
  order: 50,
  dated: true,
  keywords:
    'touch rhythm gaps silence barrage burst collision dispute spacing evenness strip channels teams contact frequency',
  component: () => import('./View.tsx'),
  sideBar: () => import('./SideBar.tsx'),
});
