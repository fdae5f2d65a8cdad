import type { Kept, ReadContext } from '#engine/base/context.ts';
import { tryParseIsoDay, type Day } from '#engine/base/days.ts';
import type { ReadDb } from '#engine/base/db.ts';
import { LadderlineError } from '#engine/base/errors.ts';
import { CHANNELS, SURVEY_KINDS } from '#engine/base/vocabulary.ts';
import { linesOf, shifted, type DefinitionLine } from '#engine/language/definitions/lines.ts';
import { listed, located, Misread, nearestName } from '#engine/language/errors.ts';
import { language } from '#engine/language/index.ts';
import type { SurveyKind } from './types.ts';

/** Which answers a line is about. */
export type AnswerCondition = {
  readonly survey: string | null;
  readonly channel: string | null;
  readonly kind: SurveyKind | null;
};

/** Answers that open a case, and the business hours within which somebody answers them (NPS-06, NPS-07). */
export type Alert = AnswerCondition & {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly hours: number;
  /** Condition on the customer. */
  readonly where: string | null;
};

/** At most `count` invitations of a person in any `days` days, of the people of whom `where` holds (NPS-09). */
export type AskLimit = {
  readonly name: string;
  readonly count: number;
  readonly days: number;
  readonly where: string | null;
};

/** What a respondent weighs within its customer; the first line that holds counts (NPS-03). */
export type Role = { readonly name: string; readonly weight: number; readonly where: string };

/** A point of the journey: answers of a survey or channel, customers of whom `where` holds (NPS-16). */
export type JourneyPoint = AnswerCondition & { readonly name: string; readonly where: string | null };

export type NpsRules = {
  /** Answers from which on a score is published. */
  readonly minimum: number;
  readonly hours: {
    readonly workdays: ReadonlySet<number>;
    /** Minutes after local midnight. */
    readonly open: number;
    readonly close: number;
    readonly holidays: ReadonlySet<Day>;
  };
  readonly alerts: readonly Alert[];
  readonly asks: readonly AskLimit[];
  readonly roles: readonly Role[];
  readonly points: readonly JourneyPoint[];
};

/** The rules of a workspace that has none of its own. Conventions of the product, every one a setting. */
export const DEFAULT_NPS_RULES = `-- A score is published from so many answers on.
minimum: 30 answers
-- Time to an answer runs in business hours of the workspace's time zone.
business hours: mon-fri 9:00-17:00
-- Days without work, such as
--   holidays: 2026-12-25, 2026-12-26
-- Answers that open a case, and the business hours within which somebody answers, such as
--   alert key accounts: score 0-8 within 8 hours where in segment 'Key accounts'
--   alert deliveries: score 0-6 survey 'Delivery' within 8 hours where country = 'DE'
alert detractors: score 0-6 within 16 hours
-- Invitations of a person; every line that holds is kept, such as
--   ask executives: 1 in 180 days where title contains 'chief'
ask everybody: 1 in 90 days
-- What a respondent weighs within its account where roles count; the first line that holds, else 1, such as
--   role decider: 3 where title contains 'director'
-- Points of the journey for the map of vulnerable spots, else each survey is one, such as
--   point onboarding: survey 'Onboarding'
--   point renewal: where renews_at < today + 90 days
`;

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const KEYS = ['minimum', 'business hours', 'holidays', 'alert', 'ask', 'role', 'point'] as const;

/** Reads NPS rules. Throws Misread with the place; `check` is asked about each condition in the language. */
function parseRules(text: string, check: (where: string, unit: 'customer' | 'person') => void): NpsRules {
  let minimum: number | null = null;
  let hours: Omit<NpsRules['hours'], 'holidays'> | null = null;
  const holidays = new Set<Day>();
  const alerts: Alert[] = [];
  const asks: AskLimit[] = [];
  const roles: Role[] = [];
  const points: JourneyPoint[] = [];
  for (const line of linesOf(text)) {
    const [word, ...rest] = line.key.split(' ');
    const name = rest.join(' ');
    const once = (held: unknown): void => {
      if (held !== null) throw new Misread(line.at, `"${line.key}" stands there already`, { expected: 'another line' });
    };
    if (line.key === 'minimum') {
      once(minimum);
      minimum = minimumIn(line);
    } else if (line.key === 'business hours') {
      once(hours);
      hours = hoursIn(line);
    } else if (line.key === 'holidays') {
      for (const day of holidaysIn(line)) holidays.add(day);
    } else if (word === 'alert' && name !== '') alerts.push(alertIn(name, line, check));
    else if (word === 'ask' && name !== '') asks.push(askIn(name, line, check));
    else if (word === 'role' && name !== '') roles.push(roleIn(name, line, check));
    else if (word === 'point' && name !== '') points.push(pointIn(name, line, check));
    else {
      const nearest = nearestName(word!, KEYS);
      throw new Misread(line.at, `unknown line "${line.key.slice(0, 60)}"; known are ${listed(KEYS)}`, {
        expected: listed(KEYS),
        nearest,
      });
    }
  }
  for (const [list, what] of [
    [alerts, 'alert'],
    [asks, 'ask'],
    [roles, 'role'],
    [points, 'point'],
  ] as const) {
    const names = list.map((one) => one.name);
    const twice = names.find((one, i) => names.indexOf(one) !== i);
    if (twice !== undefined) throw new Misread(text.length, `there are two lines "${what} ${twice}"`);
  }
  if (minimum === null || hours === null)
    throw new Misread(text.length, 'the NPS rules lack "minimum" or "business hours"', {
      expected: minimum === null ? 'minimum: 30 answers' : 'business hours: mon-fri 9:00-17:00',
    });
  return { minimum, hours: { ...hours, holidays }, alerts, asks, roles, points };
}

