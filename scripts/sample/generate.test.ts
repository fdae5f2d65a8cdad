import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { generateSample, ROOT } from './generate.ts';
import type { Expected } from './expected.ts';

/*
 * Everything below reads the committed files with an ordinary CSV parser and works the figures out anew;
 * of the generator it uses only the bytes (first test) and expected.json (the claims under test).
 */
const SAMPLE = join(ROOT, 'resources/sample');
const bytesOf = (name: string): Buffer => readFileSync(join(SAMPLE, name));
const textOf = (name: string, encoding: 'utf-8' | 'windows-1252' = 'utf-8'): string =>
  new TextDecoder(encoding, { fatal: true }).decode(bytesOf(name));
type Row = Record<string, string>;
const grid = (text: string): string[][] => Papa.parse<string[]>(text, { skipEmptyLines: true }).data;
function rows(name: string, encoding: 'utf-8' | 'windows-1252' = 'utf-8', headerRows = 1): Row[] {
  const [header, ...rest] = grid(textOf(name, encoding));
  return rest
    .slice(headerRows - 1)
    .map((cells) => Object.fromEntries(header!.map((h, i) => [h || `#${i}`, cells[i] ?? ''])));
}
const of = (row: Row, column: string): string => {
  const value = row[column];
  if (value === undefined) throw new Error(`no column ${column}`);
  return value;
};

const expected = JSON.parse(readFileSync(join(ROOT, 'scripts/sample/expected/expected.json'), 'utf8')) as Expected;
const storyOf = (id: string): { customer: string; domain: string; contact: string; facts: Record<string, unknown> } => {
  const found = expected.stories.find((s) => s.id === id);
  if (!found) throw new Error(`no story ${id}`);
  return found;
};

const dayNumber = (y: string, m: string, d: string): number =>
  Date.UTC(Number(y), Number(m) - 1, Number(d)) / 86_400_000;
const ymd = (text: string): number => dayNumber(text.slice(0, 4), text.slice(5, 7), text.slice(8, 10));
const dmy = (text: string): number => dayNumber(text.slice(6, 10), text.slice(3, 5), text.slice(0, 2));
const mdy = (text: string): number => {
  const [m, d, y] = text.split(' ')[0]!.split('/');
  return dayNumber(y!, m!, d!);
};
const iso = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
const cents = (text: string): number => Math.round(Number(text) * 100);
const AS_OF = ymd('2026-09-30');

const accounts = rows('salesforce--accounts.csv');
const contacts = rows('salesforce--contacts.csv');
const hubspotFirst = rows('hubspot--contacts-2026-09-21.csv');
const hubspotSecond = rows('hubspot--contacts-2026-09-28.csv');
const stripeCustomers = rows('stripe--customers.csv');
const stripePayments = rows('stripe--payments.csv');
const xero = rows('xero--sales-invoices.csv');
const waves = ['2025-03', '2025-09', '2026-03', '2026-09'].map((wave) => ({
  wave,
  rows: rows(`surveymonkey--responses-${wave}.csv`, 'utf-8', 2),
}));
const tickets = rows('zendesk--tickets.csv');
const calls = rows('aircall--calls.csv');
const calendar = rows('outlook--calendar.csv', 'windows-1252');
const sends = rows('mailings--sends.csv');
const leads = rows('salesforce--leads.csv');
const advocacy = rows('advocacy.csv', 'windows-1252');
const partnerships = rows('partnerships.csv', 'windows-1252');

/** Customers by company domain; the few records without one join by tax id or by exact name. */
const domainOf = (address: string): string => address.slice(address.indexOf('@') + 1).toLowerCase();
const live = accounts.filter((a) => of(a, 'ISDELETED') === 'false');
const siteOf = (a: Row): string => of(a, 'WEBSITE').replace('https://www.', '');
const domainById = new Map(live.map((a) => [of(a, 'ID'), siteOf(a)]));
const domainByName = new Map(live.map((a) => [of(a, 'NAME'), siteOf(a)]));
const domainByTaxId = new Map(live.filter((a) => of(a, 'VATID__C') !== '').map((a) => [of(a, 'VATID__C'), siteOf(a)]));
const stripeDomain = new Map(
  stripeCustomers.map((c) => [of(c, 'id'), domainByTaxId.get(of(c, 'vat_id (metadata)')) ?? domainOf(of(c, 'Email'))]),
);
const xeroDomain = (row: Row): string =>
  of(row, 'EmailAddress') === ''
    ? (domainByName.get(of(row, 'ContactName')) ?? '?')
    : domainOf(of(row, 'EmailAddress'));
