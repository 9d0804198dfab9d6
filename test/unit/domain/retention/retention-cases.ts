import type { RetainedPlace, RetentionFacts } from '../../../../shared/domain/retention/retention-facts.ts';
import type { RetentionPolicy } from '../../../../shared/domain/retention/retention-policy.ts';

/** A policy that applies to all mail, but for what `change` says. */
export function policy(policyId: string, change: Partial<RetentionPolicy> = {}): RetentionPolicy {
  const at = '2026-01-01T00:00:00.000Z';
  const always = { version: 1, name: policyId, priority: 0, conditions: {}, countedFrom: 'archived' } as const;
  return { policyId, ...always, createdAt: at, changedAt: at, ...change };
}

/** The inbox of somebody in a group. */
export function place(mailboxId: string, change: Partial<RetainedPlace> = {}): RetainedPlace {
  return { mailboxId, folder: 'Inbox', groups: ['gr-1'], ...change };
}

/** Where all mail of a journal lies, too. */
export const JOURNALED = place('mb-journal', { groups: [], isJournal: true });

/** Mail from outside, of 1 March 2026, 10:00, to one person at own@example.org. */
export function facts(change: Partial<RetentionFacts> = {}): RetentionFacts {
  return {
    archivedAt: new Date('2026-03-01T10:00:00Z'),
    receivedAt: new Date('2026-03-01T09:59:00Z'),
    endpoints: ['ep-1'],
    places: [place('mb-1')],
    direction: 'incoming',
    senders: ['bob@partner.example'],
    recipients: ['ann+list@example.org'],
    addressesTruncated: false,
    sources: ['journal'],
    sizeBytes: 5_000,
    ...change,
  };
}
