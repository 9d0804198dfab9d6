import type { MessageFacts } from '../source.ts';
import { bytesOf, type ImapResponse, type ImapValue, isList, numberOf, numberText, textOf } from './imap-values.ts';

/** What a FETCH response says of one message; fields that were not asked for are absent. */
export interface MessageData {
  readonly uid?: number;
  readonly flags?: readonly string[];
  readonly internalDate?: string;
  readonly sizeBytes?: number;
  readonly emailId?: string;
  readonly messageId?: string;
  /** The literal of BODY[] or of a part of it; absent where the server said NIL. */
  readonly body?: Uint8Array;
  /** The literal of BODY[HEADER.FIELDS (…)]. */
  readonly headerFields?: Uint8Array;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DATE_TIME = /^\s?(\d{1,2})-([a-z]{3})-(\d{4}) (\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/i;
/** Message-ID stands last in an envelope (RFC 9051, 7.5.2). */
const ENVELOPE_MESSAGE_ID = 9;
/** No key has more flags: keywords are chosen by users. */
const MAX_FLAGS = 100;

/** Reads `* n FETCH (…)`; `undefined` for any other response. */
export function messageData({ command = '', attributes = [] }: ImapResponse): MessageData | undefined {
  const [kind, data] = attributes;
  if (!/^\d+$/.test(command) || textOf(kind)?.toUpperCase() !== 'FETCH' || !isList(data)) return undefined;
  const found: { -readonly [Name in keyof MessageData]: MessageData[Name] } = {};
  for (let i = 0; i + 1 < data.length; i += 2) {
    const name = data[i];
    const value = data[i + 1];
    switch (textOf(name)?.toUpperCase()) {
      case 'UID':
        set(found, 'uid', numberOf(value));
        break;
      case 'FLAGS':
        found.flags = flagsOf(value);
        break;
      case 'INTERNALDATE':
        set(found, 'internalDate', internalDateOf(textOf(value)));
        break;
      case 'RFC822.SIZE':
        set(found, 'sizeBytes', Number(numberText(value) ?? '0'));
        break;
      case 'EMAILID':
        set(found, 'emailId', textOf(isList(value) ? value[0] : value));
        break;
      case 'X-GM-MSGID':
        set(found, 'emailId', textOf(value));
        break;
      case 'ENVELOPE':
        set(found, 'messageId', isList(value) ? textOf(value[ENVELOPE_MESSAGE_ID]) : undefined);
        break;
      case 'BODY':
        if (isWholeBody(name)) set(found, 'body', bytesOf(value));
        if (isHeaderFields(name)) set(found, 'headerFields', bytesOf(value));
        break;
    }
  }
  return found;
}

/** A UID as key: keys sort as UIDs do. */
export function keyOfUid(uid: number): string {
  return String(uid).padStart(10, '0');
}

/** What is known of a message whose UID the server told; `undefined` where it did not. */
export function factsOf(data: MessageData): MessageFacts | undefined {
  const { uid, flags = [], internalDate, sizeBytes = 0, emailId, messageId } = data;
  if (uid === undefined || uid === 0) return undefined;
  return {
    key: keyOfUid(uid),
    flags,
    ...(internalDate === undefined ? {} : { internalDate }),
    sizeBytes,
    ...(emailId === undefined ? {} : { emailId }),
    ...(messageId === undefined ? {} : { messageId }),
  };
}

/** `date-time` of RFC 9051, 9, as ISO 8601 in UTC; `undefined` for what is none, or no day of the calendar. */
function internalDateOf(text: string | undefined): string | undefined {
  const match = DATE_TIME.exec(text ?? '');
  if (!match) return undefined;
  const [, day, name = '', year, hour, minute, second, sign, zoneHours, zoneMinutes] = match;
  const month = MONTHS.indexOf(name.toLowerCase());
  const offset = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1);
  const local = Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second));
  const time = new Date(local - offset * 60_000);
  return month < 0 || Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

function flagsOf(value: ImapValue | undefined): readonly string[] {
  if (!isList(value)) return [];
  const flags = value.map(textOf).filter((flag) => flag !== undefined);
  return flags.filter((flag) => flag.toLowerCase() !== '\\recent').slice(0, MAX_FLAGS);
}

function isWholeBody(name: ImapValue | undefined): boolean {
  return !!name && !isList(name) && name.section?.length === 0;
}

function isHeaderFields(name: ImapValue | undefined): boolean {
  return !!name && !isList(name) && textOf(name.section?.[0])?.toUpperCase() === 'HEADER.FIELDS';
}

function set<Name extends keyof MessageData>(
  found: { -readonly [Key in keyof MessageData]: MessageData[Key] },
  name: Name,
  value: MessageData[Name],
): void {
  if (value !== undefined) found[name] = value;
}
