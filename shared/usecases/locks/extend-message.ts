import { messagePrefix } from '../../domain/archive-id.ts';
import { attachmentKey } from '../../domain/attachment.ts';
import { endOfQuarter, lockUntil } from '../../domain/retention/lock-until.ts';
import type { PreparedPolicies } from '../../domain/retention/prepare-policies.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import { ATTACHMENT_PREFIX, lockedKey, messagePartition } from '../message-keys.ts';
import { queryAll } from '../query-all.ts';
import { type FactsContext, type FactsOptions, retainedMessage } from '../retention/facts-of-message.ts';
import { extendObject } from './extend-object.ts';

type ExtendContext = FactsContext & { readonly ports: Pick<Ports, 'archive' | 'tables' | 'clock'> };

/**
 * Has storage keep all arrivals of a message until its minimum is over, and its large attachments until the end of that
 * quarter; answers how many of them were locked for less. Nothing is ever shortened. Safe to repeat. Throws as `retainedMessage`.
 */
export async function extendMessage(
  context: ExtendContext,
  archiveId: string,
  policies: PreparedPolicies,
  { shared, ...options }: FactsOptions & { readonly shared?: SharedLocks } = {},
): Promise<number> {
  const { facts, lockedUntil } = await retainedMessage(context, archiveId, options);
  const until = lockUntil(facts, policies, context.ports.clock.now());
  if (!until) return 0;
  return await extendStored(context.ports, archiveId, until, { ...(lockedUntil ? { lockedUntil } : {}), shared });
}

/** Until when attachments that several messages have were extended by the same run already, so that each is looked at once. */
export type SharedLocks = Map<ObjectKey, Date>;

/** The same, where it is known until when; `lockedUntil` is what is known of its locks. */
export async function extendStored(
  ports: ExtendContext['ports'],
  archiveId: string,
  until: Date,
  { lockedUntil, shared }: { readonly lockedUntil?: Date; readonly shared?: SharedLocks | undefined } = {},
): Promise<number> {
  // Before any lock: no decision is ever earlier than what storage has locked.
  if (!lockedUntil || lockedUntil < until) await rememberLocked(ports, archiveId, until);
  let extended = 0;
  const count = (isExtended: boolean) => {
    if (isExtended) extended += 1;
  };
  for await (const { key } of ports.archive.list(messagePrefix(archiveId))) {
    count(await extendObject(ports, key, until));
  }
  const rounded = endOfQuarter(until);
  for await (const { sk } of queryAll(ports, 'messages', messagePartition(archiveId), { prefix: ATTACHMENT_PREFIX })) {
    const key = attachmentKey(sk.slice(ATTACHMENT_PREFIX.length));
    const done = shared?.get(key);
    if (done && done >= rounded) continue;
    shared?.set(key, rounded);
    count(await extendObject(ports, key, rounded));
  }
  return extended;
}

/** Beside the record, as all that comes after it: records are never replaced for retention. */
async function rememberLocked({ tables }: Pick<Ports, 'tables'>, archiveId: string, until: Date): Promise<void> {
  const key = lockedKey(archiveId, until.toISOString());
  await tables.putIfAbsent('messages', { ...key, version: 1, data: {} });
}
