import { createContext, useContext } from 'react';
import type { ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { Icon } from './Icon.tsx';
import { useRemembered } from './memory.ts';

/** What the frame gives the view it shows: whether it is in front, and where its controls and crumbs go. */
export type ViewSlots = { active: boolean; controls: HTMLElement | null; crumbs: HTMLElement | null };
export const ViewSlotsContext = createContext<ViewSlots>({ active: false, controls: null, crumbs: null });

/** Puts the view's controls at the right end of the breadcrumb line. */
export function ViewControls({ children }: { children: ReactNode }) {
  const { active, controls } = useContext(ViewSlotsContext);
  return active && controls ? createPortal(children, controls) : null;
}

/** Adds words to the breadcrumb line after the view's title: `<Crumbs items={['clients', 'last 39 weeks']} />`. */
export function Crumbs({ items }: { items: readonly ReactNode[] }) {
  const { active, crumbs } = useContext(ViewSlotsContext);
  if (!active || !crumbs) return null;
  return createPortal(
    items.map((item, i) => (
      // oxlint-disable-next-line react/no-array-index-key -- a crumb is known by its place
      <span key={i} className="crumb">
        {item}
      </span>
    )),
    crumbs,
  );
}

/** A collapsible section of the side bar; whether it is open is remembered under `id`. */
export function SideSection({
  id,
  title,
  note,
  open = true,
  children,
}: {
  id: string;
  title: string;
  note?: ReactNode;
  open?: boolean;
  children: ReactNode;
}) {
  const [isOpen, setOpen] = useRemembered(`section.${id}`, open);
  return (
    <section className="side-section" aria-label={title}>
      <h3 className="side-head">
        <button type="button" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />
          <span className="side-title">{title}</span>
        </button>
        {note !== undefined ? <span className="side-note">{note}</span> : null}
      </h3>
      {isOpen ? <div className="side-body">{children}</div> : null}
    </section>
  );
}

/** A row of a side section: a mark, a label, a number at the right; a button when `onOpen` is given. */
export function SideRow({
  mark,
  label,
  value,
  selected = false,
  title,
  onOpen,
}: {
  mark?: ReactNode;
  label: ReactNode;
  value?: ReactNode;
  selected?: boolean;
  title?: string;
  onOpen?: () => void;
}) {
  const inner = (
    <>
      {mark !== undefined ? <span className="side-mark">{mark}</span> : null}
      <span className="side-label">{label}</span>
      {value !== undefined ? <span className="side-value">{value}</span> : null}
    </>
  );
  return onOpen ? (
    <button type="button" className="side-row" aria-pressed={selected} title={title} onClick={onOpen}>
      {inner}
    </button>
  ) : (
    <div className="side-row" title={title}>
      {inner}
    </div>
  );
}
