import { describe, expect, test } from 'vitest';
import { namedArrival } from '../../../functions/archive-arrivals/arrival-message.ts';
import { parseSesNotification } from '../../../functions/archive-arrivals/ses-notification.ts';
import { sesMessage } from '../../cloud/events.ts';

const ARRIVAL = {
  objectKey: 'incoming/ses/d6iitobk75ur44p8kdnnp7g2n800',
  source: 'ada@example.net',
  recipients: ['x7@journal.example.org', 'y8@journal.example.org'],
};
const BY_SES = 'by inbound-smtp.eu-west-1.amazonaws.com with SMTP id d6 for x7@journal.example.org; Mon, 5 Jan 2026';

/** The notification with other values in it. */
function changed(change: (notification: Record<string, Record<string, unknown>>) => void): string {
  const carrier = JSON.parse(sesMessage(ARRIVAL));
  const notification = JSON.parse(carrier.Message);
  change(notification);
  return JSON.stringify({ ...carrier, Message: JSON.stringify(notification) });
}

function received(value: string): string {
  return sesMessage({
    ...ARRIVAL,
    headers: [
      { name: 'Return-Path', value: '<a@b>' },
      { name: 'Received', value },
    ],
  });
}

describe('parseSesNotification', () => {
  test('takes key, time and envelope, and the host that SES says delivered', () => {
    expect(parseSesNotification(sesMessage(ARRIVAL))).toEqual({
      intakeKey: ARRIVAL.objectKey,
      told: {
        receivedAt: '2026-01-05T08:30:00.123Z',
        envelope: {
          mailFrom: 'ada@example.net',
          rcptTo: ARRIVAL.recipients,
          remoteAddress: '192.0.2.25',
          helloName: 'mail.example.net',
        },
      },
    });
  });

  test('takes the recipients of the rule, not those of the header', () => {
    const body = changed(({ mail }) => Object.assign(mail ?? {}, { destination: ['somebody@example.com'] }));
    expect(parseSesNotification(body)?.told?.envelope.rcptTo).toEqual(ARRIVAL.recipients);
  });

  test.each([
    { name: 'as SES writes it', source: '<>' },
    { name: 'left empty', source: '' },
  ])('knows the null reverse-path $name', ({ source }) => {
    expect(parseSesNotification(sesMessage({ ...ARRIVAL, source }))?.told?.envelope.mailFrom).toBe('');
  });

  test('writes times in UTC', () => {
    const body = sesMessage({ ...ARRIVAL, timestamp: '2026-01-05T09:30:00+01:00' });
    expect(parseSesNotification(body)?.told?.receivedAt).toBe('2026-01-05T08:30:00.000Z');
  });

  test.each([
    { name: 'IPv6', value: `from mx.example.net (mx.example.net [2001:db8::25]) ${BY_SES}`, address: '2001:db8::25' },
    { name: 'a host without reverse name', value: `from helo ([192.0.2.9]) ${BY_SES}`, address: '192.0.2.9' },
    { name: 'a host that folds lines', value: `from helo (x [192.0.2.9])\r\n\t${BY_SES}`, address: '192.0.2.9' },
  ])('reads the address of $name', ({ value, address }) => {
    expect(parseSesNotification(received(value))?.told?.envelope.remoteAddress).toBe(address);
  });

  test.each([
    {
      name: 'another host wrote the first Received field',
      value: 'from x (x [192.0.2.9]) by mx.example.net with SMTP; Mon',
    },
    {
      name: 'the host calls itself SES',
      value: `from x (x [192.0.2.9]) by inbound-smtp.eu-west-1.amazonaws.com.example.net with SMTP`,
    },
    { name: 'the greeting has another address in it', value: `from (a [203.0.113.9]) (b [192.0.2.9]) ${BY_SES}` },
    { name: 'the address is none', value: `from x (x [999.0.2.9]) ${BY_SES}` },
  ])('knows no address where $name', ({ value }) => {
    const envelope = parseSesNotification(received(value))?.told?.envelope;
    expect(envelope).toEqual({ mailFrom: 'ada@example.net', rcptTo: ARRIVAL.recipients });
  });

  test('looks at the first Received field alone: those below are the words of the sender', () => {
    const ses = { name: 'Received', value: `from x (x [192.0.2.9]) ${BY_SES}` };
    const other = { name: 'received', value: 'from y (y [203.0.113.9]) by mx.example.net with SMTP; Mon' };
    const address = (headers: readonly (typeof ses)[]) =>
      parseSesNotification(sesMessage({ ...ARRIVAL, headers }))?.told?.envelope.remoteAddress;
    expect(address([ses, other])).toBe('192.0.2.9');
    expect(address([other, ses])).toBeUndefined();
  });

  test.each([
    { name: 'no JSON', body: 'Successfully validated SNS topic for Amazon SES' },
    { name: 'our own nudge', body: '{"intakeKey":"incoming/smtp-1","sizeBytes":3}' },
    { name: 'null', body: 'null' },
    {
      name: 'the confirmation of a subscription',
      body: sesMessage(ARRIVAL).replace('"Notification"', '"SubscriptionConfirmation"'),
    },
    {
      name: 'a notification of something else',
      body: JSON.stringify({ Type: 'Notification', Message: 'Successfully validated' }),
    },
    { name: 'a bounce', body: changed((notification) => Object.assign(notification, { notificationType: 'Bounce' })) },
    {
      name: 'another action',
      body: changed(({ receipt }) => Object.assign(receipt ?? {}, { action: { type: 'SNS' } })),
    },
    { name: 'no recipients', body: changed(({ receipt }) => Object.assign(receipt ?? {}, { recipients: [] })) },
    {
      name: 'recipients that are none',
      body: changed(({ receipt }) => Object.assign(receipt ?? {}, { recipients: [1] })),
    },
    { name: 'a time that is none', body: changed(({ mail }) => Object.assign(mail ?? {}, { timestamp: 'soon' })) },
    { name: 'no reverse-path', body: changed(({ mail }) => Object.assign(mail ?? {}, { source: undefined })) },
  ])('answers nothing for $name', ({ body }) => {
    expect(parseSesNotification(body)).toBeUndefined();
  });

  test('is not held up by a hostile greeting', () => {
    const value = `from ${'a'.repeat(5_000)} (${'b '.repeat(2_500)}[192.0.2.9] ${BY_SES}`;
    expect(parseSesNotification(received(value))?.told?.envelope.remoteAddress).toBeUndefined();
  });
});

describe('namedArrival', () => {
  test('takes what SES tells, which has no size', () => {
    expect(namedArrival(sesMessage(ARRIVAL))).toMatchObject({ intakeKey: ARRIVAL.objectKey });
  });

  test('takes our own nudges as they are', () => {
    const nudge = { intakeKey: 'incoming/smtp-1', sizeBytes: 3 };
    expect(namedArrival(JSON.stringify(nudge))).toEqual(nudge);
  });

  test.each(['', '{', '{}', '[]', '{"intakeKey":1,"sizeBytes":3}', '{"intakeKey":"x"}'])(
    'answers nothing for %s',
    (body) => {
      expect(namedArrival(body)).toBeUndefined();
    },
  );
});
