import { day, FIRST_WEEK, workday } from './calendar.ts';
import type { Day } from './calendar.ts';
import type { Company, Contact, Rung, Staff, StoryId } from './model.ts';
import { FAMILY, FIRM_STEMS, GIVEN, PLACES, slug, STREETS, TITLES, TRADES } from './names.ts';
import type { Random } from './random.ts';

export const FIRM = {
  name: 'Tarnholt Messtechnik GmbH',
  trade: 'measuring instruments and their calibration',
  domain: 'tarnholt.example',
};

const member = (name: string, team: Staff['team'], tag: string): Staff => ({
  name,
  team,
  userId: `005Tm00000${tag}0AAA`,
  email: `${slug(name).replace('-', '.')}@${FIRM.domain}`,
});
export const STAFF: readonly Staff[] = [
  member('Anke Roloff', 'sales', 'Anke'),
  member('Timo Berger', 'sales', 'Timo'),
  member('Lena Pruss', 'sales', 'Lena'),
  member('Marek Dudek', 'sales', 'Mare'),
  member('Sonja Kehl', 'sales', 'Sonj'),
  member('Hauke Brandt', 'sales', 'Hauk'),
  member('Mia Lindner', 'marketing', 'Miaa'),
  member('Oskar Freytag', 'marketing', 'Oska'),
  member('Paula Stroh', 'service', 'Paul'),
  member('Kerem Aydin', 'service', 'Kere'),
  member('Wiebke Tamm', 'service', 'Wieb'),
  member('Gregor Halm', 'accounts', 'Greg'),
];

/** Rung on 2026-06-30, rung on 2026-09-30, companies, variant of the way there. 423 in all. */
export const MOVES: readonly (readonly [from: Rung | 'new', to: Rung, count: number, variant?: string])[] = [
  ['partner', 'partner', 7],
  ['advocate', 'partner', 1],
  ['advocate', 'advocate', 18],
  ['supporter', 'advocate', 4],
  ['client', 'advocate', 3],
  ['supporter', 'supporter', 34],
  ['client', 'supporter', 6],
  ['customer', 'supporter', 2],
  ['advocate', 'supporter', 3],
  ['client', 'client', 86],
  ['supporter', 'client', 4, 'answer-expired'],
  ['supporter', 'client', 5, 'answer-fell'],
  ['advocate', 'client', 2],
  ['customer', 'client', 10],
  ['partner', 'client', 1],
  ['lapsed', 'client', 2],
  ['customer', 'customer', 68],
  ['prospect', 'customer', 14],
  ['client', 'customer', 8],
  ['prospect', 'prospect', 78],
  ['prospect', 'prospect', 12, 'hubspot-only'],
  ['prospect', 'prospect', 18, 'lead-only'],
  ['new', 'prospect', 6],
  ['new', 'prospect', 4, 'hubspot-second-week'],
  ['customer', 'prospect', 2],
  ['lapsed', 'lapsed', 5],
  ['lapsed', 'lapsed', 3, 'in-spring'],
  ['client', 'lapsed', 12],
  ['customer', 'lapsed', 4],
  ['supporter', 'lapsed', 1],
];

/** Story companies take the first places of their move, in this order. */
const CAST: readonly { story: StoryId; move: string; base: string; legal: string; pays: Company['pays'] }[] = [
  { story: 'dispute', move: 'client>client>', base: 'Thalgrund Armaturen', legal: 'GmbH', pays: 'transfer' },
  { story: 'barrage', move: 'client>client>', base: 'Ulmrode Gießerei', legal: 'GmbH', pays: 'transfer' },
  { story: 'collisions', move: 'client>client>', base: 'Brennlohe Druckguss', legal: 'AG', pays: 'transfer' },
  { story: 'duplicate-postcode', move: 'client>client>', base: 'Wendelmoor Papier', legal: 'GmbH', pays: 'transfer' },
  { story: 'say-do', move: 'supporter>supporter>', base: 'Selvatal Optik', legal: 'GmbH', pays: 'transfer' },
  {
    story: 'duplicate-tax-id',
    move: 'supporter>supporter>',
    base: 'Quellmar Medizintechnik',
    legal: 'AG',
    pays: 'both',
  },
  {
    story: 'duplicate-spelling',
    move: 'advocate>advocate>',
    base: 'Falkenrohde Feinmechanik',
    legal: 'GmbH & Co. KG',
    pays: 'both',
  },
  {
    story: 'fallen-supporter',
    move: 'supporter>client>answer-fell',
    base: 'Zellwick Kunststofftechnik',
    legal: 'GmbH',
    pays: 'transfer',
  },
  {
    story: 'black-hole',
    move: 'prospect>prospect>lead-only',
    base: 'Morvik Laborbedarf',
    legal: 'GmbH',
    pays: 'transfer',
  },
];

