import { dayOf } from '#engine/base/days.ts';
import { AS_OF, day, workday, workdayBetween } from './calendar.ts';
import type { Day } from './calendar.ts';
import type { Advocacy, Answer, Company, Contact, Order, OrderLine } from './model.ts';
import { WAVES } from './model.ts';
import type { Random } from './random.ts';

const CATALOGUE: readonly (readonly [code: string, text: string, unit: number])[] = [
  ['KAL-STD', 'Calibration, standard set', 9500],
  ['KAL-DKK', 'Calibration, accredited', 18400],
  ['MS-DIG', 'Digital caliper 150 mm', 18900],
  ['MS-BUE', 'Micrometer 0-25 mm', 26900],
  ['PR-END', 'Gauge block set, grade 1', 72000],
  ['KMG-VT', 'Maintenance visit, measuring machine', 148000],
  ['SW-PMV', 'Gauge management licence, 12 months', 96000],
];

function line(company: Company, code: string, text: string, quantity: number, unit: number): OrderLine {
  const net = quantity * unit;
  return {
    code,
    text,
    quantity,
    unit,
    net,
    tax: company.country === 'Germany' ? Math.floor((net * 19 + 50) / 100) : 0,
  };
}
const sum = (lines: readonly OrderLine[], key: 'net' | 'tax'): number => lines.reduce((total, l) => total + l[key], 0);

function newOrder(r: Random, company: Company, at: Day): Order {
  const lines: OrderLine[] = [];
  for (const [code, text, unit] of r.shuffle(CATALOGUE).slice(0, r.pick([1, 1, 2, 2, 3]))) {
    // Prices vary by contract, to the cent: no two orders of a customer share an amount by chance.
    lines.push(line(company, code, text, r.int(1, 6), unit + r.int(-900, 900)));
  }
  const paidBy =
    company.pays === 'card'
      ? 'card'
      : company.pays === 'both' && (company.story !== null || r.chance(50))
        ? 'card-for-invoice'
        : 'transfer';
  const open = paidBy === 'transfer' && (at > AS_OF - 30 || r.chance(2));
  const paidDay = open ? null : Math.min(AS_OF, paidBy === 'card' ? at : at + r.int(2, 28));
  return { day: at, lines, net: sum(lines, 'net'), tax: sum(lines, 'tax'), paidBy, paidDay, number: '', credit: null };
}

function creditWhole(order: Order, at: Day): void {
  order.credit = { day: at, lines: order.lines, net: order.net, tax: order.tax, number: '' };
}

/** Distinct working days for the orders of a company, so that its move comes true (methods, ladder rules). */
function orderDays(r: Random, c: Company): Day[] {
  const between = (lo: string, hi: string): Day => workdayBetween(r, day(lo), day(hi));
  const some = (n: number, lo: string, hi: string): Day[] => Array.from({ length: n }, () => between(lo, hi));
  switch (`${c.from}>${c.to}`) {
    case 'prospect>prospect':
    case 'new>prospect':
      return [];
    case 'prospect>customer':
      return [between('2026-07-03', '2026-09-24')];
    case 'customer>customer':
      return [between('2025-10-06', '2026-06-24')];
    case 'customer>prospect':
      return [between('2026-03-02', '2026-06-19')];
    case 'customer>client':
    case 'customer>supporter':
      return [between('2025-08-04', '2026-06-10'), between('2026-07-06', '2026-08-28')];
    case 'client>customer':
      return [between('2025-10-06', '2026-03-20'), between('2026-04-07', '2026-06-19')];
    case 'customer>lapsed':
      return [between('2025-07-03', '2025-09-25')];
    case 'client>lapsed':
    case 'supporter>lapsed':
      return [...some(r.int(1, 4), '2023-10-02', '2025-05-30'), between('2025-07-03', '2025-09-25')];
    case 'lapsed>lapsed':
      if (c.variant === 'in-spring')
        return [...some(2, '2024-06-03', '2025-03-28'), between('2025-04-03', '2025-06-18')];
      return [...some(r.int(0, 3), '2023-10-02', '2024-03-28'), between('2024-04-02', '2025-06-18')];
    case 'lapsed>client':
      return [...some(2, '2023-11-02', '2025-04-10'), between('2026-07-06', '2026-09-10')];
    default: {
      const days = [
        ...some(r.int(1, 5), '2023-10-02', '2025-02-14'),
        ...some(r.int(0, 3), '2025-02-17', '2025-10-31'),
        ...some(r.int(1, 2), '2025-11-03', '2026-06-15'),
      ];
      if (c.story === null && r.chance(55)) days.push(between('2026-07-01', '2026-09-22'));
      return days;
    }
  }
}

