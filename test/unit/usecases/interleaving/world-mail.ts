import type { WorldArrival } from './filing-world.ts';

const mail = (received: string) =>
  `Received: ${received}\r\nFrom: a@x.test\r\nTo: b@x.test\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n` +
  'Message-ID: <1@x.test>\r\nSubject: s\r\n\r\nbody\r\n';

/** Arrivals of one message: the first, the same bytes for another mailbox, and another rendition. */
export const first: WorldArrival = { name: 'a', raw: mail('by one'), endpoint: 'ep1', crashes: 0 };
export const same: WorldArrival = { name: 'b', raw: mail('by one'), endpoint: 'ep2', crashes: 0 };
export const other: WorldArrival = { name: 'c', raw: mail('by two'), endpoint: 'ep2', crashes: 0 };
export const sameAgain: WorldArrival = { name: 'd', raw: mail('by one'), endpoint: 'ep1', crashes: 0 };

const letter = (name: string, subject: string, endpoint: string): WorldArrival => ({
  name,
  raw:
    `From: a@x.test\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\nMessage-ID: <${subject}@x.test>\r\n` +
    `Subject: ${subject}\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n` +
    `${Buffer.from('one large attachment').toString('base64')}\r\n`,
  endpoint,
  crashes: 0,
});

/** Different messages with the same large attachment. */
export const letterOne = letter('l1', 'one', 'ep1');
export const letterTwo = letter('l2', 'two', 'ep2');
