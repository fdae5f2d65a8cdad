import { z } from 'zod';
import type { ReadContext } from '#engine/base/context.ts';
import { isoDay } from '#engine/base/days.ts';
import { defineAnalysis } from '#engine/base/define.ts';
import { npsSampleSize, npsSampleSizeAdjusted, responseRates } from '#engine/methods/nps.ts';
import { zOfLevel } from '#engine/methods/numeric/special.ts';
import { language } from '#engine/language/index.ts';
import { UNKNOWN_INT } from '#engine/vectors/types.ts';
import { customerId, moneyAt, type Population } from '../population/index.ts';
import { classesOf, HEARD, Revenue, shareOf } from './classes.ts';
import { customerWords } from './grouping.ts';
import { countsOf } from './score.ts';
import { customerWeights, Range, scoreOptions, select, Selection } from './selection.ts';
import type {
  Coverage,
  NpsCoverageReport,
  NpsRevenueReport,
  NpsSampleReport,
  NpsSilentReport,
  Rates,
} from './types.ts';

/** Rule N21: customers and contacts known, invited and heard, and the response rates; per value of a field with `by`. */
export const npsCoverage = defineAnalysis({
  name: 'npsCoverage',
  input: z.object({ ...Selection, ...Range, by: z.string().optional() }),
  run(ctx, input): NpsCoverageReport {
    const { population, answers } = select(ctx, input, input);
    const people = contactsOf(ctx, population);
    const word = input.by === undefined ? null : customerWords(ctx, input.by, population.asOf);
    const names: (string | null)[] = [];
    const numbers = new Map<string | null, number>();
    const groupOf = (customer: number): number => {
      if (word === null) return 0;
      const name = customer < 0 ? null : word(customer);
      let number = numbers.get(name);
      if (number === undefined) {
        number = names.push(name) - 1;
        numbers.set(name, number);
      }
      return number;
    };
    const whole = new Tally();
    const groups: Tally[] = [];
    const both = (customer: number, add: (tally: Tally) => void): void => {
      add(whole);
      if (word === null) return;
      const g = groupOf(customer);
      add((groups[g] ??= new Tally()));
    };
    for (let c = 0; c < population.member.length; c++)
      if (population.member[c] === 1) both(c, (t) => t.customersKnown++);
    for (const customer of people.owner)
      if (customer >= 0 && population.member[customer] === 1) both(customer, (t) => t.contactsKnown++);
    const { party } = answers.relation;
    for (let i = 0; i < answers.count; i++) {
      const customer = answers.customers[i]!;
      const who = party[answers.rows[i]!]!;
      both(customer, (t) => t.answered(customer, who));
    }
    const complete = answers.relation.column('complete').values;
    answers.open.forEach((row, i) => {
      const customer = answers.openCustomers[i]!;
      const who = party[row]!;
      both(customer, (t) => t.unanswered(customer, who, people.bounced.has(who), complete[row] !== UNKNOWN_INT));
    });
    const known = answers.invited !== null;
    return {
      asOf: isoDay(population.asOf),
      kind: answers.kind,
      ...whole.report(known),
      groups: groups
        .map((tally, g) => ({ value: names[g]!, ...tally.report(known) }))
        .sort((a, b) => b.customers.known - a.customers.known || (String(a.value) < String(b.value) ? -1 : 1)),
    };
  },
});

/** Counts of one group; distinct customers and contacts by what they were asked and said. */
class Tally {
  customersKnown = 0;
  contactsKnown = 0;
  private invitations = 0;
  private valid = 0;
  private bounced = 0;
  private partial = 0;
  private readonly invited = { customers: new Set<number>(), contacts: new Set<number>() };
  private readonly heard = { customers: new Set<number>(), contacts: new Set<number>() };

  private add(to: 'invited' | 'heard', customer: number, contact: number): void {
    if (customer >= 0) this[to].customers.add(customer);
    if (contact !== 0) this[to].contacts.add(contact);
  }

  answered(customer: number, contact: number): void {
    this.invitations++;
    this.valid++;
    this.add('invited', customer, contact);
    this.add('heard', customer, contact);
  }

  unanswered(customer: number, contact: number, bounced: boolean, returned: boolean): void {
    this.invitations++;
    if (returned) this.partial++;
    else if (bounced) this.bounced++;
    this.add('invited', customer, contact);
  }

  report(invitationsKnown: boolean): { customers: Coverage; contacts: Coverage; rates: Rates | null } {
    const of = (what: 'customers' | 'contacts', known: number): Coverage => {
      const responding = this.heard[what].size;
      return {
        known,
        invited: invitationsKnown ? this.invited[what].size : null,
        responding,
        coverage: known === 0 ? null : responding / known,
      };
    };
    const rates = responseRates({
      invited: this.invitations,
      bounced: this.bounced,
      not_sent: 0,
      valid_responders: this.valid,
      partial: this.partial,
    });
    return {
      customers: of('customers', this.customersKnown),
      contacts: of('contacts', this.contactsKnown),
      rates: invitationsKnown
        ? {
            invited: this.invitations,
            bounced: this.bounced,
            delivered: rates.delivered,
            answered: this.valid,
            partial: this.partial,
            responseRate: rates.response_rate,
            withPartial: rates.response_rate_incl_partial,
            gross: rates.gross_rate,
          }
        : null,
    };
  }
}

/** The people known on the day by the customer they belong to, and those whose mail bounced. */
function contactsOf(ctx: ReadContext, population: Population): { owner: number[]; bounced: Set<number> } {
  const { outcome, owner } = language.filter(ctx, null, population.asOf, 'person');
  return {
    owner: [...outcome].flatMap((known, i) => (known === 1 ? [owner?.[i] ?? -1] : [])),
    bounced: new Set(ctx.db.all('SELECT id FROM party WHERE email_bounced = 1').map(([id]) => id as number)),
  };
}