const KNOWN_BY_HUBSPOT_ONLY = new Set(['hubspot-only', 'lead-only', 'hubspot-second-week']);

export function buildCompanies(random: Random): Company[] {
  const r = random.stream('companies');
  const combos = r.shuffle(FIRM_STEMS.flatMap((stem) => TRADES.map((trade) => ({ stem, trade }))));
  const salesReps = STAFF.filter((s) => s.team === 'sales');
  const phones = new Map<string, number>();
  const nextPhone = (dial: string): string => {
    const n = (phones.get(dial) ?? 0) + 1;
    if (n > 999) throw new Error(`numbers under ${dial} used up`);
    phones.set(dial, n);
    return `+${dial}${String(n).padStart(3, '0')}`;
  };
  const plans = MOVES.flatMap(([from, to, count, variant = '']) =>
    Array.from({ length: count }, (_, place) => ({ from, to, variant, place })),
  );
  const taken = new Map<string, number>();
  const cast = CAST.map((c) => {
    const place = taken.get(c.move) ?? 0;
    taken.set(c.move, place + 1);
    return { ...c, place };
  });
  // Shuffled so that ids and file order say nothing about the rung.
  return r.shuffle(plans).map((plan, index) => {
    const role = cast.find((c) => c.move === `${plan.from}>${plan.to}>${plan.variant}` && c.place === plan.place);
    const combo = combos[index];
    if (!combo) throw new Error('too few names');
    const place = role ? PLACES[r.int(0, 9)]! : r.chance(90) ? PLACES[r.int(0, 9)]! : PLACES[r.int(10, 11)]!;
    const legal =
      role?.legal ??
      (place.country === 'Switzerland'
        ? 'AG'
        : r.pick(['GmbH', 'GmbH', 'GmbH', 'GmbH', 'GmbH & Co. KG', 'AG', 'KG', 'e.K.']));
    const base = role?.base ?? `${combo.stem} ${combo.trade.word}`;
    const hubspotOnly = KNOWN_BY_HUBSPOT_ONLY.has(plan.variant);
    const bought = plan.to !== 'prospect' || plan.from === 'customer';
    const mayUseCard =
      bought &&
      place.country !== 'Switzerland' &&
      !(plan.from === 'client' && plan.to === 'customer') &&
      !(plan.from === 'customer' && plan.to === 'prospect');
    const pays =
      role?.pays ??
      (mayUseCard ? r.pick(['card', 'both', ...Array<'transfer'>(10).fill('transfer')] as const) : 'transfer');
    const rhythm = role
      ? 'normal'
      : r.pick(
          bought
            ? (['even', 'even', 'even', 'normal', 'normal', 'normal', 'normal', 'bursty', 'sparse', 'sparse'] as const)
            : (['even', 'normal', 'normal', 'bursty', 'sparse', 'sparse', 'never', 'never'] as const),
        );
    const created =
      role?.story === 'black-hole' ? day('2026-05-12') : createdDay(r, plan.from, plan.variant, bought, plan.to);
    const company: Company = {
      index,
      base,
      name: `${base} ${legal}`,
      domain: `${slug(base)}.example`,
      phone: nextPhone(place.dial),
      street: `${r.pick(STREETS)} ${r.int(1, 140)}`,
      city: place.city,
      region: place.region,
      country: place.country,
      postcode: String(place.zip + r.int(0, 9)).padStart(place.country === 'Germany' ? 5 : 4, '0'),
      currency: place.country === 'Switzerland' ? 'CHF' : 'EUR',
      vatId: `${place.country === 'Germany' ? 'DE' : place.country === 'Austria' ? 'ATU' : 'CHE'}${900000000 + index * 37}`,
      industry: role ? 'Manufacturing' : combo.trade.industry,
      employees: r.int(8, 900),
      owner: salesReps[index % salesReps.length]!,
      story: role?.story ?? null,
      from: plan.from,
      to: plan.to,
      variant: plan.variant,
      created,
      salesforceId: hubspotOnly ? null : `001Tm${String(index + 1).padStart(9, '0')}AAMA`,
      stripeId: pays === 'transfer' ? null : `cus_Tm${String(100000 + index * 7)}Qx`,
      pays,
      rhythm: plan.variant === 'lead-only' || plan.variant === 'hubspot-second-week' ? 'never' : rhythm,
      dial: place.dial,
      contacts: [],
      orders: [],
      answers: [],
      advocacy: [],
      calls: [],
      appointments: [],
      sends: [],
      tickets: [],
      leads: [],
      agreement: null,
    };
    const size = hubspotOnly
      ? 1
      : bought
        ? plan.to === 'customer' || plan.to === 'lapsed'
          ? r.int(1, 2)
          : r.pick([1, 2, 2, 3])
        : r.pick([1, 1, 2]);
    for (let i = 0; i < size; i += 1)
      company.contacts.push(newContact(r, company, nextPhone(place.dial), !hubspotOnly));
    return company;
  });
}

