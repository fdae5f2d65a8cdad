import { useMemo } from 'react';
import type { Input } from '#contract/api.ts';
import { addMonths, isDay, quarterEndBefore } from '../../kit/figures/days.ts';
import type { LadderTarget } from '../../kit/figures/moves.ts';
import { useRemembered } from '../../kit/memory.ts';
import { useAsOf, useEngine, useSelection, useWhereInput } from '../../data/index.ts';
import { draftOf, targetOf } from './target.ts';

export const VIEW = 'ladder';
export type Preset = 'quarter' | 'year' | 'day';
export type Direction = 'up' | 'down' | 'entered' | 'stay';

/** The day compared with: the end of the fiscal quarter before, one year earlier, or a day of one's own before the as-of day. */
export function compareDay(preset: Preset, own: string, asOf: string, fiscalYearStart: number): string {
  if (preset === 'day' && isDay(own) && own < asOf) return own;
  return preset === 'year' ? addMonths(asOf, -12) : quarterEndBefore(asOf, fiscalYearStart);
}

/** Everything the ladder's view and side bar share: the days, the answers, what is selected. */
export function useLadder() {
  const { asOf, fiscalYearStart } = useAsOf();
  const [preset, setPreset] = useRemembered<Preset>('ladder.compare', 'quarter');
  const [own, setOwn] = useRemembered('ladder.day', '');
  const [slice, setSlice] = useRemembered('ladder.slice', 'none');
  const where = useWhereInput(VIEW);
  const from = asOf === null ? null : compareDay(preset, own, asOf, fiscalYearStart);
  const ladder = useEngine(
    'ladder',
    { ...where, ...(slice === 'none' ? {} : { by: slice }) },
    { enabled: asOf !== null },
  );
  const migration = useEngine(
    'migration',
    { ...where, from: from ?? '', ...(slice === 'none' ? {} : { by: slice }) },
    { enabled: from !== null },
  );
  const clause = useSelection((s) => s.clauses.find((c) => c.view === VIEW && !c.id.includes('/')));
  const text = clause?.text;
  const target = useMemo(() => (from === null ? null : targetOf(text, from)), [text, from]);
  const brush = useSelection((s) => s.brush);
  const select = (next: LadderTarget): void => {
    if (from !== null) brush(VIEW, draftOf(next, from));
  };
  return {
    asOf,
    from,
    fiscalYearStart,
    preset,
    setPreset,
    own,
    setOwn,
    slice,
    setSlice,
    where,
    ladder,
    migration,
    target,
    select,
  };
}

type ListInput = NonNullable<Input<'ladderList'>>;

/** What the list under the figures asks for: the selected figure, else everybody who moved one way. */
export function listInput(
  target: LadderTarget | null,
  direction: Direction | 'all',
  from: string,
  where: { where?: string },
): Omit<ListInput, 'limit' | 'offset'> {
  const base = { ...where, from };
  if (target === null) return direction === 'all' ? base : { ...base, direction };
  switch (target.kind) {
    case 'rung':
      return { ...base, rung: target.rung as NonNullable<ListInput['rung']> };
    case 'move':
      return {
        ...base,
        movedFrom: target.from as NonNullable<ListInput['movedFrom']>,
        movedTo: target.to as NonNullable<ListInput['movedTo']>,
      };
    case 'direction':
      return { ...base, direction: target.direction };
    default:
      return base;
  }
}
