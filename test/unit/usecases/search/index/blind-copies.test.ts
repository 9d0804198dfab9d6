import { describe, expect, test } from 'vitest';
import { blindCopies, type NamedPeople } from '../../../../../shared/usecases/search/index/blind-copies.ts';

const mailboxOf = (primaryAddress: string) => ({ primaryAddress, secondaryAddresses: [] });
const endpoint = { secondaryAddresses: [], endpointId: 'ep-1' };
const people: NamedPeople = {
  from: [{ address: 'ann@x.test' }],
  to: [{ address: 'bob@x.test' }, { address: 'list@x.test' }],
  cc: [{ address: 'cleo@x.test' }],
  bcc: [{ name: 'Dora', address: 'dora@x.test' }],
  journal: {
    sender: 'ann@x.test',
    recipients: [
      { address: 'bob@x.test', kind: 'to' },
      { address: 'lea@x.test', kind: 'to', expanded: 'list@x.test' },
      { address: 'zoe@x.test', kind: 'bcc' },
      { address: 'quiet@x.test', kind: 'recipient' },
    ],
  },
};
const hiddenToBob = ['dora@x.test', 'zoe@x.test', 'quiet@x.test'];

describe('blindCopies', () => {
  test.each([
    {
      name: 'a recipient: whom a list reached',
      mailbox: mailboxOf('bob@x.test'),
      open: ['lea@x.test'],
      hidden: hiddenToBob,
    },
    {
      name: 'a recipient of a blind copy: oneself as well',
      mailbox: mailboxOf('zoe@x.test'),
      open: ['lea@x.test', 'zoe@x.test'],
      hidden: ['dora@x.test', 'quiet@x.test'],
    },
    {
      name: 'the sender: everybody',
      mailbox: mailboxOf('ann@x.test'),
      hasSent: true,
      open: ['dora@x.test', 'lea@x.test', 'zoe@x.test', 'quiet@x.test'],
      hidden: [],
    },
    {
      name: 'who sent it once more, unchanged: what the Bcc field says, not what reports say',
      mailbox: mailboxOf('eve@x.test'),
      hasSent: true,
      open: ['dora@x.test', 'lea@x.test'],
      hidden: ['zoe@x.test', 'quiet@x.test'],
    },
    {
      name: 'the mailbox of an endpoint: everybody',
      mailbox: endpoint,
      open: ['dora@x.test', 'lea@x.test', 'zoe@x.test', 'quiet@x.test'],
      hidden: [],
    },
  ])('shows $name', ({ mailbox, hasSent = false, open, hidden }) => {
    const found = blindCopies(mailbox, hasSent, people);
    expect(found.open.map(({ address }) => address)).toEqual(open);
    expect(found.hidden.map(({ address }) => address)).toEqual(hidden);
  });

  test('of a message without any are none', () => {
    expect(blindCopies(endpoint, true, { from: [], to: [], cc: [], bcc: [] })).toEqual({ open: [], hidden: [] });
  });
});