const domainByPhone = new Map<string, string>([
  ...live.map((a) => [of(a, 'PHONE'), siteOf(a)] as const),
  ...contacts.map((c) => [of(c, 'Phone'), domainOf(of(c, 'Email'))] as const),
  ...hubspotSecond.map((c) => [of(c, 'Phone Number'), domainOf(of(c, 'Email'))] as const),
]);

type Order = { domain: string; day: number; gross: number; net: number; credits: { day: number; net: number }[] };
function readOrders(): Order[] {
  const invoices = new Map<string, Order>();
  const documents = xero.filter(
    (r) => !['Draft', 'Voided'].includes(of(r, 'Status')) && of(r, 'InvoiceDate') !== '31/06/2025',
  );
  const net = (r: Row): number => cents(of(r, 'Total')) - cents(of(r, 'TaxTotal'));
  for (const r of documents.filter((d) => of(d, 'Type') === 'Sales invoice'))
    invoices.set(of(r, 'InvoiceNumber'), {
      domain: xeroDomain(r),
      day: dmy(of(r, 'InvoiceDate')),
      gross: cents(of(r, 'Total')),
      net: net(r),
      credits: [],
    });
  const seen = new Set<string>();
  for (const r of documents.filter((d) => of(d, 'Type') === 'Sales credit note')) {
    if (seen.has(of(r, 'InvoiceNumber'))) continue;
    seen.add(of(r, 'InvoiceNumber'));
    invoices.get(of(r, 'Reference'))!.credits.push({ day: dmy(of(r, 'InvoiceDate')), net: net(r) });
  }
  const orders = [...invoices.values()];
  const paid = new Map(stripePayments.filter((p) => of(p, 'Status') === 'Paid').map((p) => [of(p, 'id'), p]));
  for (const p of paid.values()) {
    const domain = stripeDomain.get(of(p, 'Customer ID'))!;
    const day = ymd(of(p, 'Created (UTC)'));
    const gross = cents(of(p, 'Amount'));
    const settles = [...invoices.values()].some(
      (o) => o.domain === domain && o.gross === gross && day - o.day >= 0 && day - o.day <= 60,
    );
    expect(settles).toBe(of(p, 'Description').startsWith('Payment for INV-'));
    if (!settles) orders.push({ domain, day, gross, net: gross - cents(of(p, 'Amount Refunded')), credits: [] });
  }
  return orders;
}

type Answer = { domain: string; email: string; at: number; score: number };
const scoreOf = (text: string): number | null =>
  text === '' ? null : text.startsWith('Extremely') ? 10 : text.startsWith('Not at all') ? 0 : Number(text);
const minutes = (text: string): number => {
  const [, clock, half] = text.split(' ');
  const [h, m] = clock!.split(':').map(Number);
  return (h! % 12) * 60 + m! + (half === 'PM' ? 720 : 0);
};
const question = 'How likely is it that you would recommend Tarnholt Messtechnik GmbH to a friend or colleague?';
const answersOf = (wave: (typeof waves)[number]): Answer[] =>
  wave.rows.flatMap((r) => {
    const score = scoreOf(of(r, question));
    if (score === null || !Number.isInteger(score)) return [];
    return [
      {
        domain: domainOf(of(r, 'Email Address')),
        email: of(r, 'Email Address'),
        at: mdy(of(r, 'End Date')) * 1440 + minutes(of(r, 'End Date')),
        score,
      },
    ];
  });

