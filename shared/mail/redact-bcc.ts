import { normaliseAddress } from '../domain/address.ts';
import { readAddressList } from './address-list.ts';
import type { HeaderField, HeaderSection } from './header-section.ts';
import { unfoldedValue } from './header-value.ts';
import { readParts } from './read-parts.ts';

const BLIND_FIELDS = new Set(['bcc', 'resent-bcc']);
/** Google Workspace writes into each journaled copy whose it is: a blind recipient where To and Cc do not name them. */
const COPY_FIELD = 'x-gm-original-to';
const LF = 0x0a;

export interface Redacted {
  readonly bytes: Buffer;
  /** Whether anything was taken out. */
  readonly isRedacted: boolean;
}

/**
 * An original as a reader gets it who may not see its blind copies: each Bcc field (RFC 5322, 3.6.3), and an
 * X-Gm-Original-To that is not in To or Cc, is reduced to the reader's own addresses, or gone with its line where
 * none of them stands in it. Every other byte stays.
 */
export function redactBcc(original: Uint8Array, ownAddresses: ReadonlySet<string>): Redacted {
  const source = Buffer.from(original.buffer, original.byteOffset, original.byteLength);
  // Where a message has no line end but CR, its readable form has LF at the same places.
  const { root, source: readable } = readParts(source);
  const pieces: Buffer[] = [];
  let kept = 0;
  const mayBeNamed = new Set([...ownAddresses, ...addressesIn(root.section, ['to', 'cc'])]);
  for (const field of root.section.fields) {
    if (!BLIND_FIELDS.has(field.name) && field.name !== COPY_FIELD) continue;
    const named = readAddressList(unfoldedValue(root.section, field));
    if (field.name === COPY_FIELD && named.every(({ address }) => mayBeNamed.has(normaliseAddress(address)))) continue;
    const { start, end } = linesOf(readable, field);
    const own = named.filter(({ address }) => ownAddresses.has(normaliseAddress(address)));
    const left = own.map(({ address }) => address).join(', ');
    const lineEnd = source.toString('latin1', start, end).match(/(?:\r\n|\n|\r)$/)?.[0] ?? '';
    const name = source.toString('latin1', start, source.indexOf(0x3a, start));
    pieces.push(source.subarray(kept, start), Buffer.from(left && `${name}: ${left}${lineEnd}`));
    kept = end;
  }
  if (pieces.length === 0) return { bytes: source, isRedacted: false };
  return { bytes: Buffer.concat([...pieces, source.subarray(kept)]), isRedacted: true };
}

function addressesIn(section: HeaderSection, names: readonly string[]): readonly string[] {
  const fields = section.fields.filter(({ name }) => names.includes(name));
  const addresses = fields.flatMap((field) => readAddressList(unfoldedValue(section, field)));
  return addresses.map(({ address }) => normaliseAddress(address));
}

/** All lines of a field, from its name to behind its last line end. */
function linesOf(
  source: Buffer,
  { valueStart, valueEnd }: HeaderField,
): { readonly start: number; readonly end: number } {
  const lineEnd = source.indexOf(LF, valueEnd);
  const start = valueStart === 0 ? 0 : source.lastIndexOf(LF, valueStart - 1) + 1;
  return { start, end: lineEnd < 0 ? source.length : lineEnd + 1 };
}
