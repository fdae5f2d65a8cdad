import { defineView } from '../../commands/index.ts';
import { openView } from '../../data/index.ts';

export const present = defineView({
  id: 'present',
  title: 'Present',
  icon: 'play',
  order: 80,
  keywords: 'slides full screen meeting planning quarterly',
  component: () => import('./View.tsx'),
  commands: [
    {
      id: 'present.start',
      label: 'Present from live data',
      keywords: 'slides full screen meeting',
      key: 'F5',
      menu: { menu: 'View', group: 3 },
      run: () => openView('present', {}, { preview: false }),
    },
  ],
});
