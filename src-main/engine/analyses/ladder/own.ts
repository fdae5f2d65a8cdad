import type { ReadContext } from '#engine/base/context.ts';
import type { Day } from '#engine/base/days.ts';
import { RUNGS, type Rung } from '#engine/base/vocabulary.ts';
import type { RungRule, SeparateLadder } from '#engine/language/definitions/ladder.ts';
import { language } from '#engine/language/index.ts';
import type { Explanation } from '#engine/language/types.ts';
import type { RuleInWords, Standing } from './types.ts';

type OneLadder = {
  readonly name: string | null;
  readonly rungs: readonly RungRule[];
  readonly lapsed: RungRule | null;
};

/** The rules in use in words (rule L19): one per rung, of a workspace with separate ladders one per rung and ladder. */
export function rulesInUse(ctx: ReadContext): RuleInWords[] {
  const mode = ctx.settings.ladderMode;
  const own = language.rules(ctx).ladder.rules;
  if (own === null) return rules(mode);
  return [{ name: null, ...own.others }, ...own.separate].flatMap((ladder) =>
    wordsOfLadder(ladder, mode, 'when' in ladder ? ladder.when : null),
  );
}

function wordsOfLadder(ladder: OneLadder, mode: 5 | 6, when: SeparateLadder['when'] | null): RuleInWords[] {
  const of = ladder.name === null ? {} : { ladder: ladder.name, of: when!.sentence };
  return [
    { rung: 'prospect' as Standing, sentence: 'No rule of a rung holds.', ...of },
    ...[...ladder.rungs, ...(ladder.lapsed ? [ladder.lapsed] : [])].map(({ rung, sentence }) => ({
      rung: rung as Standing,
      sentence: `${capitalised(sentence)}.`,
      ...of,
    })),
  ].filter(({ rung }) => mode === 6 || rung !== 'partner');
}

/** What the workspace calls its rungs, of those that it renames (D9). */
export function namesInUse(ctx: ReadContext): Partial<Record<Standing, string>> {
  return Object.fromEntries(language.rules(ctx).ladder.rules?.names ?? []);
}

/** Whose ladder each customer is judged by on a day; null when the workspace has the product's own. */
function ladderOf(ctx: ReadContext, asOf: Day): ((index: number) => OneLadder) | null {
  const own = language.rules(ctx).ladder.rules;
  if (own === null) return null;
  const others: OneLadder = { name: null, ...own.others };
  const whose = own.separate.map((ladder) => ({
    ladder,
    outcome: language.filter(ctx, ladder.when.text, asOf).outcome,
  }));
  return (index) => whose.find(({ outcome }) => outcome[index] === 1)?.ladder ?? others;
}

/**
 * Why a customer stands where it does, by a ladder of the workspace's own: the rule that holds. Null for the product's,
 * which tells more.
 */
export function ownRules(ctx: ReadContext, asOf: Day): ((index: number, standing: Standing) => string) | null {
  const whose = ladderOf(ctx, asOf);
  if (whose === null) return null;
  const words = new Map<string | null, Map<Standing, string>>();
  return (index, standing) => {
    const ladder = whose(index);
    let found = words.get(ladder.name);
    if (!found) {
      found = new Map(
        wordsOfLadder(ladder, 6, { text: '', sentence: '', condition: NEVER }).map((r) => [r.rung, r.sentence]),
      );
      words.set(ladder.name, found);
    }
    const sentence = found.get(standing) ?? '';
    return ladder.name === null ? sentence : `${ladder.name}: ${sentence}`;
  };
}

const NEVER = { k: 'and', items: [] } as const;

/** The highest rung (index into RUNGS) that the ladder of each customer leads to on a day. */
export function topRungs(ctx: ReadContext, asOf: Day): (index: number) => number {
  const mode = ctx.settings.ladderMode;
  const whose = ladderOf(ctx, asOf);
  if (whose === null) return () => mode - 1;
  const tops = new Map<OneLadder, number>();
  return (index) => {
    const ladder = whose(index);
    let top = tops.get(ladder);
    if (top === undefined) {
      const rungs = ladder.rungs.map(({ rung }) => RUNGS.indexOf(rung as Rung));
      top = Math.max(0, ...rungs.filter((rung) => rung < mode));
      tops.set(ladder, top);
    }
    return top;
  };
}

