import { describe, expect, test } from 'vitest';
import { calendarText } from '../../../shared/mail/calendar-text.ts';

const event = (...lines: readonly string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'].join('\r\n');

describe('calendarText', () => {
  test.each([
    ['REQUEST', 'Invitation: Plan'],
    ['cancel', 'Cancelled: Plan'],
    ['REPLY', 'Reply to an invitation: Plan'],
    ['PUBLISH', 'Calendar entry: Plan'],
  ])('tells what %s is', (method, expected) => expect(calendarText(event('SUMMARY:Plan'), method)).toBe(expected));

  test.each([
    ['folded lines', 'SUMMARY:Pl\r\n an', 'Invitation: Plan'],
    ['escapes', 'SUMMARY:a\\, b\\; c\\\\n', 'Invitation: a, b; c\\n'],
    ['days', 'DTSTART;VALUE=DATE:20260105', 'Invitation\nStart: 2026-01-05'],
    [
      'quoted zones',
      'DTSTART;TZID="(UTC+01:00) Berlin":20260105T100000',
      'Invitation\nStart: 2026-01-05 10:00 ((UTC+01:00) Berlin)',
    ],
    ['times that are none', 'DTSTART:soon', 'Invitation\nStart: soon'],
    ['organisers without a name', 'ORGANIZER:MAILTO:a@b.c', 'Invitation\nOrganiser: a@b.c'],
    ['properties that only begin alike', 'SUMMARYX:no', 'Invitation'],
  ])('reads %s', (_, line, expected) => expect(calendarText(event(line), 'REQUEST')).toBe(expected));

  test('shows the first of several events', () => {
    const two = `BEGIN:VCALENDAR\nMETHOD:REQUEST\n${event('SUMMARY:one')}\n${event('SUMMARY:two', 'LOCATION:x')}`;
    expect(calendarText(two, '')).toBe('Invitation: one');
  });

  test('leaves out what an alarm says', () => {
    const alarmed = event('SUMMARY:Plan', 'BEGIN:VALARM', 'DESCRIPTION:wake up', 'END:VALARM');
    expect(calendarText(alarmed, 'REQUEST')).toBe('Invitation: Plan');
  });

  test.each([
    ['no method', event('SUMMARY:Plan'), ''],
    ['no event', 'METHOD:REQUEST', 'REQUEST'],
  ])('answers undefined for %s', (_, calendar, method) => expect(calendarText(calendar, method)).toBeUndefined());
});
