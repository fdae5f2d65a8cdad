import { describe, expect, it } from 'vitest';
import { collect } from '../../mapping/collect.testing.ts';

const REPORT = [
  'Attendee Report',
  'Report Generated:,"Jan 21, 2026 09:00 AM"',
  'Topic,Webinar ID,Actual Start Time,Actual Duration (minutes)',
  'Spring plans (invented),810 0000 0001,"Jan 20, 2026 03:00 PM",61',
  'Host Details',
  'Attended,User Name (Original Name),Email,Join Time,Leave Time,Time in Session (minutes),Country/Region Name',
  'Yes,Host,host@ladder.example,"Jan 20, 2026 02:55 PM","Jan 20, 2026 04:01 PM",66,Germany',
  'Attendee Details',
  'Attended,User Name (Original Name),First Name,Last Name,Email,Registration Time,Approval Status,Join Time,Leave Time,Time in Session (minutes),Country/Region Name',
  'Yes,Nadia Okafor,Nadia,Okafor,nadia@harbour.example,"Jan 10, 2026 09:00 AM",approved,"Jan 20, 2026 03:02 PM","Jan 20, 2026 03:32 PM",30,United Kingdom',
  'Yes,Nadia Okafor,Nadia,Okafor,nadia@harbour.example,"Jan 10, 2026 09:00 AM",approved,"Jan 20, 2026 03:40 PM","Jan 20, 2026 04:00 PM",20,United Kingdom',
  'No,Tomasz Wilk,Tomasz,Wilk,tomasz@quarry.example,"Jan 11, 2026 09:00 AM",approved,--,--,--,--',
].join('\n');

describe('zoom', () => {
  it('webinar attendees: each stay is a touch in seconds, who did not come is left out', () => {
    const { plan, rows, skips, rejects } = collect(`${REPORT}\n`, 'attendees.csv');
    expect([plan.profile?.id, rejects]).toEqual(['zoom.webinar-attendees', []]);
    const stays = rows.filter((row) => row.party?.name === 'Nadia Okafor');
    expect(stays.map((row) => row.values)).toEqual([
      { day: '2026-01-20', at: 1_768_921_320, channel: 'event', direction: 'out', team: 'marketing', outcome: 'attended', duration_s: 1800 },
      { day: '2026-01-20', at: 1_768_923_600, channel: 'event', direction: 'out', team: 'marketing', outcome: 'attended', duration_s: 1200 },
    ]); // prettier-ignore
    expect(skips.map((s) => s.line)).toEqual([12]);
  });
});
