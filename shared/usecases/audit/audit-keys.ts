import { createHash } from 'node:crypto';
import { type ChainHead, dayOfChain } from '../../domain/audit-chain.ts';
import { type AuditCategory, type AuditEvent, categoryOf } from '../../domain/audit-event.ts';
import { principalKey } from '../../domain/user-name.ts';
import type { Item, ItemKey } from '../../ports/tables.ts';
import { dataOf } from '../item-data.ts';

/** Keys of the audit trail in the `activity` table; docs/architecture.md lists them by access pattern. */

/** All events, and those of a category, are spread over so many partitions: every request of a day writes there. */
const SHARDS = 8;

/** What the id of an event begins with. */
export const EVENT_PREFIX = 'event';

/** The number of the last checkpoint that is known, and its hash. */
export const CHECKPOINT_KEY: ItemKey = { pk: 'audit-checkpoint', sk: 'last' };
/** Which categories are switched off; in the `configuration` table. */
export const AUDIT_SETTINGS_KEY: ItemKey = { pk: 'settings', sk: 'audit' };

/** The partitions that hold all events. */
export function eventPartitions(): readonly string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `audit#${shard}`);
}

/** The partitions of the index `list` that hold the events of a category. */
export function categoryPartitions(category: AuditCategory): readonly string[] {
  return Array.from({ length: SHARDS }, (_, shard) => categoryPartition(category, shard));
}

export function userPartition(userName: string): string {
  return `audit-user#${digest(principalKey(userName.toWellFormed()))}`;
}

export function objectPartition(id: string): string {
  return `audit-object#${digest(id)}`;
}

/** How far the chains of a day reach, by their name. */
export function chainPartition(day: string): string {
  return `audit-chain#${day}`;
}

/** How far somebody who follows the chains has come in those of a day. */
export function progressPartition(follower: string, day: string): string {
  return `audit-progress#${follower}#${day}`;
}

/** The items by which an event is found: by time, and in its category, by who did it, by what it was done to. */
export function eventItems(event: AuditEvent): readonly Item[] {
  const shard = shardOf(event.eventId);
  const item = { sk: event.eventId, version: 1, data: dataOf(event) };
  const list = { pk: categoryPartition(categoryOf(event.action), shard), sk: event.eventId };
  const { userName } = event.actor;
  return [
    { ...item, pk: `audit#${shard}`, indexes: { list } },
    ...(userName === undefined ? [] : [{ ...item, pk: userPartition(userName) }]),
    ...(event.object ? [{ ...item, pk: objectPartition(event.object.id) }] : []),
  ];
}

/** Its version grows with the chain, so that whoever is behind can tell. */
export function chainItem(head: ChainHead): Item {
  const version = head.n + 1;
  return { pk: chainPartition(dayOfChain(head.chain)), sk: head.chain, version, data: dataOf(head) };
}

function categoryPartition(category: AuditCategory, shard: number): string {
  return `audit-category#${category}#${shard}`;
}

/** The last character of an id is random. */
function shardOf(eventId: string): number {
  return eventId.charCodeAt(eventId.length - 1) % SHARDS;
}

/** What callers write may be longer than a key. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
