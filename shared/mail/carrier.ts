import type { JournalReport } from '../domain/journal-report.ts';
import { decodeLeniently } from './charset.ts';
import { firstField } from './header-value.ts';
import { readJournalReport } from './journal-report.ts';
import { charsetOf, decodedContent } from './leaf-content.ts';
import type { Part } from './part.ts';
import { type MessageParts, readParts } from './read-parts.ts';

/** What an arrival at a journal endpoint turns out to hold. */
export interface Carried {
  /** Where the original lies in the arrival. */
  readonly offset: number;
  readonly bytes: Buffer;
  /** What the report around it says, if there is one. */
  readonly report?: JournalReport;
  readonly carrier: 'none' | 'report' | 'ndr';
}

const REPORT_FIELDS = ['x-ms-journal-report', 'x-ms-exchange-organization-journal-report'];
const NDR_FIELD = 'x-ms-exchange-message-is-ndr';
/** What Exchange calls the protected form of a message beside its clear copy. */
const PROTECTED_TYPE = 'application/x-microsoft-rpmsg-message';
/** RFC 3464, 2.1; RFC 6533, 4. */
const STATUS_TYPES = new Set(['message/delivery-status', 'message/global-delivery-status']);

/**
 * Takes one layer of carriers off an arrival: a journal report (Exchange 2003 to Microsoft 365,
 * [MS-XJRNL]), known by its header field or by its structure alone; or a non-delivery report that Exchange
 * marked, or whose Final-Recipient (RFC 3464, 2.3.2) `isEndpoint`, and the report in it. Everything else,
 * a report that holds no message included, is its own original. `parts` saves taking `raw` apart again.
 * Never throws.
 */
export function carriedBy(
  raw: Uint8Array,
  isEndpoint: (address: string) => boolean,
  parts: MessageParts = readParts(raw),
): Carried {
  const arrival = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const whole: Carried = { offset: 0, bytes: arrival, carrier: 'none' };
  if (parts.root.kind !== 'multipart' || !isSlice(parts, arrival)) return whole;
  return unwrapReport(arrival, parts.root) ?? unwrapNdr(arrival, parts.root, isEndpoint) ?? whole;
}

/** Offsets into a copy, such as one with mended line ends, say nothing of the arrival. */
function isSlice({ source }: MessageParts, arrival: Buffer): boolean {
  return source.buffer === arrival.buffer && source.byteOffset === arrival.byteOffset;
}

function unwrapReport(arrival: Buffer, root: Part): Carried | undefined {
  const isMarked = REPORT_FIELDS.some((name) => firstField(root.section, name) !== undefined);
  const [text, ...others] = root.children;
  if (root.type !== 'multipart/mixed' || text?.type !== 'text/plain') return undefined;
  const report = readJournalReport(decodeLeniently(decodedContent(text).content, charsetOf(text)));
  const messages = others.filter((part) => carriesMessage(part, arrival));
  // By structure alone it has to be exactly a report: people forward mail below text of their own.
  if (!report || messages.length === 0 || (!isMarked && !hasReportShape(report, others))) return undefined;
  const clear = messages.find((part) => !isProtected(part)) ?? messages[0];
  return clear && { ...originalIn(arrival, clear), report, carrier: 'report' };
}

function hasReportShape(report: JournalReport, others: readonly Part[]): boolean {
  return (
    report.messageId !== undefined &&
    report.recipients.length > 0 &&
    others.every((part) => part.type === 'message/rfc822')
  );
}

function unwrapNdr(arrival: Buffer, root: Part, isEndpoint: (address: string) => boolean): Carried | undefined {
  if (root.type !== 'multipart/report') return undefined;
  const isMarked = firstField(root.section, NDR_FIELD) !== undefined;
  if (!isMarked && !root.children.flatMap(finalRecipients).some(isEndpoint)) return undefined;
  const attached = root.children.find((part) => carriesMessage(part, arrival));
  const inner = attached?.children[0];
  if (!attached || !inner) return undefined;
  return { ...(unwrapReport(arrival, inner) ?? originalIn(arrival, attached)), carrier: 'ndr' };
}

function originalIn(arrival: Buffer, part: Part): { readonly offset: number; readonly bytes: Buffer } {
  const { bodyStart } = part.section;
  return { offset: bodyStart, bytes: arrival.subarray(bodyStart, part.bodyEnd) };
}

/** Whether a part holds a message as it is, not encoded, with a header section. */
function carriesMessage(part: Part, arrival: Buffer): boolean {
  const [inner] = part.children;
  const isPlain = part.kind === 'nested-message' && part.encoding === 'identity';
  return (
    isPlain && inner !== undefined && inner.section.source.buffer === arrival.buffer && inner.section.fields.length > 0
  );
}

/** Whether the message in a part is itself protected, not one that it forwards. */
function isProtected(part: Part): boolean {
  return part.children.some(
    (child) => child.type === PROTECTED_TYPE || (child.kind !== 'nested-message' && isProtected(child)),
  );
}

function finalRecipients(part: Part): readonly string[] {
  if (!STATUS_TYPES.has(part.type)) return [];
  const text = decodedContent(part).content.toString('latin1');
  return [...text.matchAll(/^final-recipient:[ \t]*(?:rfc822|utf-8)[ \t]*;\s*<?([^\s<>]{1,320})/gim)].map(
    ([, address = '']) => address,
  );
}
