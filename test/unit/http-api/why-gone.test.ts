import { beforeEach, describe, expect, test } from 'vitest';
import { type ApiWorld, createApiWorld } from './api-world.ts';
import { ARCHIVE_ID } from './fake-reading.ts';

const PATH = `/messages/${ARCHIVE_ID}/retention`;
const WHY = {
  archivedAt: '2026-01-01T10:00:00.000Z',
  receivedAt: '2026-01-01T09:00:00.000Z',
  purgedAt: '2026-03-01T10:00:00.000Z',
  cause: 'erasure',
  jobId: 'job-1',
  requestId: 'erasure-1',
} as const;

let api: ApiWorld;
let mailboxId: string;
beforeEach(async () => {
  api = await createApiWorld();
  mailboxId = await api.newMailbox('m');
  const bytesLocked = { objects: 1, until: '2026-04-01T00:00:00.000Z', attachmentIds: ['f'.repeat(64)] };
  api.mail.gone = { ...WHY, mailboxIds: [mailboxId], bytesLocked };
});

async function asAuditor(body: object) {
  const made = (await api.call('POST', '/auditors', { token: api.admin, body: { expiresAt: '2030-01-01', ...body } }))
    .json;
  const token = await api.signIn(String(made.userName), String(made.password));
  return await api.call('GET', PATH, { token });
}

describe('why a message went', () => {
  test('is told to administrators, without hashes of what was in it', async () => {
    const { status, json } = await api.call('GET', PATH, { token: api.admin });
    expect(status).toBe(200);
    expect(json).toEqual({
      archiveId: ARCHIVE_ID,
      state: 'purged',
      ...WHY,
      bytesLocked: { objects: 1, until: '2026-04-01T00:00:00.000Z' },
    });
  });

  test.each([
    ['all mailboxes', () => ({}), 200],
    ['its mailbox', () => ({ scope: { mailboxIds: [mailboxId] } }), 200],
    ['its mailbox, later', () => ({ scope: { mailboxIds: [mailboxId], from: '2026-02-01' } }), 404],
  ])('and to an auditor of %s, as far as that goes', async (_name, scope, status) => {
    expect((await asAuditor(scope())).status).toBe(status);
  });

  test('and to nobody else: there never was such a message', async () => {
    const reader = await api.newUser('reader');
    await api.grant(mailboxId, 'reader', 'read');
    expect((await api.call('GET', PATH, { token: reader })).status).toBe(404);
  });
});