function minimumIn({ body, bodyAt }: DefinitionLine): number {
  const n = Number(/^\s*(\d{1,6})\s*(?:answers?)?\s*$/.exec(body)?.[1] ?? 0);
  if (n < 1) throw new Misread(bodyAt, 'this is a number of answers, from 1', { expected: '30 answers' });
  return n;
}

function hoursIn({ body, bodyAt }: DefinitionLine): Omit<NpsRules['hours'], 'holidays'> {
  const wrong = (): Misread =>
    new Misread(bodyAt, 'business hours are weekdays and two times', { expected: 'mon-fri 9:00-17:00' });
  const match = /^\s*([a-z, -]+?)\s+(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*$/i.exec(body);
  if (!match) throw wrong();
  const workdays = new Set<number>();
  for (const part of match[1]!.toLowerCase().split(',')) {
    const [from, to = from] = part.trim().split(/\s*-\s*/);
    const [first, last] = [from, to].map((day) => WEEKDAYS.indexOf(day as never)) as [number, number];
    if (first < 0 || last < first) throw wrong();
    for (let d = first; d <= last; d++) workdays.add(d + 1);
  }
  const [open, close] = [Number(match[2]) * 60 + Number(match[3]), Number(match[4]) * 60 + Number(match[5])];
  if (close <= open || close > 1440 || Number(match[3]) > 59 || Number(match[5]) > 59) throw wrong();
  return { workdays, open, close };
}

function holidaysIn({ body, bodyAt }: DefinitionLine): Day[] {
  return body
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .map((word) => {
      const day = tryParseIsoDay(word);
      if (day === null)
        throw new Misread(bodyAt + body.indexOf(word), `"${word.slice(0, 40)}" is not a calendar day`, {
          expected: '2026-12-25',
        });
      return day;
    });
}

type Check = (where: string, unit: 'customer' | 'person') => void;

/** The part before `where` and the condition after it, checked. */
function cut(line: DefinitionLine, unit: 'customer' | 'person', check: Check): { head: string; where: string | null } {
  const found = /(^|\s)where\s/i.exec(line.body);
  if (!found) return { head: line.body, where: null };
  const from = found.index + found[0].length;
  const where = line.body.slice(from).trim();
  shifted(line.bodyAt + from, () => {
    if (where === '') throw new Misread(0, 'the condition after "where" is missing', { expected: 'a condition' });
    check(line.body.slice(from), unit);
  });
  return { head: line.body.slice(0, found.index), where };
}

/** `survey 'x'`, `channel email`, `kind relational` of a head, each at most once; answers what is left. */
function answerCondition(head: string, at: number): AnswerCondition & { rest: string } {
  const found: Record<string, string> = {};
  const rest = head.replace(
    /\b(survey|channel|kind)\s+(?:'((?:[^']|'')*)'|([^\s']+))/gi,
    (_, word: string, quoted, bare) => {
      found[word.toLowerCase()] = String(quoted ?? bare).replaceAll("''", "'");
      return ' ';
    },
  );
  const { survey = null, channel = null, kind = null } = found;
  const check = (what: string, value: string | null, known: readonly string[]): void => {
    if (value !== null && !known.includes(value))
      throw new Misread(at, `unknown ${what} "${value.slice(0, 40)}"; known are ${listed(known)}`, {
        expected: listed(known),
        nearest: nearestName(value, known),
      });
  };
  check('channel', channel, CHANNELS);
  check('kind', kind, SURVEY_KINDS);
  return { survey, channel, kind: kind as SurveyKind | null, rest: rest.trim() };
}

