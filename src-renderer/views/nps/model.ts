import type { Input } from '#contract/api.ts';
import { useRemembered } from '../../kit/memory.ts';
import { useEngine, useSelection, useWhereInput } from '../../data/index.ts';
import { narrowedBy } from './clauses.ts';

export const VIEW = 'nps';
export type Kind = 'auto' | 'relational' | 'transactional';
export type Unit = 'respondent' | 'customer' | 'revenue' | 'roles';
export type Method = 'adjusted_wald' | 'wald' | 'score';
export type Level = '0.9' | '0.95' | '0.99';

/** Everything the NPS view and its side bar share: the settings of the score, the answers, what is selected. */
export function useNps() {
  const [kind, setKind] = useRemembered<Kind>('nps.kind', 'auto');
  const [unit, setUnit] = useRemembered<Unit>('nps.unit', 'respondent');
  const [interval, setInterval] = useRemembered<Method>('nps.interval', 'adjusted_wald');
  const [level, setLevel] = useRemembered<Level>('nps.level', '0.95');
  const [by, setBy] = useRemembered('nps.by', 'rung');
  const where = useWhereInput(VIEW);
  const settings = {
    ...(unit === 'revenue' ? { weight: 'revenue_12m' } : unit === 'roles' ? { roles: true } : { unit }),
    interval,
    level: Number(level),
    ...(kind === 'auto' ? {} : { kind }),
  } satisfies NonNullable<Input<'nps'>>;
  const report = useEngine('nps', { ...where, ...settings, by });
  const trend = useEngine('npsTrend', { ...where, ...settings });
  const clauses = useSelection((s) => s.clauses);
  const clause = clauses.find((c) => c.id === VIEW);
  const group = clauses.find((c) => c.id === `${VIEW}/group`);
  return {
    kind,
    setKind,
    unit,
    setUnit,
    interval,
    setInterval,
    level,
    setLevel,
    by,
    setBy,
    where,
    settings,
    report,
    trend,
    narrowed: narrowedBy(clause?.text),
    clause,
    group,
  };
}

export type NpsModel = ReturnType<typeof useNps>;
