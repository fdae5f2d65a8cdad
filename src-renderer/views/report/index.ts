import { defineView } from '../../commands/index.ts';

export const report = defineView({
  id: 'report',
  title: 'Report',
  icon: 'book',
  order: 90,
  dated: true,
  keywords: 'html deck pages save export print',
  component: () => import('./View.tsx'),
});
