import type { WorldArrival } from './filing-world.ts';

const mail = (received: string) =>
  `Received: ${received}\r\nFrom: a@x.test\r\nTo: b@x.test\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\n` +
  'Message-ID: <1@x.test>\r\nSubject: s\r\n\r\nbody\r\n';

/** Arrivals of one message: the first, the same bytes for another mailbox, and another rendition. */
export const first: WorldArrival = { name: 'a', raw: mail('by one'), endpoint: 'ep1', crashes: 0 };
export const same: WorldArrival = { name: 'b', raw: mail('by one'), endpoint: 'ep2', crashes: 0 };
export const other: WorldArrival = { name: 'c', raw: mail('by two'), endpoint: 'ep2', crashes: 0 };
export const sameAgain: WorldArrival = { name: 'd', raw: mail('by one'), endpoint: 'ep1', crashes: 0 };
