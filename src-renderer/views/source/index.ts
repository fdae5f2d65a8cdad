import { defineView } from '../../commands/index.ts';

export const source = defineView({
  id: 'source',
  title: 'Source file',
  icon: 'file-code',
  timeless: true,
  component: () => import('./View.tsx'),
});
