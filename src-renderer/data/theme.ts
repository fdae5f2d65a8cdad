import { create } from 'zustand';

export type Theme = 'dark' | 'light' | 'hc-dark' | 'hc-light';
export type ThemeChoice = Theme | 'system';

const LIGHT = '(prefers-color-scheme: light)';
const CONTRAST = '(prefers-contrast: more)';

function resolved(choice: ThemeChoice): Theme {
  if (choice !== 'system') return choice;
  const light = window.matchMedia(LIGHT).matches;
  if (window.matchMedia(CONTRAST).matches) return light ? 'hc-light' : 'hc-dark';
  return light ? 'light' : 'dark';
}

/** The colour theme: what was chosen and what it comes to. Canvas code redraws when `theme` changes. */
export const useTheme = create<{ choice: ThemeChoice; theme: Theme; choose(choice: ThemeChoice): void }>()((set) => ({
  choice: 'system',
  theme: 'dark',
  choose: (choice) => {
    const theme = resolved(choice);
    document.documentElement.dataset['theme'] = theme;
    set({ choice, theme });
  },
}));

/** Follows the system's colour scheme while the choice is `system`. Called once at start. */
export function followTheme(): void {
  const { choose } = useTheme.getState();
  const again = (): void => choose(useTheme.getState().choice);
  window.matchMedia(LIGHT).addEventListener('change', again);
  window.matchMedia(CONTRAST).addEventListener('change', again);
  again();
}
