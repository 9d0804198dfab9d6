import { expect, test } from 'vitest';
import { MailboxNames } from '../../../../../shared/usecases/search/find/mailbox-names.ts';

const mailbox = (mailboxId: string, name: string, primaryAddress: string, ...secondaryAddresses: string[]) => ({
  mailbox: { mailboxId, name, primaryAddress, secondaryAddresses, listShards: 1, createdAt: '' },
  reach: 'text' as const,
  isWithoutGrant: false,
});

const names = new MailboxNames([
  mailbox('mb-1', 'Sales', 'sales@example.org', 'orders@example.org'),
  mailbox('mb-2', 'sales', 'other@example.org'),
  mailbox('mb-3', 'sales@example.org', 'third@example.org'),
  mailbox('mb-4', 'mb-1', 'Jörg@example.org'),
]);

test.each([
  { wanted: 'mb-1', expected: ['mb-1'], why: 'an id beats a name' },
  { wanted: 'sales@example.org', expected: ['mb-1'], why: 'an address beats a name' },
  { wanted: 'ORDERS@example.org', expected: ['mb-1'], why: 'secondary addresses count, whatever their case' },
  { wanted: 'SALES', expected: ['mb-1', 'mb-2'], why: 'a name may be that of several' },
  { wanted: 'Jo\u0308rg@example.org', expected: ['mb-4'], why: 'however the umlaut is written' },
  { wanted: 'sale', expected: [], why: 'a part of a name is none' },
  { wanted: '', expected: [], why: 'nobody is called so' },
])('$wanted names $expected: $why', ({ wanted, expected }) => {
  expect(names.called(wanted).map((one) => one.mailbox.mailboxId)).toEqual(expected);
});