function alertIn(name: string, line: DefinitionLine, check: Check): Alert {
  const { head, where } = cut(line, 'customer', check);
  const { rest, ...condition } = answerCondition(head, line.bodyAt);
  const match = /^score\s+(\d{1,2})\s*(?:-\s*(\d{1,2}))?\s+within\s+(\d{1,4})\s*hours?$/i.exec(
    rest.replace(/\s+/g, ' '),
  );
  const [low, high, hours] = [
    Number(match?.[1] ?? 11),
    Number(match?.[2] ?? match?.[1] ?? 11),
    Number(match?.[3] ?? 0),
  ];
  if (high > 10 || low > high || hours < 1)
    throw new Misread(line.bodyAt, 'an alert is scores from 0 to 10 and business hours', {
      expected: 'score 0-6 within 16 hours',
    });
  return { name, low, high, hours, where, ...condition };
}

function askIn(name: string, line: DefinitionLine, check: Check): AskLimit {
  const { head, where } = cut(line, 'person', check);
  const match = /^\s*(\d{1,4})\s+in\s+(\d{1,4})\s*days?\s*$/i.exec(head);
  const [count, days] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0)];
  if (count < 1 || days < 1)
    throw new Misread(line.bodyAt, 'this is a number of invitations in a number of days', { expected: '1 in 90 days' });
  return { name, count, days, where };
}

function roleIn(name: string, line: DefinitionLine, check: Check): Role {
  const { head, where } = cut(line, 'person', check);
  const weight = Number(/^\s*(\d{1,4}(?:\.\d{1,4})?)\s*$/.exec(head)?.[1] ?? 0);
  if (!(weight > 0) || where === null)
    throw new Misread(line.bodyAt, 'a role is a weight above 0 and a condition on the person', {
      expected: "3 where title contains 'director'",
    });
  return { name, weight, where };
}

function pointIn(name: string, line: DefinitionLine, check: Check): JourneyPoint {
  const { head, where } = cut(line, 'customer', check);
  const { rest, ...condition } = answerCondition(head, line.bodyAt);
  if (rest !== '' || (where === null && condition.survey === null && condition.channel === null))
    throw new Misread(line.bodyAt, 'a point of the journey is a survey, a channel, or a condition on the customer', {
      expected: "survey 'Onboarding'",
    });
  return { name, where, ...condition };
}

/** Texts of the NPS analysis that a workspace keeps with versions. */
export const NPS_TEXTS = ['rules', 'themes', 'benchmarks'] as const;
export type NpsTextKind = (typeof NPS_TEXTS)[number];

const DEFAULTS: Readonly<Record<NpsTextKind, string>> = { rules: DEFAULT_NPS_RULES, themes: '', benchmarks: '' };

export type NpsText = { readonly kind: NpsTextKind; readonly version: number; readonly text: string };

export function defaultNpsText(kind: NpsTextKind): string {
  return DEFAULTS[kind];
}

/** The name of a text in table `definition`. */
export const storedKind = (kind: NpsTextKind): string => `nps ${kind}`;

/** The text in use: the newest version kept in the workspace, else the product's own (version 0). */
export function npsTextIn(db: ReadDb, kind: NpsTextKind): NpsText {
  const row = db.get('SELECT version, text FROM definition WHERE kind = ? ORDER BY version DESC LIMIT 1', [
    storedKind(kind),
  ]);
  return row === null
    ? { kind, version: 0, text: DEFAULTS[kind] }
    : { kind, version: row[0] as number, text: row[1] as string };
}

/** Reads NPS rules over a workspace; throws `language` with line and column. */
export function readRules(ctx: ReadContext, text: string): NpsRules {
  try {
    return located(text, () =>
      parseRules(text, (where, unit) => {
        try {
          language.describe(where, ctx, unit);
        } catch (error) {
          throw placed(error, where);
        }
      }),
    );
  } catch (error) {
    if (!(error instanceof LadderlineError) || error.code !== 'language') throw error;
    throw new LadderlineError('language', `NPS rules ${error.message}`, error.detail, error.exit);
  }
}

/** An error of the language about a part of a line, as an error at its offset in that part. */
function placed(error: unknown, part: string): unknown {
  if (!(error instanceof LadderlineError) || error.code !== 'language') return error;
  const { line, column, expected, nearest } = error.detail as {
    line: number;
    column: number;
    expected: string | null;
    nearest: string | null;
  };
  const before = part.split('\n').slice(0, line - 1);
  const at = before.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  return new Misread(at, error.message.replace(/^\d+:\d+ /, ''), {
    ...(expected === null ? {} : { expected }),
    nearest,
  });
}

const RULES: Kept<{ rules: NpsRules | null }> = { name: 'nps rules', make: () => ({ rules: null }) };

/** The NPS rules of a workspace, read once per data version. */
export function npsRulesOf(ctx: ReadContext): NpsRules {
  const kept = ctx.kept(RULES);
  kept.rules ??= readRules(ctx, npsTextIn(ctx.db, 'rules').text);
  return kept.rules;
}
