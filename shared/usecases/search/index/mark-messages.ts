import type { Mailbox } from '../../../domain/mailbox.ts';
import type { Ports } from '../../../ports/ports.ts';
import { findMailbox } from '../../mailboxes/find-mailboxes.ts';
import { type IndexUnit, unitOf } from './index-unit.ts';
import { type MarkCause, markItems, nudgeUnits, type UnitMessages } from './marks.ts';

/** A message, and mailboxes in whose index something about it is to change. */
export interface ChangedMessage {
  readonly archiveId: string;
  /** Of its record; ISO 8601, UTC. */
  readonly archivedAt: string;
  readonly mailboxIds: readonly string[];
}

/** The messages of each unit, each once. */
export async function messagesByUnit(
  mailboxOf: (mailboxId: string) => Promise<Pick<Mailbox, 'listShards'> | undefined>,
  messages: readonly ChangedMessage[],
): Promise<readonly UnitMessages[]> {
  const byUnit = new Map<string, { readonly unit: IndexUnit; readonly archiveIds: Set<string> }>();
  for (const message of messages) {
    for (const mailboxId of message.mailboxIds) {
      const { listShards = 1 } = (await mailboxOf(mailboxId)) ?? {};
      const unit = unitOf({ mailboxId, listShards }, message);
      const name = `${unit.mailboxId} ${unit.part}`;
      const marked = byUnit.get(name) ?? { unit, archiveIds: new Set() };
      byUnit.set(name, marked);
      marked.archiveIds.add(message.archiveId);
    }
  }
  return [...byUnit.values()].map(({ unit, archiveIds }) => ({ unit, archiveIds: [...archiveIds] }));
}

/**
 * Has the index brought to the present state of messages whose filings were moved, removed or marked, or which were
 * purged: in all mailboxes they are or were filed in, as what is true in one is told in the others too. To be called
 * once the change is durable, and again where it is repeated. Safe to repeat. Throws `StorageError`.
 */
export async function markMessages(
  ports: Pick<Ports, 'tables' | 'queue' | 'clock' | 'entropy' | 'logs'>,
  messages: readonly ChangedMessage[],
  cause: MarkCause = 'changed',
): Promise<void> {
  const units = await messagesByUnit((mailboxId) => findMailbox(ports, mailboxId), messages);
  await ports.tables.batchPut('messages', markItems(ports, units, cause));
  await nudgeUnits(
    ports,
    units.map(({ unit }) => unit),
  );
}
