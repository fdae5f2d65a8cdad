import { defineView } from '../../commands/index.ts';
import { openView, useOpenWorkspace } from '../../data/index.ts';
import { useShow } from './show.ts';

export const present = defineView({
  id: 'present',
  title: 'Present',
  icon: 'play',
  order: 80,
  dated: true,
  keywords: 'slides full screen meeting planning quarterly',
  component: () => import('./View.tsx'),
  commands: [
    {
      id: 'present.start',
      label: 'Present from Live Data',
      keywords: 'slides full screen meeting deck',
      key: 'F5',
      menu: { menu: 'View', group: 3 },
      when: () => useOpenWorkspace.getState().info !== null,
      run: () => {
        openView('present');
        useShow.getState().start();
      },
    },
  ],
});
