import { describe, expect, it } from 'vitest';
import { collect } from '../../mapping/collect.testing.ts';
import { hasSamples, sample } from '../../read/shared-samples.testing.ts';

describe.skipIf(!hasSamples)('outlook', () => {
  it('calendar: the channel is in categories, else in the subject; all-day entries are left out', () => {
    const { plan, rows, skips } = collect(sample('outlook--calendar.csv'), 'calendar.csv');
    expect([plan.profile?.id, plan.inspection.encoding, rows.length, skips.length]).toEqual([
      'outlook.calendar',
      'cp1252',
      11,
      1,
    ]);
    expect(rows[0]).toMatchObject({
      party: { email: 'nadia@harbourmill.example' },
      values: {
        channel: 'visit',
        direction: 'out',
        team: 'sales',
        owner: 'Dana Whitlock',
        location: 'Whitby',
        at: Date.UTC(2026, 10, 2, 9, 30) / 1000,
      },
    });
    expect(rows.map((row) => row.values['channel'])).toEqual([
      'visit',
      'call',
      'visit',
      'visit',
      'call',
      'call',
      'visit',
      'visit',
      'call',
      'visit',
      'visit',
    ]);
    expect(rows[6]!.values['text']).toBe('Lunch with Siobhán');
  });

  it('calendar in another language: recognised by its 22 columns', () => {
    const [, ...lines] = sample('outlook--calendar.csv').toString('latin1').split('\r\n');
    const header =
      'Betreff,Beginnt am,Beginnt um,Endet am,Endet um,Ganztägiges Ereignis,Erinnerung Ein/Aus,Erinnerung am,Erinnerung um,Besprechungsplanung,Erforderliche Teilnehmer,Optionale Teilnehmer,Besprechungsressourcen,Abrechnungsinformationen,Kategorien,Beschreibung,Ort,Reisekilometer,Priorität,Privat,Vertraulichkeit,Zeitspanne zeigen als';
    const { plan, rows } = collect(Buffer.from([header, ...lines].join('\r\n'), 'latin1'), 'kalender.csv');
    expect([plan.profile?.id, plan.inspection.layout.confidence]).toEqual(['outlook.calendar', 0.8]);
    expect(rows.map((row) => row.values)).toEqual(
      collect(sample('outlook--calendar.csv'), 'calendar.csv').rows.map((row) => row.values),
    );
  });
});
