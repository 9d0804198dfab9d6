import { beforeEach, describe, expect, test } from 'vitest';
import type { Caller } from '../../../../shared/domain/session.ts';
import { UnauthenticatedError } from '../../../../shared/errors.ts';
import { grantAccess, revokeAccess } from '../../../../shared/usecases/access/access-grants.ts';
import {
  createApiKey,
  listApiKeys,
  type NewApiKey,
  revokeApiKey,
} from '../../../../shared/usecases/identity/api-keys.ts';
import { changeUser } from '../../../../shared/usecases/identity/change-user.ts';
import { createUser } from '../../../../shared/usecases/identity/create-user.ts';
import { deleteUser } from '../../../../shared/usecases/identity/delete-user.ts';
import { authenticate } from '../../../../shared/usecases/identity/sessions.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { createSettledWorld, type World } from '../configuration-world.ts';

let world: World;
let ann: Caller;
const [own, other] = ['mb-own', 'mb-other'] as const;
let ids: { readonly [own]: string; readonly [other]: string };

beforeEach(async () => {
  world = await createSettledWorld();
  const { userId } = await createUser(world.identity, { userName: 'ann', privileges: ['login', 'export'] });
  ann = { userId, userName: 'ann', privileges: ['login', 'export'], sessionId: 'session-1' };
  const mailbox = (name: string) => createMailbox(world.configuration, { name, primaryAddress: `${name}@example.org` });
  ids = { [own]: (await mailbox('own')).mailboxId, [other]: (await mailbox('other')).mailboxId };
  for (const mailboxId of Object.values(ids)) {
    await grantAccess(world.configuration, { mailboxId, principal: 'ann', privileges: ['read'], grantedBy: 'admin' });
  }
});

const make = (wanted: Partial<NewApiKey> = {}, caller = ann) =>
  createApiKey(world.identity, caller, { name: 'backup', privileges: ['login'], ...wanted });

describe('an API key', () => {
  test('speaks for its owner with its own privileges, and is kept as a hash', async () => {
    const { text, apiKey } = await make();
    expect(text).toMatch(/^ll_[a-z2-7]{16}_[a-z2-7]{56}$/);
    expect(text.startsWith(`${apiKey.prefix}_`)).toBe(true);
    expect(await authenticate(world.identity, text)).toEqual({
      userId: ann.userId,
      userName: 'ann',
      privileges: ['login'],
      sessionId: apiKey.apiKeyId,
      apiKeyId: apiKey.apiKeyId,
    });
    expect(JSON.stringify([world.logged, apiKey])).not.toContain(text.slice(20));
  });

  test.each<[string, (text: string) => string]>([
    ['its prefix', (text) => text.slice(0, 19)],
    ['cut short by a character', (text) => text.slice(0, -1)],
    ['with a character too many', (text) => `${text}a`],
    ['with another secret', (text) => text.slice(0, -1) + (text.endsWith('a') ? 'b' : 'a')],
    ['in upper case', (text) => text.toUpperCase()],
    ['of nobody', (text) => `ll_${'a'.repeat(16)}_${text.slice(20)}`],
    ['nothing', () => 'll_'],
  ])('%s is refused', async (_name, change) => {
    const { text } = await make();
    await expect(authenticate(world.identity, change(text))).rejects.toThrow(UnauthenticatedError);
  });

  test('reaches the mailboxes it is limited to, as far as its owner does', async () => {
    const { text } = await make({ mailboxIds: [ids[own]] });
    const caller = await authenticate(world.identity, text);
    const { access } = world.configuration;
    expect(await access.privilegesOn(caller, ids[own])).toEqual(['read']);
    expect(await access.privilegesOn(caller, ids[other])).toEqual([]);
    await revokeAccess(world.configuration, ids[own], 'ann');
    expect(await access.privilegesOn(caller, ids[own])).toEqual([]);
  });

  test.each<[string, Partial<NewApiKey>]>([
    ['a privilege that the owner lacks', { privileges: ['delete'] }],
    ['all there is', { privileges: ['admin'] }],
    ['a mailbox that the owner may not read', { mailboxIds: ['mb-none'] }],
    ['an end in the past', { expiresAt: new Date('2026-03-01T11:59:59Z') }],
    ['an end in a far future', { expiresAt: new Date('2036-03-01T12:00:00Z') }],
  ])('is not made with %s', async (_name, wanted) => {
    await expect(make(wanted)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('limited to mailboxes has no privileges beyond them', async () => {
    const admin: Caller = { ...ann, privileges: ['admin'] };
    const wanted = { mailboxIds: [ids[own]], privileges: ['admin' as const] };
    await expect(make(wanted, admin)).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('makes no further key', async () => {
    const { text } = await make();
    await expect(make({}, await authenticate(world.identity, text))).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('ends when it expires', async () => {
    const { text } = await make({ expiresAt: new Date('2026-03-01T13:00:00Z') });
    world.clock.advance(3_599_000);
    await authenticate(world.identity, text);
    world.clock.advance(1_000);
    await expect(authenticate(world.identity, text)).rejects.toThrow(UnauthenticatedError);
  });

  const ends: readonly [string, (apiKeyId: string) => Promise<unknown>][] = [
    ['it is revoked', (apiKeyId) => revokeApiKey(world.identity, apiKeyId)],
    ['its owner is disabled', () => changeUser(world.identity, 'ann', { disabled: true })],
    ['its owner may not sign in', () => changeUser(world.identity, 'ann', { privileges: [] })],
    ['its owner is deleted', () => deleteUser(world.identity, 'ann')],
  ];
  test.each(ends)('ends once %s: here at once, elsewhere within ten seconds', async (_name, end) => {
    const { text, apiKey } = await make();
    const elsewhere = world.process().identity;
    await authenticate(elsewhere, text);
    await end(apiKey.apiKeyId);
    await expect(authenticate(world.identity, text)).rejects.toThrow(UnauthenticatedError);
    world.clock.advance(10_000);
    await expect(authenticate(elsewhere, text)).rejects.toThrow(UnauthenticatedError);
  });

  test('loses a privilege that its owner loses, and survives a new name', async () => {
    const { text } = await make({ privileges: ['login', 'export'] });
    await changeUser(world.identity, 'ann', { privileges: ['login'], userName: 'anna' });
    expect(await authenticate(world.identity, text)).toMatchObject({ privileges: ['login'], userName: 'anna' });
  });
});

describe('the list of API keys', () => {
  test('shows when each was used last, to the minute, and revoked ones no more', async () => {
    const first = await make();
    world.clock.advance(1_000);
    const second = await make({ name: 'second' });
    await authenticate(world.identity, second.text);
    world.clock.advance(59_000);
    await authenticate(world.identity, second.text);
    const { items } = await listApiKeys(world.identity, ann.userId, { limit: 10 });
    expect(items.map(({ name, lastUsedAt }) => [name, lastUsedAt])).toEqual([
      ['second', '2026-03-01T12:00:01.000Z'],
      ['backup', undefined],
    ]);
    expect(JSON.stringify(items)).not.toContain('hash');
    await revokeApiKey(world.identity, first.apiKey.apiKeyId, ann.userId);
    expect((await listApiKeys(world.identity, ann.userId, { limit: 10 })).items).toHaveLength(1);
  });

  test('is nobody else’s to revoke', async () => {
    const { apiKey } = await make();
    const attempt = revokeApiKey(world.identity, apiKey.apiKeyId, 'user-other');
    await expect(attempt).rejects.toMatchObject({ code: 'not_found' });
  });
});
