import { create } from 'zustand';

/** One brush: which view made it, what it says in the language, and what it says to a person. */
export type Clause = {
  readonly id: string;
  readonly view: string;
  readonly text: string;
  readonly sentence: string;
  /** Stays when the selection is cleared, and bears on the view that made it as on any other. */
  readonly pinned?: true;
};
type Draft = {
  text: string;
  sentence: string;
  /** Several clauses of one view are told apart by their key. */ key?: string;
};

type SelectionState = {
  clauses: readonly Clause[];
  past: readonly (readonly Clause[])[];
  future: readonly (readonly Clause[])[];
  /** Adds the view's clause or replaces the one with the same view and key. The same clause again removes it. */
  brush(view: string, draft: Draft): void;
  /** Adds or replaces without toggling. */
  put(view: string, draft: Draft): void;
  remove(id: string): void;
  negate(id: string): void;
  /** Pins a clause, or makes a pinned one its view's own again. */
  pin(id: string): void;
  /** Removes every clause that is not pinned. */
  clear(): void;
  back(): void;
  forward(): void;
  restore(clauses: readonly Clause[]): void;
};

const MAX_STEPS = 100;
const PINNED_ID = /^pinned\/\d+\/(.*)$/s;
const idOf = (view: string, key?: string): string => (key === undefined ? view : `${view}/${key}`);

/** The cross-filter of the window. Back and forward walk through the selections as a browser walks through pages. */
export const useSelection = create<SelectionState>()((set, get) => {
  const go = (next: readonly Clause[]): void => {
    const { clauses, past } = get();
    if (sameClauses(clauses, next)) return;
    set({ clauses: next, past: [...past, clauses].slice(-MAX_STEPS), future: [] });
  };
  const put = (view: string, draft: Draft): void => {
    const clause: Clause = { id: idOf(view, draft.key), view, text: draft.text, sentence: draft.sentence };
    const { clauses } = get();
    go(
      clauses.some((c) => c.id === clause.id)
        ? clauses.map((c) => (c.id === clause.id ? clause : c))
        : [...clauses, clause],
    );
  };
  return {
    clauses: [],
    past: [],
    future: [],
    put,
    brush: (view, draft) => {
      const held = get().clauses.find((c) => c.id === idOf(view, draft.key));
      if (held && held.text === draft.text) get().remove(held.id);
      else put(view, draft);
    },
    remove: (id) => go(get().clauses.filter((c) => c.id !== id)),
    negate: (id) => go(get().clauses.map((c) => (c.id === id ? negated(c) : c))),
    pin: (id) => {
      const { clauses } = get();
      const taken = (other: string): boolean => clauses.some((c) => c.id === other);
      const change = (clause: Clause): Clause => {
        const { pinned, ...rest } = clause;
        if (pinned) {
          const former = PINNED_ID.exec(clause.id)?.[1] ?? clause.id;
          return { ...rest, id: taken(former) ? clause.id : former };
        }
        // The view's next brush is another clause.
        let n = 1;
        while (taken(`pinned/${n}/${id}`)) n++;
        return { ...rest, id: `pinned/${n}/${id}`, pinned: true };
      };
      go(clauses.map((c) => (c.id === id ? change(c) : c)));
    },
    clear: () => go(get().clauses.filter((c) => c.pinned)),
    back: () => {
      const { past, clauses, future } = get();
      const former = past.at(-1);
      if (former) set({ clauses: former, past: past.slice(0, -1), future: [clauses, ...future] });
    },
    forward: () => {
      const { past, clauses, future } = get();
      const [next] = future;
      if (next) set({ clauses: next, past: [...past, clauses], future: future.slice(1) });
    },
    restore: (clauses) => set({ clauses, past: [], future: [] }),
  };
});

function sameClauses(a: readonly Clause[], b: readonly Clause[]): boolean {
  return (
    a.length === b.length && a.every((c, i) => c.id === b[i]?.id && c.text === b[i]?.text && c.pinned === b[i]?.pinned)
  );
}

const NOT_TEXT = /^not \((.*)\)$/s;
const NOT_SENTENCE = /^not: (.*)$/s;

function negated(clause: Clause): Clause {
  const text = NOT_TEXT.exec(clause.text)?.[1];
  const sentence = NOT_SENTENCE.exec(clause.sentence)?.[1];
  return text !== undefined && sentence !== undefined
    ? { ...clause, text, sentence }
    : { ...clause, text: `not (${clause.text})`, sentence: `not: ${clause.sentence}` };
}

/** All clauses joined with `and`, without those of one view that are not pinned; undefined when nothing restricts. */
export function whereOf(clauses: readonly Clause[], except?: string): string | undefined {
  const texts = clauses.filter((c) => c.view !== except || c.pinned).map((c) => c.text);
  if (texts.length === 0) return undefined;
  return texts.length === 1 ? texts[0] : texts.map((t) => `(${t})`).join(' and ');
}

/** What restricts a view: every clause but its own that is not pinned. Undefined when nothing does. */
export function useWhere(view: string): string | undefined {
  return useSelection((s) => whereOf(s.clauses, view));
}

/** `{ where }` for spreading into an input, or `{}`: `useEngine('ladder', { ...useWhereInput('ladder') })`. */
export function useWhereInput(view: string): { where?: string } {
  const where = useWhere(view);
  return where === undefined ? {} : { where };
}

/** A text in the language: single quotes, doubled inside. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
