import { beforeEach, describe, expect, test } from 'vitest';
import type { MessageScope } from '../../../../shared/domain/message-scope.ts';
import { StorageError } from '../../../../shared/errors.ts';
import { holdsOnMessage, knownMessage } from '../../../../shared/usecases/holds/holds-on-message.ts';
import { holdsOnQuarantined } from '../../../../shared/usecases/holds/holds-on-quarantined.ts';
import { releaseHold } from '../../../../shared/usecases/holds/release-hold.ts';
import { changeMailbox } from '../../../../shared/usecases/mailboxes/change-mailbox.ts';
import { letter } from '../search/index/index-world.ts';
import { type HoldMail, holdMail } from './hold-mail.ts';

let mail: HoldMail;
let archiveId: string;

beforeEach(async () => {
  mail = await holdMail();
  await mail.file(letter(1, 'the merger of Smith and Jones', ['Bcc: carl@y.test']));
  [archiveId = ''] = await mail.archiveIds();
});

/** The holds on the one message, without any index. */
async function held(context = mail.context) {
  const message = await knownMessage(mail.ports, archiveId);
  return message ? await holdsOnMessage(context, archiveId, message) : [];
}

const AT = '2026-03-01T10:00:00.000Z';
const LATER = '2026-03-01T10:00:00.001Z';

describe('a hold covers the message', () => {
  test.each<{ readonly why: string; readonly scope: (mail: HoldMail) => MessageScope }>([
    { why: 'with everything', scope: () => ({ everything: true }) },
    { why: 'by a mailbox it lies in', scope: ({ bob }) => ({ mailboxes: [bob.mailboxId] }) },
    { why: 'by the mailbox of the journal', scope: ({ journal }) => ({ mailboxes: [journal] }) },
    { why: 'by its sender', scope: () => ({ addresses: ['ANN@x.test'] }) },
    { why: 'by a blind copy that only its sender sees', scope: () => ({ addresses: ['carl@y.test'] }) },
    { why: 'by its period', scope: () => ({ from: AT, to: LATER }) },
    { why: 'by a search', scope: () => ({ query: '"Smith and Jones" merger -hostile' }) },
    { why: 'by a search in a mailbox', scope: () => ({ query: 'mailbox:ann is:sent merger' }) },
    { why: 'by all of them', scope: ({ ann }) => ({ mailboxes: [ann.mailboxId], from: AT, query: 'merger' }) },
  ])('$why, before anything is indexed', async ({ scope }) => {
    const { holdId } = await mail.hold(scope(mail));
    expect((await held()).map(({ hold }) => hold.holdId)).toEqual([holdId]);
  });
});

describe('a hold leaves the message alone', () => {
  test.each<{ readonly why: string; readonly scope: (mail: HoldMail) => MessageScope }>([
    { why: 'that is on another address', scope: () => ({ addresses: ['dora@y.test'] }) },
    { why: 'whose address is only a part of one', scope: () => ({ addresses: ['nn@x.test'] }) },
    { why: 'whose period ends before', scope: () => ({ to: AT }) },
    { why: 'whose period begins after', scope: () => ({ from: LATER }) },
    { why: 'whose search asks for something else', scope: () => ({ query: 'merger hostile' }) },
    {
      why: 'whose search finds it in another mailbox only',
      scope: ({ bob }) => ({ mailboxes: [bob.mailboxId], query: 'is:sent' }),
    },
  ])('$why', async ({ scope }) => {
    await mail.hold(scope(mail));
    expect(await held()).toEqual([]);
  });

  test('that was released; others stay', async () => {
    const { holdId } = await mail.hold({ everything: true });
    const other = await mail.hold({ query: 'merger' });
    await releaseHold({ ports: mail.ports }, holdId, { reason: 'settled', releasedBy: 'admin' });
    expect((await held()).map(({ hold }) => hold.holdId)).toEqual([other.holdId]);
  });
});

test('several holds say each why they cover it', async () => {
  await mail.hold({ mailboxes: [mail.ann.mailboxId] });
  await mail.hold({ query: 'is:received' });
  const found = (await held()).map(({ mailboxIds }) => [...mailboxIds].toSorted());
  expect(found).toEqual([[mail.ann.mailboxId], [mail.bob.mailboxId, mail.journal].toSorted()]);
});

test('what somebody removed from a mailbox is held for the sake of that mailbox', async () => {
  await mail.changeFilings({ archiveId, mailboxId: mail.bob.mailboxId }, { removedAt: AT });
  await mail.hold({ mailboxes: [mail.bob.mailboxId], query: 'merger' });
  expect(await held()).toMatchObject([{ mailboxIds: [mail.bob.mailboxId] }]);
});

test('a search goes on meaning what it meant: another name of a mailbox, or the time that passes, takes nothing from it', async () => {
  await mail.hold({ query: 'mailbox:ann after:3d' });
  await changeMailbox(mail.configuration, mail.ann.mailboxId, { name: 'somebody', primaryAddress: null });
  mail.clock.advance(30 * 24 * 60 * 60_000);
  expect(await held()).toHaveLength(1);
});

test('a message that cannot be read is held by whatever asks for its text', async () => {
  for await (const { key } of mail.ports.archive.list('messages/')) {
    await mail.ports.archive.delete(key);
    await mail.ports.archive.put(key, Buffer.from('damaged'));
  }
  await mail.hold({ query: 'something else altogether' });
  await mail.hold({ query: 'x', to: AT });
  expect(await held()).toMatchObject([{ isUndecided: true }]);
});

test('storage that fails decides nothing', async () => {
  await mail.hold({ query: 'merger' });
  const get = () => Promise.reject(new StorageError('get'));
  const context = mail.contextOn({ archive: { ...mail.ports.archive, get } });
  await expect(held({ ...mail.context, ...context })).rejects.toThrow(StorageError);
});

test('a scope names what is there', async () => {
  const refused = /scope/;
  await expect(mail.hold({ mailboxes: ['mb-none'] })).rejects.toThrow(refused);
  await expect(mail.hold({ query: 'mailbox:nobody merger' })).rejects.toThrow(refused);
  await expect(mail.hold({ addresses: ['no address'] })).rejects.toThrow(refused);
  await expect(mail.hold({})).rejects.toThrow(refused);
  await expect(mail.hold({ query: 'x'.repeat(5_000) })).rejects.toThrow('at most');
});

test('quarantine is held by every hold on its period', async () => {
  await mail.hold({ to: AT });
  const { holdId } = await mail.hold({ query: 'anything', from: AT });
  await mail.hold({ query: 'anything', from: LATER });
  const found = await holdsOnQuarantined(mail.ports, { receivedAt: AT });
  expect(found.map((hold) => hold.holdId)).toEqual([holdId]);
});