const everyDomain = new Set([
  ...domainById.values(),
  ...hubspotSecond.filter((c) => of(c, 'Email') !== '').map((c) => domainOf(of(c, 'Email'))),
  ...leads.map((l) => domainOf(of(l, 'Email'))),
]);
const knownFrom = new Map<string, number>();
for (const [domain, day] of [
  ...live.map((a) => [siteOf(a), ymd(of(a, 'CREATEDDATE'))] as const),
  ...hubspotSecond
    .filter((c) => of(c, 'Email') !== '')
    .map((c) => [domainOf(of(c, 'Email')), ymd(of(c, 'Create Date'))] as const),
  ...leads.map((l) => [domainOf(of(l, 'Email')), ymd(of(l, 'CreatedDate'))] as const),
])
  knownFrom.set(domain, Math.min(day, knownFrom.get(domain) ?? day));

function rungs(asOf: number): Map<string, string> {
  const orders = Map.groupBy(readOrders(), (o) => o.domain);
  const answers = Map.groupBy(waves.flatMap(answersOf), (a) => a.domain);
  const acts = Map.groupBy(advocacy, (a) => domainById.get(of(a, 'Account ID')));
  const agreements = Map.groupBy(partnerships, (a) => domainById.get(of(a, 'Account ID')));
  const recent = (day: number): boolean => day <= asOf && day > asOf - 365;
  const rung = (domain: string): string => {
    const days = new Set(
      (orders.get(domain) ?? [])
        .filter(
          (o) => o.day <= asOf && o.net > o.credits.filter((c) => c.day <= asOf).reduce((sum, c) => sum + c.net, 0),
        )
        .map((o) => o.day),
    );
    if (days.size === 0) return 'prospect';
    const partner = (agreements.get(domain) ?? []).some(
      (a) => dmy(of(a, 'Start')) <= asOf && (of(a, 'End') === '' || asOf < dmy(of(a, 'End'))),
    );
    if (Math.max(...days) <= asOf - 366 && !(partner && days.size > 1)) return 'lapsed';
    if (days.size === 1) return 'customer';
    if (partner) return 'partner';
    const last = (answers.get(domain) ?? [])
      .filter((a) => recent(Math.floor(a.at / 1440)))
      .sort((a, b) => b.at - a.at)[0];
    const act = Math.max(0, ...(acts.get(domain) ?? []).map((a) => dmy(of(a, 'Date'))).filter(recent));
    if (act > 0 && !(last && last.score <= 6 && Math.floor(last.at / 1440) > act)) return 'advocate';
    return last && last.score >= 9 ? 'supporter' : 'client';
  };
  return new Map([...everyDomain].filter((d) => knownFrom.get(d)! <= asOf).map((d) => [d, rung(d)]));
}

type Touch = { domain: string; day: number; team: 'sales' | 'marketing' | 'service' | 'accounts' };
const touches: Touch[] = [
  ...calls
    .filter((c) => of(c, 'direction') === 'outbound')
    .map((c) => ({
      domain: domainByPhone.get(`+${of(c, 'customer number')}`) ?? '?',
      day: ymd(of(c, 'datetime (utc)')),
      team: ({ Sales: 'sales', Support: 'service', Accounts: 'accounts' } as const)[of(c, 'team') as 'Sales'],
    })),
  ...calendar
    .filter((e) => of(e, 'Required Attendees') !== '')
    .map((e) => ({
      domain: domainOf(of(e, 'Required Attendees').split(';')[0]!),
      day: mdy(of(e, 'Start Date')),
      team: 'sales' as const,
    })),
  ...sends
    .filter((s) => of(s, 'Recipient') !== '' && of(s, 'Sent at') !== 'pending')
    .map((s) => ({ domain: domainOf(of(s, 'Recipient')), day: dmy(of(s, 'Sent at')), team: 'marketing' as const })),
].filter((t) => t.day <= AS_OF);
const touchesByDomain = Map.groupBy(touches, (t) => t.domain);
const daysOf = (domain: string, team?: Touch['team']): number[] =>
  [
    ...new Set(
      (touchesByDomain.get(domain) ?? []).filter((t) => team === undefined || t.team === team).map((t) => t.day),
    ),
  ].sort((a, b) => a - b);