function createdDay(r: Random, from: string, variant: string, bought: boolean, to: Rung): Day {
  if (variant === 'hubspot-second-week') return r.int(day('2026-09-22'), day('2026-09-27'));
  if (from === 'new') return r.int(day('2026-07-02'), day('2026-09-10'));
  if (variant === 'lead-only') return workday(r.int(day('2025-10-15'), day('2026-06-20')));
  if (from === 'prospect') return r.int(day('2024-01-10'), to === 'customer' ? day('2026-03-01') : day('2026-06-10'));
  return bought ? r.int(day('2019-02-01'), day('2023-09-15')) : r.int(day('2023-10-02'), day('2026-06-01'));
}

let contactSerial = 0;
function newContact(r: Random, company: Company, phone: string, inSalesforce: boolean): Contact {
  let given = '';
  let salutation = '';
  let family = '';
  let email = '';
  do {
    [given, salutation] = r.pick(GIVEN);
    family = r.pick(FAMILY);
    email = `${slug(given)}.${slug(family)}@${company.domain}`;
  } while (company.contacts.some((c) => c.email === email));
  if (company.story === 'black-hole') {
    [given, salutation, family] = ['Ines', 'Ms.', 'Ahrendt'];
    email = `ines.ahrendt@${company.domain}`;
  }
  contactSerial += 1;
  const serial = contactSerial;
  const hubspot = inSalesforce
    ? r.chance(55) || company.story !== null
    : company.variant !== 'lead-only' || r.chance(50);
  return {
    given,
    family,
    salutation,
    title: r.pick(TITLES),
    email,
    phone,
    created:
      company.variant === 'hubspot-second-week'
        ? company.created
        : Math.min(FIRST_WEEK - 3, company.created + (inSalesforce ? r.int(0, 60) : 0)),
    salesforceId: inSalesforce ? `003Tm${String(serial).padStart(9, '0')}AAMA` : null,
    hubspotId: hubspot ? String(61200000000 + serial * 37) : null,
    newsletter: false,
  };
}

/** Three people at known firms whom HubSpot got to know in the second week. */
export function addSecondWeekPeople(random: Random, companies: readonly Company[]): void {
  const r = random.stream('second week');
  const firms = companies.filter((c) => c.to === 'client' && c.story === null).slice(0, 3);
  for (const [i, c] of firms.entries()) {
    contactSerial += 1;
    c.contacts.push({
      given: ['Swantje', 'Kasimir', 'Ludger'][i]!,
      family: r.pick(FAMILY),
      salutation: '',
      title: r.pick(TITLES),
      email: `${['swantje', 'kasimir', 'ludger'][i]!}@${c.domain}`,
      phone: '',
      created: day('2026-09-22') + i * 2,
      salesforceId: null,
      hubspotId: String(61200000000 + contactSerial * 37),
      newsletter: false,
    });
  }
}

/** Starts numbering of people anew, so that two runs in one process give the same ids. */
export function resetSerials(): void {
  contactSerial = 0;
}
