import type { Exceptions } from './queue.ts';

const NONE: Exceptions = { lines: [], fields: [], changed: [], created: [] };

export type Kind = 'fields' | 'changed' | 'created';

const isNone = (e: Exceptions): boolean => e.lines.length + e.fields.length + e.changed.length + e.created.length === 0;

/** Exceptions that leave nothing out are none: the import is then the one without choices. */
const settled = (exceptions: Exceptions): Exceptions | undefined => (isNone(exceptions) ? undefined : exceptions);

/** Leaves a kind of difference out, or takes it in again. */
export function withKind(of: Exceptions | undefined, kind: Kind, name: string, out: boolean): Exceptions | undefined {
  const now = of ?? NONE;
  const others = now[kind].filter((each) => each !== name);
  return settled({ ...now, [kind]: out ? [...others, name] : others });
}

export const isLineOut = (of: Exceptions | undefined, line: number): boolean =>
  (of?.lines ?? []).some(([from, to]) => line >= from && line <= to);

/** Leaves a source row out, or takes it in again; a range that holds it is parted. */
export function withLine(of: Exceptions | undefined, line: number, out: boolean): Exceptions | undefined {
  const now = of ?? NONE;
  const others = now.lines.flatMap(([from, to]): [number, number][] => {
    if (line < from || line > to) return [[from, to]];
    return [
      ...(from < line ? ([[from, line - 1]] as [number, number][]) : []),
      ...(line < to ? ([[line + 1, to]] as [number, number][]) : []),
    ];
  });
  return settled({ ...now, lines: out ? [...others, [line, line]] : others });
}
