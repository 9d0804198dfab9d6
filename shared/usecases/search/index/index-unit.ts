import type { Mailbox } from '../../../domain/mailbox.ts';
import { shardOfMessage } from '../../message-keys.ts';

/**
 * What has an index of its own: a mailbox (`part` is `all`), or a month and shard of the mailbox of an endpoint
 * (`<yyyy-mm>.<shard>`).
 */
export interface IndexUnit {
  readonly mailboxId: string;
  readonly part: string;
}

export const WHOLE_MAILBOX = 'all';

/**
 * The unit of a message in a mailbox; always the same, as the time a message was archived at never changes. Mailboxes
 * that receive all of a journal are spread over several partitions, and have several units.
 */
export function unitOf(
  { mailboxId, listShards }: Pick<Mailbox, 'mailboxId' | 'listShards'>,
  { archiveId, archivedAt }: { readonly archiveId: string; readonly archivedAt: string },
): IndexUnit {
  if (listShards <= 1) return { mailboxId, part: WHOLE_MAILBOX };
  return { mailboxId, part: `${archivedAt.slice(0, 7)}.${shardOfMessage(archiveId, listShards)}` };
}

/** The unit's name in keys of tables and in nudges: `<mailboxId>`, or `<mailboxId>#<yyyy-mm>#<shard>`. */
export function unitName({ mailboxId, part }: IndexUnit): string {
  return part === WHOLE_MAILBOX ? mailboxId : `${mailboxId}#${part.replace('.', '#')}`;
}

/** The unit with that name; `undefined` for what is none. */
export function unitNamed(name: string): IndexUnit | undefined {
  const [, mailboxId, month, shard] = /^([^#/]+)(?:#(\d{4}-\d{2})#(\d+))?$/.exec(name) ?? [];
  if (mailboxId === undefined) return undefined;
  return { mailboxId, part: month === undefined ? WHOLE_MAILBOX : `${month}.${shard}` };
}