describe('the committed files', () => {
  it('are what the generator writes, byte for byte, and nothing else', () => {
    const generated = generateSample();
    const different = [...generated]
      .filter(([path, bytes]) => !existsSync(join(ROOT, path)) || !readFileSync(join(ROOT, path)).equals(bytes))
      .map(([path]) => path);
    expect(different).toEqual([]);
    const present = ['resources/sample', 'scripts/sample/expected'].flatMap((dir) =>
      readdirSync(join(ROOT, dir)).map((name) => `${dir}/${name}`),
    );
    expect(present.sort()).toEqual([...generated.keys()].sort());
  });

  it('are the same in a second run in the same process', () => {
    expect(generateSample()).toEqual(generateSample());
  });

  it('stay small enough to ship', () => {
    expect(readdirSync(SAMPLE).reduce((sum, name) => sum + bytesOf(name).length, 0)).toBeLessThan(4_000_000);
  });

  it('have the line ends, quoting and encodings of the vendors', () => {
    const shape = (name: string): string => {
      const head = bytesOf(name).toString('latin1');
      return `${head.includes('\r\n') ? 'CRLF' : 'LF'} ${head.startsWith('"') ? 'all quoted' : 'quoted where needed'}`;
    };
    expect(
      Object.fromEntries(
        [
          'salesforce--accounts.csv',
          'salesforce--contacts.csv',
          'salesforce--leads.csv',
          'hubspot--contacts-2026-09-21.csv',
          'stripe--customers.csv',
          'stripe--payments.csv',
          'xero--sales-invoices.csv',
          'surveymonkey--responses-2026-09.csv',
          'zendesk--tickets.csv',
          'aircall--calls.csv',
          'outlook--calendar.csv',
        ].map((name) => [name, shape(name)]),
      ),
    ).toEqual({
      'salesforce--accounts.csv': 'LF all quoted',
      'salesforce--contacts.csv': 'CRLF all quoted',
      'salesforce--leads.csv': 'LF all quoted',
      'hubspot--contacts-2026-09-21.csv': 'LF quoted where needed',
      'stripe--customers.csv': 'LF quoted where needed',
      'stripe--payments.csv': 'CRLF quoted where needed',
      'xero--sales-invoices.csv': 'CRLF quoted where needed',
      'surveymonkey--responses-2026-09.csv': 'LF quoted where needed',
      'zendesk--tickets.csv': 'LF all quoted',
      'aircall--calls.csv': 'LF quoted where needed',
      'outlook--calendar.csv': 'CRLF quoted where needed',
    });
    expect(() => textOf('outlook--calendar.csv')).toThrow();
    expect(textOf('outlook--calendar.csv', 'windows-1252')).toContain('Besuch – ');
  });

  it('are listed in sample.json, once each, with mapping files that exist', () => {
    const manifest = JSON.parse(textOf('sample.json')) as {
      files: { file: string; map: string | null; profile: string | null }[];
      ownerTeams: { file: string; map: string };
    };
    const listed = [
      ...manifest.files.flatMap((f) => [f.file, ...(f.map === null ? [] : [f.map])]),
      manifest.ownerTeams.file,
      manifest.ownerTeams.map,
      'sample.json',
      'README.md',
      '.gitattributes',
    ];
    expect(listed.sort()).toEqual(readdirSync(SAMPLE).sort());
    expect(manifest.files.filter((f) => (f.map === null) === (f.profile === null))).toEqual([]);
  });

  it('use only reserved domains', () => {
    const addresses = readdirSync(SAMPLE).flatMap(
      (name) =>
        bytesOf(name)
          .toString('latin1')
          .match(/@[\w.-]+\w/g) ?? [],
    );
    expect(addresses.length).toBeGreaterThan(10_000);
    expect(addresses.filter((a) => !a.toLowerCase().endsWith('.example'))).toEqual([]);
  });

  const shared = process.env['LADDERLINE_SHARED'] ?? join(ROOT, '../shared');
  const samples = join(shared, 'exports/samples');
  if (!existsSync(samples)) process.stdout.write('skipped: no shared folder\n');
  it.skipIf(!existsSync(samples))('begin with the headers of the reference exports', () => {
    const headerOf = (path: string, encoding = 'utf-8'): string[] =>
      grid(new TextDecoder(encoding).decode(readFileSync(path)).slice(0, 8000))[0]!;
    const pairs: [string, string, number][] = [
      ['salesforce--accounts.csv', 'salesforce-dataloader--accounts.csv', 1],
      ['salesforce--contacts.csv', 'salesforce-export--contacts.csv', 0],
      ['hubspot--contacts-2026-09-28.csv', 'hubspot--contacts.csv', 0],
      ['stripe--customers.csv', 'stripe--customers.csv', 1],
      ['stripe--payments.csv', 'stripe--payments.csv', 0],
      ['xero--sales-invoices.csv', 'xero--sales-invoices.csv', 0],
      ['zendesk--tickets.csv', 'zendesk--tickets.csv', 0],
      ['aircall--calls.csv', 'aircall--calls.csv', 0],
      ['outlook--calendar.csv', 'outlook--calendar.csv', 0],
    ];
    for (const [ours, theirs, custom] of pairs) {
      const mine = headerOf(join(SAMPLE, ours));
      expect(mine.slice(0, mine.length - custom)).toEqual(headerOf(join(samples, theirs)));
    }
    const survey = headerOf(join(SAMPLE, 'surveymonkey--responses-2026-09.csv')).map((h) =>
      h.replace('Tarnholt Messtechnik GmbH', 'Ladder Supplies'),
    );
    expect(survey).toEqual(headerOf(join(samples, 'surveymonkey--responses.csv')));
  });
});