/** Explains texts of a day, each read once. */
function explainers(ctx: ReadContext): (text: string, day: Day, index: number) => Explanation {
  const held = new Map<string, (index: number) => Explanation>();
  return (text, day, index) => {
    const key = `${day} ${text}`;
    let explain = held.get(key);
    if (!explain) held.set(key, (explain = language.explain(ctx, text, day)));
    return explain(index);
  };
}

function inWords(clauses: Explanation['clauses'], before = ''): string {
  return clauses
    .map(({ sentence, values }) => {
      const read = values.map(({ text, value }) => `${text} ${value ?? 'unknown'}`).join(', ');
      return `${before}${sentence}${read === '' ? '' : ` (${read})`}`;
    })
    .join('; ');
}

/**
 * Why a customer moved between two days, by a ladder of the workspace's own; null for the product's. Who fell: what the
 * rung that was left asks for and is no longer there; who rose: what the new rung asks for and was not there before.
 */
export function ownReasons(
  ctx: ReadContext,
  from: Day,
  to: Day,
): ((index: number, before: Standing, after: Standing, direction: 'up' | 'down') => string) | null {
  const whose = ladderOf(ctx, to);
  if (whose === null) return null;
  const explained = explainers(ctx);
  return (index, before, after, direction) => {
    const own = whose(index);
    const asked = after === 'lapsed' ? 'lapsed' : direction === 'down' ? before : after;
    const rule = asked === 'lapsed' ? own.lapsed : own.rungs.find(({ rung }) => rung === asked);
    if (!rule) return own.name === null ? 'No rule of a rung holds.' : `On the ladder ${own.name}.`;
    const fell = direction === 'down' && asked !== 'lapsed';
    const { clauses } = explained(rule.text, fell ? to : from, index);
    const now = explained(rule.text, to, index).clauses;
    const turned = clauses.flatMap((clause, k) => (clause.holds === 'true' ? [] : [now[k]!]));
    return inWords(turned, fell ? 'no longer ' : '') || rule.sentence;
  };
}

/**
 * What would lift a customer one rung, by a ladder of the workspace's own: what the next rung with a rule asks for and is
 * not there, with the values. Null for the product's ladder; the function answers null on the highest rung.
 */
export function ownLift(ctx: ReadContext, asOf: Day): ((index: number, standing: Standing) => string | null) | null {
  const whose = ladderOf(ctx, asOf);
  if (whose === null) return null;
  const explained = explainers(ctx);
  const mode = ctx.settings.ladderMode;
  return (index, standing) => {
    const own = whose(index);
    if (standing === 'lapsed') {
      if (own.lapsed === null) return null;
      const { clauses } = explained(own.lapsed.text, asOf, index);
      return `No longer lapsed without: ${inWords(clauses.filter(({ holds }) => holds === 'true'))}.`;
    }
    const height = RUNGS.indexOf(standing as Rung);
    const next = own.rungs.find(
      ({ rung }) => RUNGS.indexOf(rung as Rung) > height && (mode === 6 || rung !== 'partner'),
    );
    if (!next) return null;
    const missing = explained(next.text, asOf, index).clauses.filter(({ holds }) => holds !== 'true');
    return `${capitalised(next.rung)} asks for: ${missing.length === 0 ? next.sentence : inWords(missing)}.`;
  };
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The default rules in words; Payne's definitions are paraphrased, the thresholds are the product's convention. */
function rules(mode: 5 | 6): RuleInWords[] {
  const list: RuleInWords[] = [
    { rung: 'prospect', sentence: 'No order that counts: one whose net is above zero after the credits dated so far.' },
    { rung: 'customer', sentence: 'Orders on exactly one day.' },
    { rung: 'client', sentence: 'Orders on at least two days.' },
    { rung: 'supporter', sentence: 'A client whose latest answer within 365 days is 9 or 10.' },
    {
      rung: 'advocate',
      sentence:
        'A client who recommended within 365 days (referral, reference, case study, testimonial, review), unless a later answer is 6 or below.',
    },
    { rung: 'partner', sentence: 'A client with a partner agreement that covers the day.' },
    {
      rung: 'lapsed',
      sentence: 'No order for more than 365 days; partners with at least two order days do not lapse.',
    },
  ];
  return mode === 6 ? list : list.filter((rule) => rule.rung !== 'partner');
}
