import { beforeEach, describe, expect, test } from 'vitest';
import { usualDueAt } from '../../../../shared/domain/requests/due-at.ts';
import { ConflictError, InvalidRequestError } from '../../../../shared/errors.ts';
import { amendRequest } from '../../../../shared/usecases/requests/amend-request.ts';
import { closeRequest } from '../../../../shared/usecases/requests/close-request.ts';
import type { NewRequest } from '../../../../shared/usecases/requests/make-request.ts';
import { type RequestMail, requestMail } from './request-mail.ts';

let mail: RequestMail;

beforeEach(async () => {
  mail = await requestMail([]);
});

test.each([
  { name: 'one month later', kind: 'access', made: '2026-03-15T10:00:00.000Z', due: '2026-04-15T10:00:00.000Z' },
  { name: 'in the next year', kind: 'erasure', made: '2026-12-31T10:00:00.000Z', due: '2027-01-31T10:00:00.000Z' },
  {
    name: 'on the last day where there is no 31st',
    kind: 'access',
    made: '2026-03-31T23:00:00.000Z',
    due: '2026-04-30T23:00:00.000Z',
  },
  { name: 'at the end of February', kind: 'access', made: '2026-01-30T10:00:00.000Z', due: '2026-02-28T10:00:00.000Z' },
  {
    name: 'at the end of February of a leap year',
    kind: 'access',
    made: '2028-01-31T10:00:00.000Z',
    due: '2028-02-29T10:00:00.000Z',
  },
  { name: 'never', kind: 'bulk-deletion', made: '2026-03-15T10:00:00.000Z', due: undefined },
] as const)('a request of kind $kind is due $name', ({ kind, made, due }) => {
  expect(usualDueAt(kind, made)).toBe(due);
});

describe('a request', () => {
  test.each([
    { kind: 'erasure', action: 'purge', dueAt: '2026-04-01T10:00:00.000Z' },
    { kind: 'access', action: 'keep', dueAt: '2026-04-01T10:00:00.000Z' },
    { kind: 'bulk-deletion', action: 'purge', dueAt: undefined },
  ] as const)('of kind $kind begins to be found, to $action', async ({ kind, action, dueAt }) => {
    const request = await mail.make({ kind });
    expect(request).toMatchObject({ kind, action, state: 'finding', requestId: expect.stringMatching(`^${kind}-`) });
    expect(request.dueAt).toBe(dueAt);
    expect(mail.sent.at(-1)).toMatchObject({ queue: 'jobs', body: expect.stringContaining(request.jobIds[0] ?? '') });
  });

  const ann = (): readonly string[] => [mail.ann.mailboxId];
  test.each([
    { name: 'everything', wanted: () => ({ scope: { everything: true } }) },
    { name: 'nothing', wanted: () => ({ scope: {} }) },
    { name: 'a sign, which a search passes over', wanted: () => ({ scope: { query: 'from:shop 🎉' } }) },
    { name: 'a search for nothing', wanted: () => ({ scope: { query: '( )' } }) },
    { name: 'a day that there is not', wanted: () => ({ scope: { query: 'from:ann@x.test -after:2027-02-29' } }) },
    { name: 'all but something', wanted: () => ({ scope: { query: '-from:ann@x.test' } }) },
    { name: 'something, or all but something', wanted: () => ({ scope: { query: 'plums OR -from:ann@x.test' } }) },
    { name: 'a mailbox that is not there', wanted: () => ({ scope: { mailboxes: ['mb-none'] } }) },
    { name: 'access that deletes', wanted: () => ({ kind: 'access', action: 'purge' }) },
    { name: 'deletion that keeps', wanted: () => ({ action: 'keep' }) },
    { name: 'an erasure of one’s own', wanted: () => ({ ownedBy: 'u-1', scope: { mailboxes: ann() } }) },
    {
      name: 'a person’s own anywhere',
      wanted: () => ({ kind: 'bulk-deletion', ownedBy: 'u-1', scope: { query: 'x' } }),
    },
    {
      name: 'a person’s own that purges',
      wanted: () => ({ kind: 'bulk-deletion', ownedBy: 'u-1', action: 'purge', scope: { mailboxes: ann() } }),
    },
    {
      name: 'a person’s own by addresses, which would be all of the mailbox',
      wanted: () => ({ kind: 'bulk-deletion', ownedBy: 'u-1', scope: { mailboxes: ann(), addresses: ['c@x.test'] } }),
    },
    {
      name: 'a person’s own that names a mailbox beyond it, as if it was not there',
      wanted: () => ({ kind: 'bulk-deletion', ownedBy: 'u-1', scope: { mailboxes: ann(), query: 'mailbox:bob' } }),
    },
  ] satisfies readonly { readonly name: string; readonly wanted: () => Partial<NewRequest> }[])(
    'is refused about $name',
    async ({ wanted }) => {
      await expect(mail.make(wanted())).rejects.toThrow(InvalidRequestError);
    },
  );

  test.each([
    { beside: 'a mailbox', scope: () => ({ mailboxes: ann() }) },
    { beside: 'an address', scope: () => ({ addresses: ['bob@x.test'] }) },
    { beside: 'a period', scope: () => ({ to: '2024-01-01T00:00:00.000Z' }) },
  ])('says what it leaves out beside $beside', async ({ scope }) => {
    const query = '-from:ann@x.test';
    expect(await mail.make({ scope: { ...scope(), query } })).toMatchObject({ state: 'finding', scope: { query } });
  });

  test('about nothing is told what it can be about, which is not everything', async () => {
    await expect(mail.make({ scope: {} })).rejects.toThrow('name addresses, mailboxes, a period or a query');
  });

  test('of one person is refused beside twenty that are open, until one is closed', async () => {
    const own = { kind: 'bulk-deletion', ownedBy: 'u-1', scope: { mailboxes: ann() } } as const;
    const first = await mail.make(own);
    for (let more = 2; more <= 20; more += 1) await mail.make(own);
    await expect(mail.make(own)).rejects.toThrow(ConflictError);
    await mail.make({ ...own, ownedBy: 'u-2' });
    await closeRequest(mail.ports, 'bulk-deletion', first.requestId, { by: 'ann', reason: 'done' });
    await mail.make(own);
  });

  test('can be said other things of until it is closed', async () => {
    const { requestId } = await mail.make({ reference: '17/2026' });
    const amend = (change: Parameters<typeof amendRequest>[3]) =>
      amendRequest(mail.ports, 'erasure', requestId, change);
    expect(await amend({ name: 'Ann Smith', dueAt: '2026-05-01T00:00:00.000Z' })).toMatchObject({
      name: 'Ann Smith',
      reference: '17/2026',
      dueAt: '2026-05-01T00:00:00.000Z',
    });
    const changed = await amend({ reference: null, dueAt: null });
    expect(changed).not.toHaveProperty('reference');
    expect(await mail.now(changed)).not.toHaveProperty('dueAt');
    await closeRequest(mail.ports, 'erasure', requestId, { by: 'admin', reason: 'withdrawn' });
    await expect(amend({ name: 'Ann' })).rejects.toThrow(ConflictError);
  });
});
