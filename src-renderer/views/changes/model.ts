import type { Input } from '#contract/api.ts';
import { addDays, addMonths, isDay, quarterEndBefore } from '../../kit/figures/days.ts';
import { useRemembered } from '../../kit/memory.ts';
import { useAsOf, useEngine, useWhereInput } from '../../data/index.ts';

export const VIEW = 'changes';
export type Preset = 'default' | 'quarter' | 'month' | 'year' | 'day';
export type Weeks = '13' | '26' | '52';
type Asked = NonNullable<Input<'changes'>>;

/** The day since which is asked; null leaves it to the engine: the end of the last quarter that is over by four weeks. */
export function sinceDay(preset: Preset, own: string, asOf: string | null, fiscalYearStart: number): string | null {
  if (asOf === null) return null;
  switch (preset) {
    case 'quarter':
      return quarterEndBefore(asOf, fiscalYearStart);
    case 'month':
      return addDays(asOf, -28);
    case 'year':
      return addMonths(asOf, -12);
    case 'day':
      return isDay(own) && own < asOf ? own : null;
    default:
      return null;
  }
}

/** Everything the view and its side bar share: the question, its answer, which change is looked at. */
export function useChanges() {
  const { asOf, fiscalYearStart } = useAsOf();
  const [preset, setPreset] = useRemembered<Preset>('changes.since', 'default');
  const [own, setOwn] = useRemembered('changes.day', '');
  const [by, setBy] = useRemembered('changes.by', 'none');
  const [weeks, setWeeks] = useRemembered<Weeks>('changes.weeks', '26');
  const [picked, setPicked] = useRemembered('changes.picked', '');
  const where = useWhereInput(VIEW);
  const since = sinceDay(preset, own, asOf, fiscalYearStart);
  const question: Asked = {
    ...where,
    baselineWeeks: Number(weeks),
    ...(since === null ? {} : { since }),
    ...(by === 'none' ? {} : { by }),
  };
  const report = useEngine('changes', question, { enabled: asOf !== null });
  return { asOf, preset, setPreset, own, setOwn, by, setBy, weeks, setWeeks, picked, setPicked, question, report };
}

export type ChangesModel = ReturnType<typeof useChanges>;
