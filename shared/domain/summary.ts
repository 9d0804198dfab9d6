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
