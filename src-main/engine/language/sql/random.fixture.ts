import { parseIsoDay, type Day } from '#engine/base/days.ts';
import { CHANNELS, LEAD_STATUSES, SEVERITIES, TEAMS, ADVOCACY_KINDS } from '#engine/base/vocabulary.ts';
import { Fixture } from '#engine/vectors/workspace.fixture.ts';

/** A die that falls the same way for the same seed (mulberry32). */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** An integer from 0 below n. */
  below(n: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** True once in n times. */
  once(n: number): boolean {
    return this.below(n) === 0;
  }
}

export const START = parseIsoDay('2024-11-01');
export const SPAN = 620;

/** Words with accents, quotes and signs of patterns. */
export const WORDS = ['Mia', 'MÍA', "O'Brien", 'a*b', '[x]?', 'Zoë', '100%', 'mia'] as const;
export const CURRENCIES = ['EUR', 'EUR', 'EUR', 'USD'] as const;

/**
 * A small workspace with gaps everywhere: rows of nobody, values that are missing, people and firms, merged customers,
 * credits of every kind, lists, segments and attributes. The same seed gives the same workspace.
 */
export function randomWorkspace(dice: Dice): Fixture {
  const unit = dice.once(4) ? 'person' : 'company';
  const file = new Fixture(unit);
  const maybe = <T>(value: T, n = 4): T | null => (dice.once(n) ? null : value);
  // Days cluster, so that bursts, collisions and settlements happen.
  const centre = START + dice.below(SPAN);
  const day = (): Day => (dice.once(2) ? centre + dice.below(40) : START + dice.below(SPAN));
  const word = (): string | null => maybe(dice.pick(WORDS), 5);

  const customers: number[] = [];
  for (let i = 0, n = 2 + dice.below(6); i < n; i++) {
    customers.push(
      file.customer({
        source: dice.pick(['books', 'crm', 'mail']),
        name: dice.once(6) ? ' ' : `${dice.pick(WORDS)} Ltd`,
        email: maybe(`office@${dice.pick(['alpha', 'Béta', 'mail.gamma'])}.example`, 2),
        domain: maybe(dice.pick(['www.Acme.com', 'https://beta.example/about', 'none']), 3),
        owner: word(),
        region: word(),
        country: word(),
        industry: word(),
        type: word(),
        created_day: maybe(day()),
        attributes: maybe(
          JSON.stringify({ Plan: dice.pick(['gold', 'Basic', '']), Seats: dice.pick(['4', '12', '7.5']) }),
        ),
      }),
    );
  }
  const people: number[] = [];
  for (let i = 0, n = dice.below(5); i < n; i++) {
    const id = file.add('party', {
      kind: 'person',
      source: dice.pick(['books', 'crm', 'mail']),
      name: word(),
      given_name: maybe('Ann'),
      email: maybe(`ann@${dice.pick(['alpha', 'x'])}.example`),
      title: word(),
      company: word(),
      owner: word(),
      opt_out: maybe(dice.below(2)),
      deleted: dice.once(6) ? 1 : null,
      created_day: maybe(day()),
      batch: 1 + dice.below(3),
      attributes: maybe(JSON.stringify({ Plan: dice.pick(['gold', 'silver']) })),
    });
    people.push(id);
    if (!dice.once(4)) file.join(id, dice.pick(customers));
  }
  // A merged customer, whose records still name the customer that is no more.
  if (customers.length > 2 && dice.once(2)) {
    const [gone, into] = [customers[0]!, customers[1]!];
    file.db.run('UPDATE customer SET redirect = ? WHERE id = ?', [into, gone]);
  }

  const parties = [...customers, ...people];
  const who = (): { party: number | null; account_party: number | null } => ({
    party: maybe(dice.pick(parties), 10),
    account_party: dice.once(4) ? dice.pick(customers) : null,
  });
  const rows = (table: string, most: number, row: () => Record<string, string | number | null>): void => {
    if (dice.once(5)) return;
    for (let i = 0, n = dice.below(most); i < n; i++) file.add(table, { ...who(), day: day(), ...row() });
  };
  const money = (): number => dice.pick([0, 1000, 1000, 2500, 90_000]);
  const currency = (): string => dice.pick(CURRENCIES);

  const several = dice.once(2);
  rows('purchase', 40, () => ({
    kind: dice.once(6)
      ? null
      : dice.pick(['invoice', 'invoice', 'invoice', 'payment', 'payment', 'credit_note', 'refund']),
    kind_raw: dice.once(8) ? 'other' : null,
    number: maybe(`N${dice.below(12)}`, 2),
    invoice_ext: dice.once(3) ? dice.pick([`N${dice.below(12)}`, `purchase-${1 + dice.below(30)}`, 'none']) : null,
    amount: maybe(dice.once(6) ? -1000 : money(), 10),
    tax: dice.once(5) ? dice.pick([100, -100]) : null,
    refunded: dice.once(8) ? 500 : null,
    open_balance: dice.once(8) ? 100 : null,
    currency: several ? maybe(currency(), 12) : 'EUR',
    product: word(),
    status: dice.once(3) ? dice.pick(['Paid', ' VOID ', 'requires_action', 'draft', 'in-progress', 'whatever']) : null,
    source: dice.pick(['books', 'books', 'crm']),
    attributes: dice.once(2) ? JSON.stringify({ Channel: dice.pick(['shop', 'phone']) }) : null,
  }));
  rows('touch', 60, () => ({
    direction: maybe(dice.pick(['out', 'out', 'out', 'in']), 8),
    channel: maybe(dice.pick(CHANNELS)),
    team: maybe(dice.pick(TEAMS), 3),
    owner: word(),
    campaign: word(),
    purpose: maybe(dice.pick(['service', 'dispute', 'news', 'offer']), 2),
    cost: maybe(money(), 2),
    currency: currency(),
    duration_s: maybe(dice.below(600), 2),
    attributes: dice.once(2) ? JSON.stringify({ Room: String(dice.below(9)) }) : null,
  }));
  for (const owner of WORDS.slice(0, 3)) {
    if (dice.once(2))
      file.db.run('INSERT OR IGNORE INTO owner_team(owner, team) VALUES (?, ?)', [
        file.term(owner),
        file.term(dice.pick(['sales', 'marketing', 'service'])),
      ]);
  }
  rows('response', 20, () => ({
    score: maybe(dice.below(13) - 1, 6),
    kind: maybe(dice.pick(['relational', 'transactional', 'transactional']), 4),
    survey: word(),
    asked_day: maybe(day()),
  }));
  rows('ticket', 14, () => ({
    is_dispute: maybe(dice.below(2), 5),
    severity: maybe(dice.pick(SEVERITIES)),
    status: word(),
    closed_day: maybe(day(), 2),
    first_reply_day: maybe(day(), 2),
    csat: maybe(dice.below(11) / 2, 3),
  }));
  rows('lead', 14, () => ({
    status: maybe(dice.pick(LEAD_STATUSES), 5),
    lead_source: word(),
    assigned_to: word(),
    converted_day: maybe(day(), 2),
    cost: maybe(money(), 2),
    currency: currency(),
  }));
  rows('advocacy', 8, () => ({ kind: maybe(dice.pick(ADVOCACY_KINDS)) }));
  rows('partnership', 6, () => ({ kind: word(), ends_day: maybe(day(), 2) }));
  rows('subscription', 10, () => ({
    amount: maybe(money()),
    currency: currency(),
    product: word(),
    renews_day: maybe(day()),
    cancelled_day: maybe(day(), 2),
    ended_day: maybe(day(), 2),
  }));
  rows('opportunity', 8, () => ({
    amount: maybe(money()),
    currency: currency(),
    stage: word(),
    won: maybe(dice.below(2)),
    close_date_day: maybe(day()),
  }));
  rows('answer', 12, () => ({
    question: maybe(dice.pick(['hobby', 'size', 'plan']), 8),
    value: maybe(dice.pick(['Sailing', 'ten', ' ', '']), 6),
    answered_by: word(),
    verified: maybe(dice.below(2)),
  }));
  rows('attribute', 12, () => {
    const name = dice.pick(['Staff', 'Founded', 'Motto']);
    const value = { Staff: String(dice.below(90)), Founded: `19${10 + dice.below(89)}-04-01`, Motto: dice.pick(WORDS) }[
      name
    ]!;
    return { name, value };
  });

  const segment = (name: string, kind: string, definition: string): number =>
    file.db.run('INSERT INTO segment(name, kind, definition) VALUES (?, ?, ?)', [name, kind, definition]).lastId;
  segment('Buyers', 'rule', 'purchases > 0 and open_gap > 3');
  const frozen = segment('Key', 'frozen', 'purchases > 0');
  for (const customer of customers) {
    if (dice.once(2))
      file.db.run('INSERT INTO segment_member(segment, customer, day) VALUES (?, ?, ?)', [
        frozen,
        customer,
        START + dice.pick([100, 300]),
      ]);
  }
  file.db.run('INSERT INTO list(name, keys) VALUES (?, ?)', [
    "People's list",
    JSON.stringify(['C-2', 'MIA LTD', 'ann@alpha.example', ' mia ', "o'brien"]),
  ]);
  segment('Listed', 'listed', "People's list");
  file.commit();
  return file;
}
