import { expect, test } from 'vitest';
import type { ReceiptTimes } from '../../../../shared/domain/retention/recorded-retention.ts';
import { readOriginal } from '../../../../shared/mail/read-original.ts';
import { isPastRetention } from '../../../../shared/usecases/filing/past-retention.ts';
import { createPolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { PolicyBook } from '../../../../shared/usecases/retention/policy-book.ts';
import { letterOf } from '../deletion/deletion-world.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const LONG_AGO = '2020-01-01T00:00:00.000Z';

test.each<[string, number, ReceiptTimes, boolean]>([
  ['its source dates before the maximum', 30, { internalDate: LONG_AGO }, true],
  ['a Received field alone dates, as its sender may have written it', 30, { trace: LONG_AGO }, false],
  ['nothing dates', 30, {}, false],
  ['a Received field dates, and no date would save', 0, { trace: LONG_AGO }, true],
])('fetched mail that %s, with a maximum of %i days: %s %s', async (_name, days, received, isPast) => {
  const ports = createMemoryPorts('past');
  const terms = { name: 'm', priority: 0, conditions: {}, maximum: { days } };
  await createPolicy(ports, { ...terms, countedFrom: 'received' });
  const original = readOriginal(Buffer.from(letterOf('one')));
  if (!original) throw new Error('this is no message');
  const receivedAt = ports.clock.now().toISOString();
  const facts = {
    receivedAt,
    source: { kind: 'fetch', endpointIds: [] },
    envelope: { mailFrom: '', rcptTo: [] },
  } as const;
  const retention = { sources: ['fetch'], endpoints: [], received } as const;
  const policies = new PolicyBook(ports);
  expect(await isPastRetention(ports, policies, { original, facts }, retention, [])).toBe(isPast);
});