type Score = number | null;
const promoter = (r: Random): number => r.pick([9, 9, 10, 10, 10]);
const passive = (r: Random): number => r.pick([7, 8, 8]);
const detractor = (r: Random): number => r.pick([2, 3, 4, 5, 5, 6, 6]);
const cool = (r: Random, detractors: number): number => (r.chance(detractors) ? detractor(r) : passive(r));

/** The deciding (latest) score of a company per wave; null: nobody answers. */
function decidingScores(r: Random, c: Company): [Score, Score, Score, Score] {
  const sometimes = (percent: number, score: number): Score => (r.chance(percent) ? score : null);
  const coolScore = (percent: number): Score => sometimes(percent, cool(r, 33));
  const anyScore = (percent: number): Score =>
    sometimes(percent, r.pick([promoter(r), passive(r), promoter(r), passive(r), promoter(r), detractor(r)]));
  const first = anyScore(70);
  if (c.story === 'say-do') return [9, 9, 10, 10];
  if (c.story === 'fallen-supporter') return [8, 9, 9, 3];
  switch (`${c.from}>${c.to}`) {
    case 'supporter>supporter': {
      const way = r.int(1, 100);
      if (way <= 55) return [first, anyScore(60), promoter(r), promoter(r)];
      if (way <= 80) return [first, anyScore(60), promoter(r), null];
      return [first, promoter(r), null, promoter(r)];
    }
    case 'client>supporter':
    case 'customer>supporter':
      return [first, coolScore(60), coolScore(50), promoter(r)];
    case 'supporter>client':
      return c.variant === 'answer-expired'
        ? [first, promoter(r), null, null]
        : [first, anyScore(60), promoter(r), cool(r, 50)];
    case 'supporter>advocate':
      return [first, anyScore(60), promoter(r), sometimes(70, promoter(r))];
    case 'supporter>lapsed':
      return [first, promoter(r), null, null];
    case 'client>advocate':
      return [first, coolScore(60), coolScore(60), sometimes(60, passive(r))];
    case 'advocate>supporter':
      return [first, anyScore(50), promoter(r), sometimes(60, promoter(r))];
    case 'advocate>client':
      return [first, anyScore(50), passive(r), detractor(r)];
    case 'advocate>advocate':
    case 'advocate>partner':
    case 'partner>partner':
      return [
        first,
        anyScore(70),
        sometimes(75, r.chance(80) ? promoter(r) : passive(r)),
        sometimes(75, r.chance(80) ? promoter(r) : passive(r)),
      ];
    case 'customer>customer':
    case 'prospect>customer':
    case 'client>customer':
      return [first, anyScore(50), c.from === 'client' ? coolScore(50) : anyScore(50), anyScore(55)];
    case 'lapsed>lapsed':
    case 'customer>lapsed':
      return [first, anyScore(35), anyScore(20), anyScore(12)];
    case 'client>lapsed':
      return [first, coolScore(50), coolScore(30), null];
    default:
      return [first, coolScore(65), coolScore(60), coolScore(60)];
  }
}

function addAnswers(r: Random, c: Company): void {
  const firstOrder = c.orders.reduce((min, o) => Math.min(min, o.day), Number.MAX_SAFE_INTEGER);
  const scores = decidingScores(r, c);
  WAVES.forEach(({ year, month }, wave) => {
    const start = dayOf(year, month, 1);
    const score = scores[wave] ?? null;
    if (score === null || firstOrder > start - 10) return;
    const add = (contact: Contact, at: Day, value: Score): void => {
      const answer: Answer = { wave, contact, day: at, minute: r.int(8 * 60, 17 * 60), score: value };
      c.answers.push(answer);
    };
    c.contacts.slice(1).forEach((contact) => {
      // Colleagues answer before the deciding answer, anywhere near it.
      if (r.chance(34) && c.story === null)
        add(
          contact,
          start + r.int(1, 9),
          r.chance(5) ? null : Math.max(0, Math.min(10, score + r.pick([-2, -1, 0, 0, 0, 1]))),
        );
    });
    add(c.contacts[0]!, start + r.int(11, 22), score);
  });
}

