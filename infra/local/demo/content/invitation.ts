import type { Person } from '../person.ts';

/** An invitation to a meeting of an hour (RFC 5545, RFC 5546 REQUEST). */
export function invitation(
  uid: string,
  summary: string,
  start: Date,
  organiser: Person,
  guests: readonly Person[],
): Buffer {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Lindenhof Instruments//Demo//EN',
    'METHOD:REQUEST',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    `DTSTAMP:${utc(start)}`,
    `DTSTART:${utc(start)}`,
    `DTEND:${utc(new Date(start.getTime() + 3_600_000))}`,
    `SUMMARY:${summary.replace(/[\\;,]/g, '\\$&')}`,
    `ORGANIZER:mailto:${organiser.address}`,
    ...guests.map((guest) => `ATTENDEE;RSVP=TRUE:mailto:${guest.address}`),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ];
  return Buffer.from(lines.join('\r\n'));
}

function utc(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d+/g, '');
}
