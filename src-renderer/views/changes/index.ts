import { defineView } from '../../commands/index.ts';

export const changes = defineView({
  id: 'changes',
  title: 'Changes',
  icon: 'bell',
  order: 60,
  dated: true,
  keywords: 'what changed early warning drift psi cusum ewma control chart significant false alarm agenda',
  component: () => import('./View.tsx'),
  sideBar: () => import('./SideBar.tsx'),
});