describe('what stands in them', () => {
  it('rungs on three days, by an independent reading of orders, credits, answers, acts and agreements', () => {
    for (const [date, counts] of Object.entries(expected.rungs)) {
      const found = [...rungs(ymd(date)).values()];
      expect({
        date,
        ...Object.fromEntries(Object.keys(counts).map((r) => [r, found.filter((x) => x === r).length])),
      }).toEqual({ date, ...counts });
    }
    expect(rungs(AS_OF).size).toBe(expected.customers);
  });

  it('story 6: clients slid back in the third quarter of 2026', () => {
    const [before, after] = [rungs(ymd('2026-06-30')), rungs(AS_OF)];
    const names = new Map([...domainByName].map(([name, domain]) => [domain, name]));
    const fell = (to: string): string[] =>
      [...before].filter(([d, r]) => r === 'client' && after.get(d) === to).map(([d]) => names.get(d)!);
    expect(fell('lapsed').sort()).toEqual([...expected.clientsWhoFell.lapsed].sort());
    expect(fell('customer').sort()).toEqual([...expected.clientsWhoFell['fully credited']].sort());
    const quarter = expected.clientQuarters.at(-1)!;
    expect(quarter).toMatchObject({ quarter: '2026-Q3', fell: fell('lapsed').length + fell('customer').length });
    expect(quarter.fell).toBeGreaterThan(2 * quarter.rose);
    const moves: Record<string, number> = {};
    for (const [d, to] of after)
      moves[`${before.get(d) ?? 'new'}>${to}`] = (moves[`${before.get(d) ?? 'new'}>${to}`] ?? 0) + 1;
    expect(moves).toEqual(Object.fromEntries(expected.migration.moves.map((m) => [`${m.from}>${m.to}`, m.customers])));
  });

  it('NPS of each wave', () => {
    const read = waves.map((w) => {
      const scores = answersOf(w).map((a) => a.score);
      const promoters = scores.filter((s) => s > 8).length;
      const detractors = scores.filter((s) => s < 7).length;
      return {
        wave: w.wave,
        answers: scores.length,
        promoters,
        passives: scores.length - promoters - detractors,
        detractors,
        nps: Math.round((1000 * (promoters - detractors)) / scores.length) / 10,
      };
    });
    expect(expected.nps.map(({ unanswered: _, ...rest }) => rest)).toEqual(read);
    for (const w of read) expect(w.answers).toBeGreaterThanOrEqual(150);
    expect(waves.every((w) => new Set(answersOf(w).map((a) => a.email)).size === answersOf(w).length)).toBe(true);
  });

  it('revenue of twelve months, Xero net of tax and credits', () => {
    const inWindow = (day: number): boolean => day > AS_OF - 365 && day <= AS_OF;
    const documents = new Map(
      xero
        .filter((r) => !['Draft', 'Voided'].includes(of(r, 'Status')) && of(r, 'InvoiceDate') !== '31/06/2025')
        .map((r) => [of(r, 'InvoiceNumber'), r]),
    );
    const total: Record<string, number> = { EUR: 0, CHF: 0 };
    for (const r of documents.values()) {
      const net = cents(of(r, 'Total')) - cents(of(r, 'TaxTotal'));
      if (inWindow(dmy(of(r, 'InvoiceDate'))))
        total[of(r, 'Currency')]! += of(r, 'Type') === 'Sales invoice' ? net : -net;
    }
    expect(total).toEqual(expected.revenue12m.xero);
  });

  it('every event finds its customer', () => {
    expect(touches.filter((t) => !everyDomain.has(t.domain))).toEqual([]);
    expect(
      [
        ...new Set([
          ...stripeDomain.values(),
          ...xero.map(xeroDomain),
          ...waves.flatMap(answersOf).map((a) => a.domain),
          ...tickets.map((t) => of(t, 'Requester domain')),
        ]),
      ].filter((d) => !everyDomain.has(d)),
    ).toEqual([]);
  });

  it('clusters.csv names every record with an id', () => {
    const clusters = Papa.parse<Row>(readFileSync(join(ROOT, 'scripts/sample/expected/clusters.csv'), 'utf8'), {
      header: true,
      skipEmptyLines: true,
    }).data;
    const ids = new Set(clusters.map((c) => c['external_id']));
    const missing = [
      ...live.map((a) => of(a, 'ID')),
      ...contacts.map((c) => of(c, 'Id')),
      ...stripeCustomers.map((c) => of(c, 'id')),
      ...leads.map((l) => of(l, 'Id')),
    ].filter((id) => !ids.has(id));
    expect(missing).toEqual([]);
    expect(new Set(clusters.map((c) => c['customer'])).size).toBe(expected.customers);
  });
});