/** Rule N20: revenue of 12 months by promoters, passives, detractors and silent customers. */
export const npsRevenue = defineAnalysis({
  name: 'npsRevenue',
  input: z.object({ ...Selection, ...Range }),
  run(ctx, input): NpsRevenueReport {
    const { population, answers } = select(ctx, input, input);
    const classes = classesOf(population, answers, scoreOptions(ctx, population, input));
    const revenue = new Revenue(ctx, population, HEARD.length + 1);
    const customers = HEARD.map(() => 0);
    for (let c = 0; c < classes.length; c++) {
      if (population.member[c] !== 1) continue;
      customers[classes[c]!]!++;
      revenue.add(classes[c]!, c);
      revenue.add(HEARD.length, c);
    }
    const total = revenue.of(HEARD.length);
    return {
      asOf: isoDay(population.asOf),
      customers: population.count,
      revenue12m: total,
      classes: HEARD.map((name, i) => ({
        class: name,
        customers: customers[i]!,
        share: population.count === 0 ? null : customers[i]! / population.count,
        revenue12m: revenue.of(i),
        revenueShare: shareOf(revenue.of(i), total),
      })).reverse(),
    };
  },
});

/**
 * Rule N23: customers without an answer that counts, largest revenue first, and those of them that renew soon. `class` lists
 * the customers of another class instead.
 */
export const npsSilent = defineAnalysis({
  name: 'npsSilent',
  input: z.object({
    ...Selection,
    ...Range,
    renewsWithin: z.int().min(1).max(3650).default(90),
    due: z.boolean().default(false),
    class: z.enum(HEARD).default('silent'),
    limit: z.int().min(0).max(10_000).default(200),
    offset: z.int().min(0).default(0),
  }),
  run(ctx, input): NpsSilentReport {
    const { population, answers } = select(ctx, input, input);
    const { asOf, vectors, member } = population;
    const classes = classesOf(population, answers, scoreOptions(ctx, population, input));
    const fact = (name: string): Int32Array => {
      const column = language.fact(ctx, name, asOf);
      if (column.type !== 'day') throw new Error(`${name} is a day`);
      return column.values;
    };
    const [renews, answered] = [fact('renews_at'), fact('last_answer')];
    const invited = new Set(answers.openCustomers);
    const revenue = new Revenue(ctx, population, 3);
    const weight = customerWeights(ctx, population, 'revenue_12m');
    const isDue = (c: number): boolean =>
      renews[c] !== UNKNOWN_INT && renews[c]! > asOf && renews[c]! <= asOf + input.renewsWithin;
    let silent = 0;
    let due = 0;
    for (let c = 0; c < classes.length; c++) {
      if (member[c] !== 1) continue;
      revenue.add(0, c);
      if (classes[c] !== 0) continue;
      revenue.add(1, c);
      silent++;
      if (!isDue(c)) continue;
      due++;
      revenue.add(2, c);
    }
    const wanted = HEARD.indexOf(input.class);
    const listed: number[] = [];
    for (let c = 0; c < classes.length; c++)
      if (member[c] === 1 && classes[c] === wanted && (!input.due || isDue(c))) listed.push(c);
    const amounts = new Map(listed.map((c) => [c, weight(c) ?? 0]));
    listed.sort((a, b) => amounts.get(b)! - amounts.get(a)! || a - b);
    return {
      asOf: isoDay(asOf),
      renewsWithin: input.renewsWithin,
      silent,
      share: population.count === 0 ? null : silent / population.count,
      revenue12m: revenue.of(1),
      revenueShare: shareOf(revenue.of(1), revenue.of(0)),
      due,
      dueRevenue12m: revenue.of(2),
      total: listed.length,
      rows: listed.slice(input.offset, input.offset + input.limit).map((c) => ({
        customer: customerId(vectors, c),
        name: vectors.customers.name(c),
        invited: answers.invited === null ? null : invited.has(c),
        lastAnswer: answered[c] === UNKNOWN_INT ? null : isoDay(answered[c]!),
        renewsAt: renews[c] === UNKNOWN_INT ? null : isoDay(renews[c]!),
        revenue12m: moneyAt(vectors, revenue.column, c),
      })),
    };
  },
});

/** Rule N24: answers needed for a margin of error, from the shares seen so far. */
export const npsSample = defineAnalysis({
  name: 'npsSample',
  input: z.object({ ...Selection, ...Range, margin: z.number().gt(0).max(100).default(10) }),
  run(ctx, input): NpsSampleReport {
    const { population, answers } = select(ctx, input, input);
    const counts = countsOf(answers)[0]!;
    const n = answers.count;
    const size = input.population === 'customers' ? population.count : input.population;
    const empty = { needed: null, neededAdjusted: null, more: null, invitations: null };
    const report = { asOf: isoDay(population.asOf), margin: input.margin, level: input.level, responses: n };
    if (n === 0) return { ...report, population: size ?? null, ...empty };
    const [p, d, moe, z] = [counts.promoters / n, counts.detractors / n, input.margin / 100, zOfLevel(input.level)];
    const { n: needed } = npsSampleSize(p, d, moe, z, size);
    const { n: neededAdjusted } = npsSampleSizeAdjusted(p, d, moe, z);
    const rate = answers.invited === null ? null : n / answers.invited;
    const more = Math.max(0, needed - n);
    return {
      ...report,
      population: size ?? null,
      needed,
      neededAdjusted,
      more,
      invitations: rate === null ? null : Math.ceil(more / rate - 1e-9),
    };
  },
});
