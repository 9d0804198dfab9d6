import type { Address } from '../domain/address.ts';
import { readAddressList } from './address-list.ts';
import { Anomalies } from './anomaly.ts';
import { readDateField } from './date-field.ts';
import { headerLimits, readHeaderSection } from './header-section.ts';
import { collapseWhitespace, firstField, unfoldedBytes, unfoldedValue } from './header-value.ts';
import { decodeRawTextAs } from './raw-text.ts';
import { readSubject } from './read-original.ts';

/** What some header fields of a message say; a field that was not asked for is as one that is missing. */
export interface HeaderFieldFacts {
  /** With angle brackets, as written. */
  readonly messageId?: string;
  /** Where it can be read. */
  readonly date?: Date;
  /** The first mailbox of the From fields. */
  readonly from?: Address;
  /** Decoded; empty where there is none. */
  readonly subject: string;
}

/** Reads header fields that a source gave apart from their message, as they are read in the whole of it. Never throws. */
export function readHeaderFields(bytes: Uint8Array): HeaderFieldFacts {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const section = readHeaderSection(source, 0, source.length, headerLimits(new Anomalies()), undefined);
  const textOf = (name: string) => {
    const field = firstField(section, name);
    return field === undefined ? '' : unfoldedValue(section, field);
  };
  const messageId = textOf('message-id');
  const date = readDateField(textOf('date'));
  const field = firstField(section, 'from');
  // Without the text that it comes with, nobody knows the charset of raw bytes.
  const value = field && collapseWhitespace(decodeRawTextAs(unfoldedBytes(section, field), ''));
  const [from] = value === undefined ? [] : readAddressList(value, 1);
  return {
    ...(messageId === '' ? {} : { messageId }),
    ...(date === undefined ? {} : { date }),
    ...(from === undefined ? {} : { from }),
    subject: readSubject(section, ''),
  };
}
