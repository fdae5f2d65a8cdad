import type { Command } from '../commands/types.ts';
import { useWorkbench } from '../data/workbench.ts';

/** The parts of the window in the order F6 walks through them. */
const PARTS = ['title', 'activity', 'side', 'editor', 'panel', 'status'] as const;
export type Part = (typeof PARTS)[number];

const lastFocus = new Map<string, HTMLElement>();
const FOCUSABLE = '[tabindex="0"], button:not([tabindex="-1"]):not([disabled]), input, select, a[href]';

function partOf(element: Element | null): string | null {
  return element?.closest<HTMLElement>('[data-part]')?.dataset['part'] ?? null;
}

/** Puts the focus into a part: where it was last, else on its first control. */
export function focusPart(part: Part): boolean {
  const root = document.querySelector<HTMLElement>(`[data-part="${part}"]`);
  if (!root || root.hidden) return false;
  const former = lastFocus.get(part);
  const target =
    former && root.contains(former) && former.checkVisibility()
      ? former
      : [...root.querySelectorAll<HTMLElement>(FOCUSABLE)].find(
          (el) => el.checkVisibility() && el.role !== 'separator',
        );
  (target ?? root).focus();
  return true;
}

function step(by: 1 | -1): void {
  const now = PARTS.indexOf((partOf(document.activeElement) ?? 'editor') as Part);
  for (let i = 1; i <= PARTS.length; i++) {
    const part = PARTS[(now + by * i + PARTS.length * 2) % PARTS.length];
    if (part && focusPart(part)) return;
  }
}

/** Remembers where the focus was in each part. Called once at start. */
export function followParts(): void {
  document.addEventListener('focusin', (event) => {
    const element = event.target;
    const part = element instanceof HTMLElement ? partOf(element) : null;
    if (part !== null && element instanceof HTMLElement) lastFocus.set(part, element);
  });
}

const later = (part: Part) => (): void => void requestAnimationFrame(() => focusPart(part));

export const PART_COMMANDS: readonly Command[] = [
  {
    id: 'go.nextPart',
    label: 'Focus Next Part',
    key: 'F6',
    inText: true,
    menu: { menu: 'Go', group: 3 },
    run: () => step(1),
  },
  {
    id: 'go.formerPart',
    label: 'Focus Former Part',
    key: 'Shift+F6',
    inText: true,
    menu: { menu: 'Go', group: 3 },
    run: () => step(-1),
  },
  { id: 'go.editor', label: 'Focus View', key: 'Ctrl+E', run: later('editor') },
  {
    id: 'go.sideBar',
    label: 'Focus Side Bar',
    key: 'Ctrl+0',
    run: () => {
      useWorkbench.getState().setLayout({ sideBar: true });
      later('side')();
    },
  },
  {
    id: 'go.panel',
    label: 'Focus Panel',
    run: () => {
      useWorkbench.getState().setLayout({ panel: true });
      later('panel')();
    },
  },
  {
    id: 'go.menu',
    label: 'Focus Menu Bar',
    key: 'F10',
    run: () => document.querySelector<HTMLElement>('[role=menubar] [tabindex="0"]')?.focus(),
  },
];
