import { timingSafeEqual } from 'node:crypto';
import { type ApiKey, MAILBOX_KEY_PRIVILEGES } from '../../domain/api-key.ts';
import { type GlobalPrivilege, holds } from '../../domain/privilege.ts';
import type { Caller } from '../../domain/session.ts';
import { ForbiddenError, InvalidRequestError, NotFoundError, UnauthenticatedError } from '../../errors.ts';
import { apiKeyKey, apiKeysPartition } from '../configuration/configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, getLogged, removeLogged } from '../logged-item.ts';
import { keyHash, keyIdOf, newKey } from './api-key-text.ts';
import type { IdentityContext } from './identity-context.ts';
import { refuseApiKey } from './own-password.ts';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 365;
/** Whoever left a key somewhere forgets it; this is when it stops to matter. */
const MAX_DAYS = 2 * 366;

export interface NewApiKey {
  readonly name: string;
  readonly privileges: readonly GlobalPrivilege[];
  /** Left out, all that the owner may use. */
  readonly mailboxIds?: readonly string[];
  /** Left out, a year from now. */
  readonly expiresAt?: Date;
}

/** A key as it is listed. */
export type ListedApiKey = Omit<ApiKey, 'hash'> & { readonly lastUsedAt?: string };

/**
 * Makes a key for the caller; its text is answered this once. Throws `InvalidRequestError` for privileges
 * or mailboxes that the caller lacks or that do not go together, and for an expiry out of range;
 * `ForbiddenError` for auditors and for whoever came with a key.
 */
export async function createApiKey(
  context: IdentityContext,
  caller: Caller,
  wanted: NewApiKey,
): Promise<{ readonly text: string; readonly apiKey: ListedApiKey }> {
  const { ports } = context;
  refuseApiKey(caller);
  if (caller.auditor) throw new ForbiddenError('auditors have no API keys');
  await checkScope(context, caller, wanted);
  const now = ports.clock.now();
  const { text, ...kept } = newKey(ports.entropy);
  const apiKey: ApiKey = {
    ...kept,
    userId: caller.userId,
    name: wanted.name,
    privileges: [...new Set(wanted.privileges)],
    ...(wanted.mailboxIds === undefined ? {} : { mailboxIds: [...new Set(wanted.mailboxIds)] }),
    createdAt: now.toISOString(),
    expiresAt: expiry(wanted, now).toISOString(),
  };
  const list = { pk: apiKeysPartition(caller.userId), sk: `${apiKey.createdAt}#${apiKey.apiKeyId}` };
  await createLogged(ports, 'configuration', apiKeyKey(apiKey.apiKeyId), { data: dataOf(apiKey), indexes: { list } });
  context.apiKeys.forget(apiKey.apiKeyId);
  return { text, apiKey: listed(apiKey) };
}

/** Who a key speaks for, with the privileges that both key and owner have now. Throws `UnauthenticatedError`. */
export async function callerOfKey({ ports, apiKeys, sessions }: IdentityContext, text: string): Promise<Caller> {
  const apiKeyId = keyIdOf(text);
  const apiKey = apiKeyId === undefined ? undefined : await apiKeys.key(apiKeyId);
  const hash = Buffer.from(keyHash(text));
  if (!apiKey || !timingSafeEqual(hash, Buffer.from(apiKey.hash))) throw refused();
  const owner = await sessions.user(apiKey.userId);
  const isUsable = owner && !owner.disabled && !owner.auditor && holds(owner.privileges, 'login');
  if (!isUsable || apiKey.expiresAt <= ports.clock.now().toISOString()) throw refused();
  await apiKeys.noteUse(apiKey.apiKeyId);
  return {
    userId: owner.userId,
    userName: owner.userName,
    privileges: apiKey.privileges.filter((privilege) => holds(owner.privileges, privilege)),
    sessionId: apiKey.apiKeyId,
    apiKeyId: apiKey.apiKeyId,
    ...(apiKey.mailboxIds === undefined ? {} : { mailboxIds: apiKey.mailboxIds }),
  };
}

/** The keys of a user, newest first; revoked ones are left out, eventually consistent. */
export function listApiKeys(
  { ports, apiKeys }: IdentityContext,
  userId: string,
  request: PageRequest,
): Promise<ListPage<ListedApiKey>> {
  const place = { table: 'configuration', pk: apiKeysPartition(userId), index: 'list', newestFirst: true } as const;
  return listPage(ports, place, request, async (item) => {
    const apiKey = typed<ApiKey>(item).data;
    return listed(apiKey, await apiKeys.lastUse(apiKey.apiKeyId));
  });
}

/** Revokes a key, of `userId` where one is given: at once in this process, within seconds in others. Throws `NotFoundError`. */
export async function revokeApiKey(context: IdentityContext, apiKeyId: string, userId?: string): Promise<void> {
  const item = await getLogged(context.ports, 'configuration', apiKeyKey(apiKeyId));
  if (!item || (userId !== undefined && typed<ApiKey>(item).data.userId !== userId)) {
    throw new NotFoundError(`API key ${apiKeyId}`);
  }
  await removeLogged(context.ports, 'configuration', item);
  context.apiKeys.forget(apiKeyId);
}

async function checkScope({ configuration }: IdentityContext, caller: Caller, wanted: NewApiKey): Promise<void> {
  const lacking = wanted.privileges.filter((privilege) => !holds(caller.privileges, privilege));
  if (lacking.length > 0) throw new InvalidRequestError(`privileges: you do not have ${lacking.join(', ')}`);
  if (wanted.mailboxIds === undefined) return;
  const global = wanted.privileges.filter((privilege) => !MAILBOX_KEY_PRIVILEGES.includes(privilege));
  if (global.length > 0) {
    throw new InvalidRequestError(`privileges: ${global.join(', ')} does not go with a key limited to mailboxes`);
  }
  for (const mailboxId of wanted.mailboxIds) {
    const granted = await configuration.access.privilegesOn(caller, mailboxId);
    if (granted.length === 0) throw new InvalidRequestError(`mailboxes: you have no access to ${mailboxId}`);
  }
}

function expiry({ expiresAt }: NewApiKey, now: Date): Date {
  const latest = new Date(now.getTime() + MAX_DAYS * DAY_MS);
  const wanted = expiresAt ?? new Date(now.getTime() + DEFAULT_DAYS * DAY_MS);
  if (wanted <= now) throw new InvalidRequestError('expiresAt: this is in the past');
  if (wanted > latest) throw new InvalidRequestError(`expiresAt: a key lasts ${MAX_DAYS} days at most`);
  return wanted;
}

function listed({ hash: _hash, ...apiKey }: ApiKey, lastUsedAt?: string): ListedApiKey {
  return lastUsedAt === undefined ? apiKey : { ...apiKey, lastUsedAt };
}

function refused(): UnauthenticatedError {
  return new UnauthenticatedError('this API key is not valid (any more)');
}
