import { decideRetention } from '../../../shared/domain/retention/decide-retention.ts';
import { preparePolicies } from '../../../shared/domain/retention/prepare-policies.ts';
import type { RetentionFacts } from '../../../shared/domain/retention/retention-facts.ts';
import type { PolicyConditions, RetentionPolicy } from '../../../shared/domain/retention/retention-policy.ts';

const MESSAGES = 10_000;
const ROUNDS = 30;
const NOW = new Date('2026-03-01T10:00:00Z');
const DAY_MS = 24 * 60 * 60 * 1000;

/** Microseconds of one decision, the median of some rounds, by kind and number of policies. */
export function decisionFigures(): object {
  const counts = { 50: microsecondsOf(50, mixed), 10000: microsecondsOf(10_000, mixed) };
  const worst = { 50: microsecondsOf(50, everywhere), 10000: microsecondsOf(10_000, everywhere) };
  return { unit: 'microseconds per decision', mixedConditions: counts, conditionsThatNoIndexHas: worst };
}

function microsecondsOf(policies: number, conditionsOf: (n: number, of: number) => PolicyConditions): object {
  const prepared = preparePolicies(Array.from({ length: policies }, (_, n) => policy(n, conditionsOf(n, policies))));
  const messages = Array.from({ length: policies > 1_000 ? MESSAGES / 10 : MESSAGES }, (_, n) => factsOf(n));
  const times: number[] = [];
  let expired = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    for (const facts of messages) if (decideRetention(facts, prepared, NOW).state === 'expired') expired += 1;
    times.push(((performance.now() - began) * 1_000) / messages.length);
  }
  const [best = 0, median = 0] = [0, Math.floor(ROUNDS / 2)].map((at) => times.toSorted((a, b) => a - b)[at] ?? 0);
  return { best: rounded(best), median: rounded(median), expired: expired / ROUNDS, of: messages.length };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** As an organisation has them: most for mailboxes, addresses or domains, some for all mail. */
function mixed(n: number, of: number): PolicyConditions {
  const kind = n % 10;
  if (kind < 3) return { mailboxes: [`mb-${n}`, `mb-${n % 100}`] };
  if (kind < 5) return { groups: [`gr-${n % 50}-${Math.floor(n / 50)}`] };
  if (kind < 6) return { senders: [`person${n}@partner.example`] };
  if (kind < 8) return { domains: [`domain${n}.example`] };
  if (kind < 9) return { endpoints: [`ep-${n}`], directions: ['incoming'] };
  return n < of / 10 && n < 50 ? { directions: ['internal'] } : { recipients: [`person${n}@example.org`] };
}

/** Each decision looks at all of them. */
function everywhere(n: number): PolicyConditions {
  return n % 2 === 0 ? { largerThanBytes: n * 100 } : { directions: ['incoming', 'internal'] };
}

function policy(n: number, conditions: PolicyConditions): RetentionPolicy {
  const at = '2026-01-01T00:00:00.000Z';
  return {
    policyId: `rp-${n}`,
    version: 1,
    name: `policy ${n}`,
    priority: n % 7,
    conditions,
    ...(n % 3 === 0 ? {} : { minimum: { years: 1 + (n % 9), endOfCalendarYear: true } }),
    ...(n % 2 === 0 ? { maximum: { months: 120 + n } } : {}),
    ...(n % 6 === 3 ? { maximum: { days: 3_650 } } : {}),
    countedFrom: n % 4 === 0 ? 'received' : 'archived',
    createdAt: at,
    changedAt: at,
  };
}

function factsOf(n: number): RetentionFacts {
  const archivedAt = new Date(NOW.getTime() - n * DAY_MS);
  return {
    archivedAt,
    receivedAt: new Date(archivedAt.getTime() - 60_000),
    endpoints: ['ep-1'],
    places: [
      { mailboxId: `mb-${n % 100}`, folder: 'Inbox', groups: [`gr-${n % 50}-0`, 'gr-all'] },
      { mailboxId: `mb-${n % 37}`, folder: 'Inbox', groups: ['gr-all'] },
      { mailboxId: 'mb-journal', folder: 'Inbox', groups: [], isJournal: true },
    ],
    direction: n % 3 === 0 ? 'internal' : 'incoming',
    senders: [`person${n % 200}@partner.example`],
    recipients: Array.from({ length: 1 + (n % 5) }, (_, to) => `person${n + to}@example.org`),
    addressesTruncated: false,
    sources: ['journal'],
    sizeBytes: 1_000 + n,
  };
}