describe('the planted stories', () => {
  it('1: a client in dispute who is sold to', () => {
    const s = storyOf('dispute');
    const ticket = tickets.find((t) => of(t, 'Id') === s.facts['ticket'])!;
    expect({
      tags: of(ticket, 'Tags'),
      status: of(ticket, 'Status'),
      opened: of(ticket, 'Created at').slice(0, 10),
      solved: of(ticket, 'Solved at'),
      domain: of(ticket, 'Requester domain'),
    }).toEqual({ tags: 'dispute billing', status: 'Open', opened: '2026-08-11', solved: '', domain: s.domain });
    const inside = (team: Touch['team']): string[] =>
      daysOf(s.domain, team)
        .filter((d) => d >= ymd('2026-08-11'))
        .map(iso);
    expect([inside('sales'), inside('marketing'), inside('service')]).toEqual([
      s.facts['salesCalls'],
      s.facts['marketingEmails'],
      s.facts['serviceCalls'],
    ]);
    expect(
      xero
        .filter((r) => of(r, 'InvoiceNumber') === s.facts['openInvoice'])
        .every((r) => of(r, 'Status') === 'Awaiting Payment' && xeroDomain(r) === s.domain),
    ).toBe(true);
    expect(rungs(AS_OF).get(s.domain)).toBe('client');
  });

  it('1: open disputes and the touches inside every dispute', () => {
    const found = tickets
      .filter((t) => of(t, 'Tags').split(' ').includes('dispute') && of(t, 'Id') !== '13999')
      .map((t) => ({
        domain: of(t, 'Requester domain'),
        opened: ymd(of(t, 'Created at')),
        closed: of(t, 'Solved at') === '' ? null : ymd(of(t, 'Solved at')),
      }));
    for (const p of stripePayments)
      if (of(p, 'Dispute Date (UTC)') !== '')
        found.push({
          domain: stripeDomain.get(of(p, 'Customer ID'))!,
          opened: ymd(of(p, 'Dispute Date (UTC)')),
          closed: null,
        });
    const audit = found.map((d) => ({
      domain: d.domain,
      opened: iso(d.opened),
      commercialTouches: (touchesByDomain.get(d.domain) ?? []).filter(
        (t) =>
          (t.team === 'sales' || t.team === 'marketing') &&
          t.day >= d.opened &&
          (d.closed === null || t.day < d.closed),
      ).length,
    }));
    expect(audit.sort((a, b) => (a.opened < b.opened ? -1 : 1))).toEqual(
      expected.disputes.map((d) => ({
        domain: domainByName.get(d.customer),
        opened: d.opened,
        commercialTouches: d.commercialTouches,
      })),
    );
    expect(found.filter((d) => d.closed === null).length).toBe(expected.openDisputes.length);
  });

  it('2: a barrage, then silence, and no other', () => {
    const found = [...everyDomain].flatMap((domain) => {
      const days = daysOf(domain);
      return days.flatMap((last, i) =>
        i >= 3 && last - days[i - 3]! <= 6 && (days[i + 1] ?? AS_OF) - last >= 60
          ? [{ domain, to: iso(last), silentDays: (days[i + 1] ?? AS_OF) - last }]
          : [],
      );
    });
    const s = storyOf('barrage');
    expect(found).toEqual([{ domain: s.domain, to: s.facts['to'], silentDays: s.facts['silentDays'] }]);
    expect(
      daysOf(s.domain)
        .filter((d) => d >= ymd('2026-06-01'))
        .map(iso),
    ).toEqual(['2026-06-08', '2026-06-09', '2026-06-10', '2026-06-11', '2026-06-12']);
  });

  it('3: an advocate in words only', () => {
    const s = storyOf('say-do');
    const scores = waves
      .flatMap(answersOf)
      .filter((a) => a.email === s.contact)
      .map((a) => a.score);
    expect(scores).toEqual([9, 9, 10, 10]);
    expect(advocacy.filter((a) => domainById.get(of(a, 'Account ID')) === s.domain)).toEqual([]);
    expect(rungs(AS_OF).get(s.domain)).toBe('supporter');
  });

  it('4: a lead in the black hole, among others', () => {
    const s = storyOf('black-hole');
    const lead = leads.find((l) => of(l, 'Id') === s.facts['lead'])!;
    expect({
      email: of(lead, 'Email'),
      assigned: of(lead, 'Assigned_At__c').slice(0, 10),
      followUp: of(lead, 'First_Followup_At__c'),
      status: of(lead, 'Status'),
    }).toEqual({ email: s.contact, assigned: '2026-05-13', followUp: '', status: 'Open - Not Contacted' });
    const never = leads.filter(
      (l) =>
        of(l, 'Assigned_At__c') !== '' &&
        of(l, 'First_Followup_At__c') === '' &&
        ymd(of(l, 'Assigned_At__c')) < AS_OF - 2,
    );
    expect(never.length).toBe(expected.leads.states['black-hole']);
    expect(never.flatMap((l) => daysOf(domainOf(of(l, 'Email'))))).toEqual([]);
    expect(leads.filter((l) => of(l, 'OwnerId').startsWith('00G')).length).toBe(
      expected.leads.states['never-assigned'],
    );
    expect(leads.length).toBe(expected.leads.total);
  });

  it('5: one firm under several names', () => {
    const s = storyOf('duplicate-spelling');
    const names = [
      ...live.filter((a) => siteOf(a) === s.domain).map((a) => of(a, 'NAME')),
      ...hubspotSecond.filter((c) => domainOf(of(c, 'Email')) === s.domain).map((c) => of(c, 'Associated Company')),
      ...stripeCustomers.filter((c) => stripeDomain.get(of(c, 'id')) === s.domain).map((c) => of(c, 'Name')),
      ...xero.filter((r) => xeroDomain(r) === s.domain).map((r) => of(r, 'ContactName')),
    ];
    expect([...new Set(names)]).toEqual([
      'Falkenrohde Feinmechanik GmbH & Co. KG',
      'Falkenrohde Fein-Mechanik',
      'FALKENROHDE FEINMECHANIK',
      'Falkenrohde Feinmechanik GmbH & Co KG',
    ]);
    expect(
      hubspotSecond.filter((c) => of(c, 'Email').toLowerCase() === s.contact).map((c) => of(c, 'Email')),
    ).toContain(s.contact.toUpperCase());
    expect(stripePayments.filter((p) => stripeDomain.get(of(p, 'Customer ID')) === s.domain).length).toBeGreaterThan(0);

    const tax = storyOf('duplicate-tax-id');
    const customer = stripeCustomers.find((c) => of(c, 'Email').endsWith('@quellmar-gruppe.example'))!;
    expect(domainByTaxId.get(of(customer, 'vat_id (metadata)'))).toBe(tax.domain);
    const postcode = storyOf('duplicate-postcode');
    const billed = xero.filter((r) => of(r, 'ContactName') === postcode.customer);
    expect(billed.length).toBeGreaterThan(0);
    expect(
      billed.every(
        (r) =>
          of(r, 'EmailAddress') === '' &&
          of(r, 'POPostalCode') === live.find((a) => siteOf(a) === postcode.domain)!['BILLINGPOSTALCODE'],
      ),
    ).toBe(true);
  });

  it('7: a supporter who fell after a 9 became a 3', () => {
    const s = storyOf('fallen-supporter');
    expect(
      waves
        .flatMap(answersOf)
        .filter((a) => a.domain === s.domain)
        .map((a) => a.score),
    ).toEqual([8, 9, 9, 3]);
    expect([rungs(ymd('2026-06-30')).get(s.domain), rungs(AS_OF).get(s.domain)]).toEqual(['supporter', 'client']);
  });

  it('8: sales and marketing on one doorstep', () => {
    const pairs = (domain: string): number =>
      daysOf(domain, 'sales').flatMap((a) => daysOf(domain, 'marketing').filter((b) => Math.abs(a - b) <= 3)).length;
    const ranking = [...everyDomain]
      .map((domain) => ({ domain, pairs: pairs(domain) }))
      .sort((a, b) => b.pairs - a.pairs);
    const s = storyOf('collisions');
    expect([ranking[0], ranking[1]!.pairs]).toEqual([
      { domain: s.domain, pairs: s.facts['pairsWithin3Days'] },
      s.facts['nextHighest'],
    ]);
  });

  it('9: the second weekly export holds the first, seven new rows and four changed statuses', () => {
    const key = (r: Row): string => of(r, 'Record ID');
    const second = new Map(hubspotSecond.map((r) => [key(r), r]));
    expect(hubspotFirst.filter((r) => !second.has(key(r)))).toEqual([]);
    const changed = hubspotFirst.flatMap((r) =>
      Object.keys(r).filter((column) => r[column] !== second.get(key(r))![column]),
    );
    expect(changed).toEqual(['Lead Status', 'Lead Status', 'Lead Status', 'Lead Status']);
    expect(hubspotSecond.length - hubspotFirst.length).toBe(7);
    expect(second.size).toBe(hubspotSecond.length);
  });

  it('planted rows stand on the lines that are named', () => {
    const planted = expected.files.flatMap((f) => f.planted.map((p) => ({ file: f.file, ...p })));
    expect(planted.length).toBe(7);
    for (const p of planted) {
      const lines = bytesOf(p.file).toString('utf8').split(/\r?\n/);
      const header = grid(lines[0]!)[0]!;
      const cells = Papa.parse<string[]>(lines[p.line - 1]!, { delimiter: ',' }).data[0]!;
      expect({ file: p.file, value: cells[header.indexOf(p.column!)] }).toEqual({ file: p.file, value: p.value });
    }
  });

  it('record counts are those of an ordinary CSV reader', () => {
    for (const f of expected.files) {
      const headerRows = f.file.startsWith('surveymonkey') ? 2 : 1;
      const encoding = ['outlook--calendar.csv', 'advocacy.csv', 'partnerships.csv', 'owner-teams.csv'].includes(f.file)
        ? 'windows-1252'
        : 'utf-8';
      expect({ file: f.file, records: rows(f.file, encoding, headerRows).length }).toEqual({
        file: f.file,
        records: f.records,
      });
    }
  });
});
