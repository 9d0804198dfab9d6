import { type Address, normaliseAddress } from './address.ts';
import type { Envelope, FilingBasis } from './arrival.ts';
import type { JournalReport } from './journal-report.ts';
import type { OriginalFacts, TraceField } from './original.ts';

/** Whose mail an arrival is: normalised addresses, each once, by the one kind of evidence that decides. */
export interface Addressees {
  readonly basis: FilingBasis;
  readonly senders: readonly string[];
  readonly recipients: readonly string[];
}

/** What the evidence is weighed with. */
export interface EvidenceRules {
  /** Whether a normalised address is that of a journal endpoint: those name the archive, not a person. */
  isEndpointAddress(address: string): boolean;
  /** Host names, lower case, whose Received fields end what trusted hosts wrote above them. */
  readonly trustedHosts: readonly string[];
}

/**
 * Decides who an arrival is for by the best evidence present, never by a union: the journal report;
 * else envelope-preserving fields that a trusted host wrote; else the SMTP envelope where it names more than endpoints; else the
 * header fields (RFC 5322, 3.6.2, 3.6.3 and 3.6.6).
 */
export function addresseesOf(
  facts: OriginalFacts,
  envelope: Envelope,
  report: JournalReport | undefined,
  rules: EvidenceRules,
): Addressees {
  if (report) {
    const { sender, onBehalfOf = '', recipients } = report;
    return {
      basis: 'report',
      senders: people([sender, onBehalfOf], rules),
      recipients: people(addresses(recipients), rules),
    };
  }
  const trusted = trustedTrace(facts.trace, rules.trustedHosts);
  const preserved = people(trusted.filter(isRecipientField).map(fieldAddress), rules);
  const sender = trusted.find((field) => field.name === 'return-path');
  const mailFrom = people([sender ? fieldAddress(sender) : envelope.mailFrom], rules);
  if (preserved.length > 0) return { basis: 'envelope', senders: mailFrom, recipients: preserved };

  const named = people(envelope.rcptTo, rules);
  if (named.length > 0) return { basis: 'envelope', senders: people([envelope.mailFrom], rules), recipients: named };

  return {
    basis: 'header',
    senders: people(addresses(facts.from, facts.sender, facts.resentFrom), rules),
    recipients: people(addresses(facts.to, facts.cc, facts.bcc, facts.resentTo), rules),
  };
}

/**
 * The fields above the first Received field that a trusted host wrote. Everything below came with the
 * message and could be made up by its sender; without a trusted host nothing is evidence.
 */
function trustedTrace(trace: readonly TraceField[], trustedHosts: readonly string[]): readonly TraceField[] {
  const end = trace.findIndex(
    (field) => field.name === 'received' && receivedBy(field.value).some((host) => trustedHosts.includes(host)),
  );
  return end < 0 ? [] : trace.slice(0, end);
}

/**
 * The hosts that may have written a Received field: what follows each `by` (RFC 5321, 4.4), lower case. More
 * than one where a client put another `by` into its HELO name: had it the say, a trusted host's own
 * field would go unnoticed, and fields that came with the message would be taken for evidence.
 */
function receivedBy(value: string): readonly string[] {
  return [...value.matchAll(/\bby\s+([^\s;()]{1,255})/gi)].map(([, host = '']) =>
    host.toLowerCase().replace(/\.$/, ''),
  );
}

function isRecipientField(field: TraceField): boolean {
  return field.name === 'x-gm-original-to' || field.name === 'delivered-to' || field.name === 'x-original-to';
}

function fieldAddress(field: TraceField): string {
  return field.value.trim().replace(/^<(.*)>$/, '$1');
}

function addresses(...fields: readonly (readonly Pick<Address, 'address'>[])[]): readonly string[] {
  return fields.flat().map(({ address }) => address);
}

function people(found: readonly string[], rules: EvidenceRules): readonly string[] {
  const normalised = found.map(normaliseAddress).filter((address) => address.includes('@'));
  return [...new Set(normalised)].filter((address) => !rules.isEndpointAddress(address));
}
