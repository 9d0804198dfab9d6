import { createHash } from 'node:crypto';
import { principalKey } from '../../domain/user-name.ts';
import { RateLimitedError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item, ItemKey } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { networkOf } from './source-network.ts';

type AttemptPorts = Pick<Ports, 'tables' | 'clock'>;

/** How failed sign-ins of one kind are answered. */
interface Limit {
  /** From this failure on every further one doubles the back-off; before it people just mistype. */
  readonly backOffFrom: number;
  /** Attempts that are being verified at once: a burst cannot outrun the count. */
  readonly pending: number;
}

const PER_USER: Limit = { backOffFrom: 5, pending: 20 };
/** An office or a proxy shares an address. */
const PER_SOURCE: Limit = { backOffFrom: 50, pending: 100 };

/** The longest back-off: nobody can lock somebody else out for longer by failing in their name. */
const MAX_BACK_OFF_SECONDS = 300;
/** Failures are forgotten this long after the last back-off ended. */
const FORGET_SECONDS = 900;
/** A pending attempt this old died. */
const PENDING_MS = 30_000;
/** How often a count is written anew when other processes count at the same time. */
const MAX_WRITES = 20;

interface Attempts {
  readonly failures: number;
  /** ISO 8601, UTC. */
  readonly blockedUntil: string;
  /** When those that are being verified began. */
  readonly pending: readonly string[];
}

const NONE: Attempts = { failures: 0, blockedUntil: '', pending: [] };

/** `unfinished`: right so far, and something is missing; neither a failure nor an end of failures. */
export type Verdict = 'succeeded' | 'failed' | 'unfinished';

/**
 * Verifies by `verify`, within what the user and the source address may try. Throws
 * `RateLimitedError` while one of them must wait. Users who do not exist are counted alike; a success
 * forgets the user's failures, not those of the address: its owner may have an account of their own.
 */
export async function limited(
  ports: AttemptPorts,
  { userName, sourceIp }: { readonly userName: string; readonly sourceIp: string },
  verify: () => Promise<Verdict>,
): Promise<Verdict> {
  const source = { pk: `rate#sign-in-source#${networkOf(sourceIp)}`, sk: '-' };
  // Hashed, as anybody may try any name: the key stays short and well-formed.
  const name = createHash('sha256').update(principalKey(userName)).digest('hex');
  const user = { pk: `rate#sign-in-user#${name}`, sk: '-' };
  await change(ports, source, (attempts, now) => begun(attempts, now, PER_SOURCE));
  let verdict: Verdict | undefined;
  try {
    await change(ports, user, (attempts, now) => begun(attempts, now, PER_USER));
    try {
      verdict = await verify();
    } finally {
      await change(ports, user, (attempts, now) =>
        verdict === 'succeeded' ? NONE : ended(attempts, now, PER_USER, verdict === 'failed'),
      );
    }
  } finally {
    await change(ports, source, (attempts, now) => ended(attempts, now, PER_SOURCE, verdict === 'failed'));
  }
  return verdict;
}

function begun(attempts: Attempts, now: Date, limit: Limit): Attempts {
  const waitMs = attempts.blockedUntil === '' ? 0 : Date.parse(attempts.blockedUntil) - now.getTime();
  if (waitMs > 0) throw new RateLimitedError(Math.ceil(waitMs / 1000));
  const alive = new Date(now.getTime() - PENDING_MS).toISOString();
  const pending = attempts.pending.filter((began) => began > alive);
  if (pending.length >= limit.pending) throw new RateLimitedError(1);
  return { ...attempts, pending: [...pending, now.toISOString()] };
}

function ended(attempts: Attempts, now: Date, { backOffFrom }: Limit, failed: boolean): Attempts {
  const pending = attempts.pending.slice(1);
  if (!failed) return { ...attempts, pending };
  const failures = attempts.failures + 1;
  if (failures < backOffFrom) return { ...attempts, failures, pending };
  const seconds = Math.min(2 ** (failures - backOffFrom), MAX_BACK_OFF_SECONDS);
  return { failures, pending, blockedUntil: new Date(now.getTime() + seconds * 1000).toISOString() };
}

async function change(
  { tables, clock }: AttemptPorts,
  key: ItemKey,
  next: (attempts: Attempts, now: Date) => Attempts,
): Promise<void> {
  for (let written = 0; written < MAX_WRITES; written++) {
    const now = clock.now();
    const item = await tables.get('activity', key);
    const data = next(item ? unexpired(item, now) : NONE, now);
    const expiresAt = Math.ceil(Math.max(now.getTime(), Date.parse(data.blockedUntil) || 0) / 1000) + FORGET_SECONDS;
    const changed = { ...key, version: (item?.version ?? 0) + 1, expiresAt, data: dataOf(data) };
    const outcome = item
      ? await tables.putIfVersion('activity', changed, item.version)
      : await tables.putIfAbsent('activity', changed);
    if (outcome === 'stored') return;
  }
  throw new RateLimitedError(1);
}

function unexpired(item: Item, now: Date): Attempts {
  return (item.expiresAt ?? 0) * 1000 > now.getTime() ? typed<Attempts>(item).data : NONE;
}
