import { describe, expect, it } from 'vitest';
import { LadderlineError } from '#engine/base/errors.ts';
import { collect } from './collect.testing.ts';
import { Zone, localDay } from './instants.ts';
import { mappingFingerprint } from './fingerprint.ts';
import { parseMapping } from './schema.ts';
import { parseScore, seconds } from './values.ts';

const touches = parseMapping({
  entity: 'touch',
  source: 'shop',
  columns: {
    id: { field: 'external_id' },
    who: { field: 'customer_external_id' },
    when: { field: 'at' },
    how: { field: 'channel' },
    team: { field: 'team' },
    by: { field: 'owner' },
  },
});

function errorOf(run: () => unknown): LadderlineError {
  try {
    run();
  } catch (error) {
    if (error instanceof LadderlineError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('mapFile', () => {
  it('hands over typed rows with their line, raw words and attributes', () => {
    const { rows, facts } = collect(
      'id,who,when,how,team,by,extra\nT1,C9,2026-03-01 23:30:00,Phone call,Sales,Dana,"say ""hi"""\n\nT2,,2026-03-02,Fax,,Lucy,\n',
      'touches.csv',
      {
        mapping: touches,
        settings: { unit: 'company', currency: 'EUR', timezone: 'Europe/Berlin', dateOrder: null },
        ownerTeam: (owner) => (owner === 'Lucy' ? 'service' : null),
      },
    );
    expect(rows).toEqual([
      {
        entity: 'touch', line: 2, ext: 'T1', party: { kind: null, externalId: 'C9', email: null, name: null }, account: null,
        values: { day: '2026-03-01', at: Date.UTC(2026, 2, 1, 22, 30) / 1000, channel: 'call', channel_raw: 'Phone call', direction: 'out', team: 'sales', team_raw: 'Sales', owner: 'Dana' },
        attributes: { extra: 'say "hi"' },
      },
      {
        entity: 'touch', line: 4, ext: 'T2', party: null, account: null,
        values: { day: '2026-03-02', channel: 'other', channel_raw: 'Fax', direction: 'out', team: 'service', owner: 'Lucy' },
        attributes: {},
      },
    ]); // prettier-ignore
    expect([facts.read, facts.used, facts.skipped, facts.rejected, facts.records]).toEqual([2, 2, 0, 0, 2]);
  });

  it('rejects a row without a day, naming line, column, value and reason', () => {
    const { rejects, facts } = collect(
      'id,who,when,how,team,by\nT1,C1,soon,call,,\nT2,C1,,call,,\nT3,C1,2026-01-01,call,,\n',
      'touches.csv',
      { mapping: touches },
    );
    expect(rejects).toEqual([
      { line: 2, column: 'when', value: 'soon', reason: '"soon" is not a date.' },
      { line: 3, column: 'when', value: '', reason: 'The touch has no date: column "when" is empty.' },
    ]);
    expect(facts.read).toBe(facts.used + facts.skipped + facts.rejected);
  });

  it('refuses an order of day and month that cannot be decided, with column, samples and option', () => {
    const text = 'id,who,when,how,team,by\nT1,C1,03/04/2026,call,,\nT2,C1,05/06/2026,call,,\nT3,C1,07/08/2026,call,,\n';
    const error = errorOf(() => collect(text, 'touches.csv', { mapping: touches }));
    expect(error.code).toBe('date-order');
    expect(error.message).toContain('"when"');
    expect(error.message).toContain('--date-order');
    expect(error.detail).toEqual({
      file: 'touches.csv',
      column: 'when',
      samples: ['03/04/2026', '05/06/2026', '07/08/2026'],
      option: '--date-order',
    });
    expect(
      collect(text, 'touches.csv', { mapping: touches, dateOrder: 'dmy' }).rows.map((r) => r.values['day']),
    ).toEqual(['2026-04-03', '2026-06-05', '2026-08-07']);
    expect(
      collect(text, 'touches.csv', {
        mapping: touches,
        settings: { unit: 'company', currency: 'EUR', timezone: 'UTC', dateOrder: 'mdy' },
      }).rows[0]!.values['day'],
    ).toBe('2026-03-04');
  });

  it('refuses a column of mixed orders; a given order makes the misfits rejects', () => {
    const text = 'id,who,when,how,team,by\nT1,C1,13/04/2026,call,,\nT2,C1,04/13/2026,call,,\n';
    expect(errorOf(() => collect(text, 'touches.csv', { mapping: touches })).message).toMatch(
      /mixed: "13\/04\/2026".+"04\/13\/2026"/,
    );
    const { rows, rejects } = collect(text, 'touches.csv', { mapping: touches, dateOrder: 'dmy' });
    expect([rows.length, rejects.map((r) => r.line)]).toEqual([1, [3]]);
  });

  it('decides a long file on all its rows', () => {
    const early = Array.from({ length: 90_000 }, (_, i) => `T${i},C1,0${1 + (i % 9)}/0${1 + (i % 5)}/2026,call,,`).join(
      '\n',
    );
    const text = `id,who,when,how,team,by\n${early}\nX,C1,25/12/2026,call,,\n`;
    const { rows, facts } = collect(text, 'touches.csv', { mapping: touches });
    expect([rows.length, rows.at(-1)!.values['day'], facts.columns[2]!.dateOrder]).toEqual([
      90_001,
      '2026-12-25',
      'dmy',
    ]);
  });

  it('keeps money in minor units of its currency, by the decimal mark of the column', () => {
    const mapping = parseMapping({
      entity: 'transaction',
      columns: {
        nr: { field: 'number' },
        d: { field: 'at' },
        betrag: { field: 'amount' },
        w: { field: 'currency' },
        k: { field: 'kind' },
      },
    });
    const { rows, rejects, facts } = collect(
      'nr;d;betrag;w;k\n1;2026-01-01;"1.250,50";EUR;Rechnung\n2;2026-01-02;1200;JPY;Rechnung\n3;2026-01-03;"1,2345";kwd;Rechnung\n4;2026-01-04;-20,00;EUR;Gutschrift\n5;2026-01-05;zwölf;EUR;Rechnung\n',
      'rechnungen.csv',
      { mapping },
    );
    expect(rows.map((r) => [r.values['amount'], r.values['currency'], r.values['kind']])).toEqual([
      [125_050, 'EUR', 'invoice'],
      [1200, 'JPY', 'invoice'],
      [1235, 'KWD', 'invoice'],
      [2000, 'EUR', 'credit_note'],
    ]);
    expect(rejects).toEqual([
      { line: 6, column: 'betrag', value: 'zwölf', reason: '"zwölf" is not an amount with decimal mark ",".' },
    ]);
    expect(facts.controlTotals.amounts).toEqual([
      { entity: 'transaction', currency: 'EUR', minor: 127_050 },
      { entity: 'transaction', currency: 'JPY', minor: 1200 },
      { entity: 'transaction', currency: 'KWD', minor: 1235 },
    ]);
  });

  it('takes currency from the column, the header, the sign, then the workspace', () => {
    const mapping = (header: string) =>
      parseMapping({ entity: 'transaction', columns: { d: { field: 'at' }, [header]: { field: 'amount' } } });
    const currency = (header: string, value: string): unknown =>
      collect(`d,${header}\n2026-01-01,${value}\n`, 'x.csv', { mapping: mapping(header) }).rows[0]!.values['currency'];
    expect([currency('Total (GBP)', '1.50'), currency('Total', '£1.50'), currency('Total', '1.50')]).toEqual([
      'GBP',
      'GBP',
      'EUR',
    ]);
  });

  it('asks for the decimal mark when every amount looks like 1.234', () => {
    const mapping = parseMapping({ entity: 'transaction', columns: { d: { field: 'at' }, a: { field: 'amount' } } });
    expect(errorOf(() => collect('d,a\n2026-01-01,1.234\n2026-01-02,2.345\n', 'x.csv', { mapping })).code).toBe(
      'decimal-mark',
    );
  });

  it('refuses a score column that only goes up to 5, unless told', () => {
    const text = `d,s\n${[5, 4, 3, 5, 1].map((s) => `2026-01-01,${s}`).join('\n')}\n`;
    const columns = { d: { field: 'answered_at' }, s: { field: 'score' } };
    expect(
      errorOf(() => collect(text, 'x.csv', { mapping: parseMapping({ entity: 'survey_response', columns }) })).code,
    ).toBe('score-scale');
    expect(
      collect(text, 'x.csv', {
        mapping: parseMapping({ entity: 'survey_response', columns, constants: { scale_max: 10 } }),
      }).rows,
    ).toHaveLength(5);
  });

  it('keeps an unreadable answer out of the score and its text on the row', () => {
    const mapping = parseMapping({
      entity: 'survey_response',
      columns: { d: { field: 'answered_at' }, s: { field: 'score' } },
    });
    const { rows } = collect(
      'd,s\n2026-01-01,ten\n2026-01-01,7.5\n2026-01-01,11\n2026-01-01,\n2026-01-01,10 - Extremely likely\n',
      'x.csv',
      { mapping },
    );
    expect(rows.map((r) => [r.values['score'], r.attributes['s']])).toEqual([
      [undefined, 'ten'],
      [undefined, '7.5'],
      [undefined, '11'],
      [undefined, undefined],
      [10, undefined],
    ]);
  });

  it('keeps cells beyond the header and flags short rows', () => {
    const { rows, facts } = collect(
      'id,who,when,how,team,by\nT1,C1,2026-01-01\nT2,C1,2026-01-01,call,,,over,,more\n',
      'x.csv',
      { mapping: touches },
    );
    expect(rows.map((r) => r.attributes)).toEqual([{}, { 'cell 7': 'over', 'cell 9': 'more' }]);
    expect(facts.decisions.filter((d) => d.what.endsWith('rows')).map((d) => [d.what, d.value])).toEqual([
      ['short rows', '1'],
      ['long rows', '1'],
    ]);
  });

  it('conserves rows: used + skipped + rejected = read, whatever comes', () => {
    const text =
      'id,who,when,how,team,by\nT1,C1,2026-01-01,call,,\nT2,C1,x,call,,\n,,,,,\nTotal 5\nid,who,when,how,team,by\nT3,"C1,2026-01-01,call,,\nT4,C1,2026-01-02,call,,\nTotals,,,,,9\n';
    const { facts, rows, rejects, skips } = collect(text, 'x.csv', { mapping: touches });
    expect(rows.map((r) => [r.line, r.ext])).toEqual([
      [2, 'T1'],
      [8, 'T4'],
    ]);
    expect(rejects.map((r) => r.line)).toEqual([3, 5, 7]);
    expect(skips).toEqual([{ line: 6, reason: 'The header is repeated.' }]);
    expect([facts.read, facts.used, facts.skipped, facts.rejected]).toEqual([6, 2, 1, 3]);
    expect(facts.controlTotals.footers).toEqual([{ line: 9, text: 'Totals 9' }]);
  });

  it('makes several entities of one row, the attributes once', () => {
    const mapping = parseMapping({
      entities: [
        { entity: 'account', columns: { firm: { field: 'name' }, fid: { field: 'external_id' } } },
        {
          entity: 'advocacy',
          when: { columns: ['kind'] },
          columns: { fid: { field: 'customer_external_id' }, kind: { field: 'kind' }, day: { field: 'at' } },
        },
      ],
    });
    const { rows, facts } = collect('firm,fid,kind,day,x\nAcme,A1,Case study,2026-01-01,1\nBolt,B1,,,2\n', 'x.csv', {
      mapping,
    });
    expect(rows.map((r) => [r.entity, r.ext, r.values['kind'], r.attributes])).toEqual([
      ['account', 'A1', undefined, { x: '1' }],
      ['advocacy', null, 'case_study', {}],
      ['account', 'B1', undefined, { x: '2' }],
    ]);
    expect([facts.read, facts.used]).toEqual([2, 2]);
  });

  it('reads value maps, constants, keys and zones of a mapping file', () => {
    const mapping = parseMapping({
      entity: 'survey_response', source: 'shop', file: { encoding: 'latin1', delimiter: ';' },
      columns: { Kunde: { field: 'respondent_external_id' }, Bewertung: { field: 'score' }, Datum: { field: 'answered_at', dateOrder: 'dmy', zone: 'Europe/Berlin' }, Weg: { field: 'channel', values: { tel: 'phone' } } },
      constants: { survey: '2025', kind: 'relational' }, key: ['respondent_external_id', 'answered_at'],
    }); // prettier-ignore
    const { rows, plan } = collect(
      Buffer.from('Kunde;Bewertung;Datum;Weg;Grund\nK1;9;03.04.2025 00:30;Tel;weil schön\n', 'latin1'),
      'umfrage.csv',
      { mapping },
    );
    expect([plan.source, rows[0]!.ext, rows[0]!.party?.externalId]).toEqual(['shop', 'K1|03.04.2025 00:30', 'K1']);
    expect(rows[0]!.values).toEqual({
      survey: '2025',
      kind: 'relational',
      day: '2025-04-02',
      at: Date.UTC(2025, 3, 2, 22, 30) / 1000,
      score: 9,
      channel: 'phone',
    });
    expect(rows[0]!.attributes).toEqual({ Grund: 'weil schön' });
  });

  it('makes a person of a lead', () => {
    const mapping = parseMapping({
      entity: 'lead',
      columns: {
        id: { field: 'external_id' },
        First: { field: 'party.given_name' },
        Last: { field: 'party.family_name' },
        Mail: { field: 'email' },
        Tel: { field: 'phone' },
        Firm: { field: 'company' },
        Created: { field: 'created_at' },
      },
    });
    const { rows } = collect(
      'id,First,Last,Mail,Tel,Firm,Created\nL1,Ann,Bee,ann@x.example,+441234,Acme,2026-01-01\n',
      'x.csv',
      { mapping },
    );
    expect(rows[0]!.party).toEqual({
      kind: 'person',
      externalId: 'L1',
      email: 'ann@x.example',
      name: 'Ann Bee',
      phone: '+441234',
      company: 'Acme',
    });
    expect(rows[0]!.values).toMatchObject({ name: 'Ann Bee', email: 'ann@x.example', company: 'Acme' });
  });

  it('refuses an id that a spreadsheet has cut as a key, and falls back to the e-mail address', () => {
    const mapping = parseMapping({
      entity: 'party',
      columns: { id: { field: 'external_id' }, mail: { field: 'email' } },
    });
    const { rows, facts } = collect('id,mail\n5.12E+10,a@x.example\n5.12E+10,b@x.example\n', 'x.csv', { mapping });
    expect(rows.map((r) => [r.ext, r.party?.externalId, r.party?.email])).toEqual([
      [null, null, 'a@x.example'],
      [null, null, 'b@x.example'],
    ]);
    expect(facts.decisions.find((d) => d.what === 'refused as a key')?.column).toBe('id');
  });

  it('names a column that is not there, and a file that tells nothing', () => {
    expect(errorOf(() => collect('a,b\n1,2\n', 'x.csv', { mapping: touches }))).toMatchObject({
      code: 'no-column',
      detail: { file: 'x.csv', column: 'id' },
    });
    expect(errorOf(() => collect('foo,bar\nx,y\n', 'x.csv')).code).toBe('no-mapping');
    expect(errorOf(() => collect('', 'x.csv')).message).toContain('It is empty');
    expect(errorOf(() => collect(Buffer.from('%PDF-1.7'), 'x.csv')).code).toBe('not-an-export');
  });

  it('proposes a mapping for an export nobody listed', () => {
    const { plan, rows } = collect(
      'Kunden Nr;Rechnungsnummer;Rechnungsdatum;Fällig;Betrag;Währung\nK1;R-1;31.01.2026;28.02.2026;1.250,00;EUR\n',
      'buch.csv',
    );
    expect(plan.source).toBe('buch');
    expect(rows[0]).toMatchObject({
      entity: 'transaction',
      party: { externalId: 'K1' },
      values: {
        number: 'R-1',
        day: '2026-01-31',
        due_day: '2026-02-28',
        amount: 125_000,
        currency: 'EUR',
        kind: 'invoice',
      },
    });
  });
});

describe('zones', () => {
  it('follows clock changes and agrees with the system for every hour of a year', () => {
    for (const name of ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC']) {
      const zone = Zone.of(name);
      const format = new Intl.DateTimeFormat('en-CA', {
        timeZone: name,
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
      });
      for (let hour = 0; hour < 8784; hour += 1) {
        const utc = Date.UTC(2026, 0, 1) / 1000 + hour * 3600;
        const wall = utc + zone.offsetAt(utc);
        expect(new Date(localDay(utc, zone) * 86_400_000).toISOString().slice(0, 10)).toBe(format.format(utc * 1000));
        expect(zone.offsetAt(zone.toUtc(wall)) + zone.toUtc(wall)).toBe(wall);
      }
    }
  });

  it('refuses a name that is no zone', () => {
    expect(errorOf(() => Zone.of('Mars/Base')).code).toBe('bad-zone');
  });
});

describe('values', () => {
  it('parses answers in the order of methods 2.1', () => {
    expect(['8', '10.0', ' 0 ', '7.5', '11', '-1', '10 - Extremely likely', 'Extremely likely - 10', '1-2', 'ten', 'N/A'].map(parseScore)).toEqual([
      8, 10, 0, 'not a whole number', 'outside 0-10', 'outside 0-10', 10, 10, 'not a score', 'not a score', 'not a score',
    ]); // prettier-ignore
  });
  it('reads durations', () => {
    expect(['90', '1:30', '00:01:30', '2h 5m', '45 s', 'soon'].map((text) => seconds(text))).toEqual([
      90,
      90,
      90,
      7500,
      45,
      null,
    ]);
  });
});

describe('mapping files', () => {
  it.each([
    [{ entity: 'touches', columns: {} }, 'entity'],
    [{ entity: 'touch', columns: { a: { feld: 'at' } } }, 'columns.a'],
    [{ entity: 'touch', columns: { a: { field: 'at' } }, key: ['external_id'] }, 'key'],
    [{ entities: [] }, 'entities'],
  ])('refuse %j and say where', (input, where) => {
    expect(errorOf(() => parseMapping(input)).message).toContain(where);
  });

  it('have a fingerprint that survives order, case and spacing of headers', () => {
    expect(mappingFingerprint(['A b', 'c'])).toBe(mappingFingerprint([' C ', 'a  B']));
    expect(mappingFingerprint(['a', 'c'])).not.toBe(mappingFingerprint(['a', 'd']));
  });
});