function addAdvocacy(r: Random, c: Company): void {
  const kinds: readonly Advocacy['kind'][] = [
    'Referral',
    'Referral',
    'Referral',
    'Reference',
    'Reference',
    'Case study',
    'Testimonial',
    'Review',
  ];
  const act = (lo: string, hi: string): void => {
    c.advocacy.push({
      kind: r.pick(kinds),
      day: workdayBetween(r, day(lo), day(hi)),
      contact: c.contacts[0]!,
      referred: null,
    });
  };
  switch (`${c.from}>${c.to}`) {
    case 'advocate>advocate':
    case 'advocate>partner':
    case 'partner>partner':
      act('2025-10-06', '2026-02-27');
      if (r.chance(60)) act('2026-03-25', '2026-06-19');
      if (r.chance(40)) act('2024-05-02', '2025-06-20');
      break;
    case 'supporter>advocate':
    case 'client>advocate':
      act('2026-07-06', '2026-08-28');
      break;
    case 'advocate>supporter':
      act('2025-07-03', '2025-09-22');
      break;
    case 'advocate>client':
      act('2025-11-03', '2026-05-22');
      break;
    default:
      break;
  }
}

function addAgreement(r: Random, c: Company): void {
  const kind = r.pick(['Calibration partner', 'Reseller', 'Co-development']);
  if (c.from === 'partner' && c.to === 'partner')
    c.agreement = {
      kind,
      starts: workdayBetween(r, day('2024-02-01'), day('2026-03-31')),
      ends: r.chance(50) ? null : day('2027-12-31'),
    };
  if (c.from === 'advocate' && c.to === 'partner') c.agreement = { kind, starts: day('2026-07-15'), ends: null };
  if (c.from === 'partner' && c.to === 'client')
    c.agreement = { kind, starts: day('2024-08-15'), ends: day('2026-08-15') };
}

/** Orders, credits, answers, advocacy and agreements of every company; numbers documents in order of their day. */
export function addHistory(random: Random, companies: readonly Company[]): void {
  const r = random.stream('history');
  for (const c of companies) {
    const days = [...new Set(orderDays(r, c))].sort((a, b) => a - b);
    for (const at of days) c.orders.push(newOrder(r, c, at));
    if (c.orders.length > 3 && r.chance(12)) c.orders.push(newOrder(r, c, c.orders[1]!.day));
    const newest = c.orders.at(-1);
    if (newest && (`${c.from}>${c.to}` === 'client>customer' || `${c.from}>${c.to}` === 'customer>prospect')) {
      newest.paidBy = 'transfer';
      creditWhole(newest, workdayBetween(r, day('2026-07-06'), day('2026-09-18')));
    }
    if (c.story === 'dispute' && newest) {
      newest.day = workday(day('2026-07-27'));
      newest.paidDay = null;
    }
    if (c.from === 'client' && c.to === 'client' && c.story === null && r.chance(22)) {
      const order = c.orders.find((o) => o.paidBy === 'transfer');
      const first = order?.lines[0];
      if (order && first) {
        const part = line(c, first.code, `${first.text}: allowance`, 1, Math.floor(first.unit / 5));
        order.credit = {
          day: Math.min(AS_OF - 2, workday(order.day + r.int(10, 50))),
          lines: [part],
          net: part.net,
          tax: part.tax,
          number: '',
        };
      }
    }
    addAnswers(r, c);
    addAdvocacy(r, c);
    addAgreement(r, c);
  }
  const sold = companies.filter((c) => c.from === 'prospect' && c.to === 'customer' && c.salesforceId !== null);
  const referrals = companies.flatMap((c) => c.advocacy.filter((a) => a.kind === 'Referral'));
  referrals.forEach((a, i) => {
    const target = sold[i % (sold.length * 2)];
    if (target && target.created <= a.day) a.referred = target.salesforceId;
  });
  number(companies);
}

function number(companies: readonly Company[]): void {
  const orders = companies.flatMap((c) => c.orders.map((order) => ({ c, order })));
  orders.sort((a, b) => a.order.day - b.order.day || a.c.index - b.c.index || a.order.net - b.order.net);
  let invoice = 20417;
  for (const { order } of orders) if (order.paidBy !== 'card') order.number = `INV-${(invoice += 1)}`;
  const credits = orders
    .filter(({ order }) => order.credit !== null)
    .sort((a, b) => a.order.credit!.day - b.order.credit!.day || a.c.index - b.c.index);
  credits.forEach(({ order }, i) => {
    order.credit!.number = `CN-${String(601 + i)}`;
  });
}
