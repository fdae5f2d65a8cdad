import { describe, expect, it } from 'vitest';
import { findLayout } from '../detect/layout.ts';
import { PROFILES } from '../profiles/index.ts';
import { catalog, hasSamples, sample } from '../read/shared-samples.testing.ts';
import { collect } from './collect.testing.ts';

const entries = hasSamples ? catalog() : [];
const verified = entries.filter((entry) => entry.confidence === 'verified');
const vendorOf: Readonly<Record<string, string>> = {
  'Microsoft Dynamics 365': 'dynamics',
  'Zoho CRM': 'zoho',
  'QuickBooks Online': 'quickbooks',
  'Microsoft Outlook': 'outlook',
  'Meta (Facebook/Instagram)': 'meta',
  'Google Forms': 'google-forms',
};

describe.skipIf(!hasSamples)('exports that are listed', () => {
  it.each(verified.map((entry) => [entry.vendor, entry.export, entry] as const))(
    '%s, %s: its headers select a profile of that vendor, whatever their case and wherever the header stands',
    (_vendor, _export, entry) => {
      const vendor = vendorOf[entry.vendor] ?? entry.vendor.toLowerCase();
      const preamble = Array.from({ length: 12 }, (_, i) => [`title ${i}`]);
      const chosen = [
        findLayout([entry.headers], PROFILES),
        findLayout([...preamble, entry.headers.map((header) => ` ${header.toUpperCase()}`)], PROFILES),
      ].map((layout) => layout.profile?.vendor);
      expect(chosen).toEqual([vendor, vendor]);
    },
  );

  it('each verified export has a profile of its own', () => {
    const ids = verified.map((entry) => findLayout([entry.headers], PROFILES).profile!.id);
    expect(ids.length - new Set(ids).size).toBe(0);
  });

  // What the headers of exports nobody has confirmed are taken for, against what the catalogue says they mean.
  it.each([
    ['likely/salesforce-report--calls.csv', 'touch', { channel: 'call' }],
    ['likely/hubspot--activities.csv', 'touch', {}],
    ['likely/recurly--invoices-summary.csv', 'transaction', {}],
    ['likely/chargebee--invoices.csv', 'transaction', { kind: 'invoice' }],
    ['likely/delighted--responses.csv', 'survey_response', {}],
    ['likely/asknicely--responses.csv', 'survey_response', {}],
    ['likely/mailchimp--campaigns.csv', 'campaign', {}],
    ['likely/directmail--drop-list.csv', 'touch', { channel: 'mail', direction: 'out', team: 'marketing' }],
    ['likely/linkedin--leads.csv', 'lead', {}],
    ['likely/tradeshow--badge-scans.csv', 'lead', {}],
  ])('%s is taken for %s, and its main fields for what they are', (name, entity, constants) => {
    const { plan, rows, rejects } = collect(sample(name), name, { dateOrder: 'mdy' });
    const [bound] = plan.entities;
    expect([bound!.name, bound!.constants, rows.length > 0, rejects]).toEqual([entity, constants, true, []]);
    const entry = entries.find((e) => e.sample === name)!;
    const found = new Map(bound!.columns.map((c) => [c.header, c.mapping.field]));
    const told = Object.entries(entry.maps_to).filter(
      ([field, header]) => field.startsWith(`${entity}.`) && !/^[=(]| \+ /.test(header),
    );
    expect(told.length).toBeGreaterThan(0);
    const wrong = told.filter(([field, header]) => found.get(header) !== field.slice(entity.length + 1));
    expect(wrong).toEqual([]);
  });
});

describe('files from outside', () => {
  it('social posts and web visits are inbound touches', () => {
    const posts = collect(
      'Post ID,Platform,Author,Author Email,Posted At,Post Text\n1,Facebook,Ada,ada@x.example,2026-01-05,Where is my order?\n2,Instagram,Ben,ben@x.example,2026-01-06,Thanks\n',
      'mentions.csv',
    );
    expect(
      posts.rows.map((r) => [r.entity, r.ext, r.values['channel'], r.values['direction'], r.party?.email]),
    ).toEqual([
      ['touch', '1', 'social', 'in', 'ada@x.example'],
      ['touch', '2', 'social', 'in', 'ben@x.example'],
    ]);
    expect([posts.rows[0]!.values['text'], posts.rows[0]!.attributes['Platform']]).toEqual([
      'Where is my order?',
      'Facebook',
    ]);
    const visits = collect(
      'session id,customer id,visit time,page url,time on page\ns1,C1,2026-02-01T10:00:00Z,/prices,95\ns2,C2,2026-02-02T10:00:00Z,/terms,1:05\n',
      'web.csv',
    );
    expect(
      visits.rows.map((r) => [r.values['channel'], r.values['direction'], r.values['duration_s'], r.party?.externalId]),
    ).toEqual([
      ['web', 'in', 95, 'C1'],
      ['web', 'in', 65, 'C2'],
    ]);
  });

  it('demographics and market research describe customers: every other column is an attribute', () => {
    const { rows, plan } = collect(
      'customer id,household income,lifestyle segment\nC1,40-60k,urban\nC2,20-40k,rural\n',
      'panel.csv',
    );
    expect(rows.map((r) => [r.entity, r.ext, r.attributes])).toEqual([
      ['account', 'C1', { 'household income': '40-60k', 'lifestyle segment': 'urban' }],
      ['account', 'C2', { 'household income': '20-40k', 'lifestyle segment': 'rural' }],
    ]);
    const sensitive = plan.entities[0]!.columns.filter((c) => c.mapping.sensitive).map((c) => c.header);
    expect(sensitive).toEqual(['household income']);
  });

  it('a session id that several page views share is no key of a visit', () => {
    const views = Array.from(
      { length: 6 },
      (_, i) => `ann@fern.example,/page${i},2026-01-0${i + 1}T09:12:00Z,s${i >> 1}`,
    );
    const { rows } = collect(`visitor email,page,timestamp,session id\n${views.join('\n')}\n`, 'web.csv');
    expect(rows.map((r) => [r.ext, r.values['channel'], r.party?.email])).toEqual(
      views.map(() => [null, 'web', 'ann@fern.example']),
    );
  });

  it('research questions are answers, a scale in the header is a score, a review is a social touch', () => {
    const told = (text: string): unknown => {
      const { rows } = collect(text, 'x.csv');
      const [first] = rows;
      return [first!.entity, first!.party?.externalId ?? first!.party?.email ?? first!.party?.name, first!.values];
    };
    expect(
      told(
        'Customer Email,Question,Answer,Date\nann@fern.example,Main supplier,Us,2026-01-05\nbo@oak.example,Main supplier,Acme,2026-01-05\n',
      ),
    ).toEqual(['answer', 'ann@fern.example', { question: 'Main supplier', value: 'Us', day: '2026-01-05' }]);
    expect(
      told(
        'Date,Customer No,Store,Shopper experience score (0-10),Comment\n2026-01-05,C-1,York,9,nice\n2026-01-06,C-2,Bonn,3,slow\n',
      ),
    ).toEqual(['survey_response', 'C-1', { day: '2026-01-05', score: 9, verbatim: 'nice' }]);
    expect(
      told('Author,Rating,Review,Date,Platform\nAnn Lee,5,Great,2026-01-05,Google\nBo Li,2,Slow,2026-01-06,Yelp\n'),
    ).toMatchObject(['touch', 'Ann Lee', { channel: 'social', direction: 'in', day: '2026-01-05' }]);
  });

  it('the day of a study is no day since which a customer is one', () => {
    const { rows } = collect(
      'Customer ID,Survey Date,Brand awareness,Main competitor\nC-1,2026-01-05,high,Acme\nC-2,2026-01-06,low,Acme\n',
      'study.csv',
    );
    expect(rows.map((r) => [r.entity, r.values, r.attributes['Survey Date']])).toEqual([
      ['account', {}, '2026-01-05'],
      ['account', {}, '2026-01-06'],
    ]);
  });

  it('a date and its time of day in two columns become one instant', () => {
    const { rows } = collect(
      'Show,Scan Date,Scan Time,Company,Email,Lead Rating\nExpo,2026-09-17,09:15,Acme,a@x.example,A\nExpo,2026-09-17,10:30,Beta,b@x.example,B\n',
      'scans.csv',
    );
    expect(rows.map((r) => [r.values['day'], r.values['at']])).toEqual([
      ['2026-09-17', Date.UTC(2026, 8, 17, 9, 15) / 1000],
      ['2026-09-17', Date.UTC(2026, 8, 17, 10, 30) / 1000],
    ]);
  });
});
