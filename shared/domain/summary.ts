import type { Address } from './address.ts';
import { type MessageSummary, SUMMARY_RECIPIENTS, SUMMARY_TEXT } from './message.ts';
import type { OriginalFacts } from './original.ts';

/** What lists show of an original; `receivedAt` stands in for a Date field that cannot be read. */
export function summaryOf(facts: OriginalFacts, receivedAt: string): MessageSummary {
  const [from = facts.sender[0] ?? { address: '' }] = facts.from;
  return {
    date: facts.date?.toISOString() ?? receivedAt,
    receivedAt,
    from: short(from),
    to: facts.to.slice(0, SUMMARY_RECIPIENTS).map(short),
    subject: facts.subject.slice(0, SUMMARY_TEXT),
    sizeBytes: facts.sizeBytes,
    hasAttachments: facts.attachmentCount > 0,
  };
}

function short({ name, address }: Address): Address {
  const shortAddress = address.slice(0, SUMMARY_TEXT);
  return name === undefined ? { address: shortAddress } : { name: name.slice(0, SUMMARY_TEXT), address: shortAddress };
}

/** A summary without what it shows of the content: where nothing of a message may be kept, or can be taken back. */
export function withoutContent({ date, receivedAt, sizeBytes, hasAttachments }: MessageSummary): MessageSummary {
  return { date, receivedAt, from: { address: '' }, to: [], subject: '', sizeBytes, hasAttachments };
}

/** The summary of a filing whose content was left out, with that of another summary of the same message. */
export function withContent(reduced: MessageSummary, { from, to, subject }: MessageSummary): MessageSummary {
  const isReduced = reduced.subject === '' && reduced.from.address === '' && reduced.to.length === 0;
  return isReduced ? { ...reduced, from, to, subject } : reduced;
}
