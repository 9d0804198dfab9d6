import { readDateField } from './date-field.ts';

/** Header sections are shorter; a message without one must not be searched to its end. */
const SEARCHED_BYTES = 256 * 1024;

/**
 * The date of the topmost Received field (RFC 5321, 4.4: behind its last semicolon), which the last host on the way
 * wrote; else that of the Date field, which is the sender's. `undefined` where neither can be read. Never throws.
 */
export function dateOfReceipt(raw: Uint8Array): Date | undefined {
  const start = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.length, SEARCHED_BYTES)).toString('latin1');
  const [header = ''] = start.split(/\r?\n\r?\n/, 1);
  const lines = header.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const fieldValue = (name: string) =>
    lines.find((line) => line.slice(0, name.length + 1).toLowerCase() === `${name}:`)?.slice(name.length + 1);
  const received = fieldValue('received');
  const receivedDate =
    received === undefined ? undefined : readDateField(received.slice(received.lastIndexOf(';') + 1));
  if (receivedDate) return receivedDate;
  const date = fieldValue('date');
  return date === undefined ? undefined : readDateField(date);
}
