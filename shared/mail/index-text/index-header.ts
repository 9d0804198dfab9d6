import type { Address } from '../../domain/address.ts';
import { readAddressList } from '../address-list.ts';
import { decodeLeniently } from '../charset.ts';
import { decodeEncodedWords } from '../encoded-word.ts';
import type { HeaderField, HeaderSection } from '../header-section.ts';
import { collapseWhitespace, firstField, unfoldedBytes, unfoldedValue } from '../header-value.ts';
import { MAX_ADDRESSES } from '../limits.ts';
import { decodeRawTextAs } from '../raw-text.ts';
import { readSubject } from '../read-original.ts';

/** Of one message. Stops an index of nothing but header fields. */
const MAX_HEADER_VALUES = 500;
/** Of one value; the rest is not indexed. */
const MAX_HEADER_VALUE_CHARACTERS = 1_000;

/** What an index takes of a header section. */
export interface IndexHeader {
  readonly subject: string;
  readonly messageId?: string;
  readonly from: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** Reads the fields that an index takes; `charset` is that of raw bytes, `headers` the further fields, in lower case. */
export function readIndexHeader(section: HeaderSection, charset: string, headers: readonly string[]): IndexHeader {
  const fields = new Fields(section, charset);
  const messageIdField = firstField(section, 'message-id');
  const messageId = messageIdField ? unfoldedValue(section, messageIdField) : '';
  return {
    subject: readSubject(section, charset),
    ...(messageId !== '' && { messageId }),
    from: fields.addresses('from', 'sender', 'resent-from', 'resent-sender'),
    to: fields.addresses('to', 'resent-to'),
    cc: fields.addresses('cc', 'resent-cc'),
    bcc: fields.addresses('bcc', 'resent-bcc'),
    headers: fields.values(new Set(headers)),
  };
}

class Fields {
  readonly #section: HeaderSection;
  readonly #charset: string;
  #addressesLeft = MAX_ADDRESSES;

  constructor(section: HeaderSection, charset: string) {
    this.#section = section;
    this.#charset = charset;
  }

  addresses(...names: readonly string[]): Address[] {
    const addresses = new Map<string, Address>();
    for (const field of this.#section.fields) {
      if (!names.includes(field.name)) continue;
      const read = readAddressList(this.#raw(field), this.#addressesLeft);
      this.#addressesLeft -= read.length;
      for (const address of read) addresses.set(`${address.name ?? ''}\0${address.address}`, address);
    }
    return [...addresses.values()];
  }

  values(names: ReadonlySet<string>): { name: string; value: string }[] {
    const values: { name: string; value: string }[] = [];
    for (const field of this.#section.fields) {
      if (values.length >= MAX_HEADER_VALUES) break;
      if (!names.has(field.name)) continue;
      const value = decodeEncodedWords(this.#raw(field), decodeLeniently).slice(0, MAX_HEADER_VALUE_CHARACTERS);
      values.push({ name: field.name, value: collapseWhitespace(value.toWellFormed()) });
    }
    return values;
  }

  #raw(field: HeaderField): string {
    return collapseWhitespace(decodeRawTextAs(unfoldedBytes(this.#section, field), this.#charset));
  }
}
