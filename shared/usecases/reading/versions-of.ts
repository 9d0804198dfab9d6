import type { Address } from '../../domain/address.ts';
import type { MessageRecord } from '../../domain/message.ts';
import type { OriginalFacts, OriginalView } from '../../domain/original.ts';
import { DamagedError } from '../../errors.ts';
import { readOriginal } from '../../mail/read-original.ts';
import { sha256Hex } from '../arrival-id.ts';
import { typed } from '../item-data.ts';
import { versionsPartition } from '../message-keys.ts';
import { type ReadingPorts, readStoredOriginal } from './stored-original.ts';
import { viewOf } from './view-of.ts';

/** How another message with the same Message-ID differs: by its Bcc only, in how it was rendered, or in what it says. */
type VersionRelation = 'bcc' | 'rendering' | 'content';

export interface MessageVersion {
  readonly archiveId: string;
  readonly relation: VersionRelation;
}

/** How many are compared: senders control Message-ID. */
const MAX_VERSIONS = 20;
/** How many records are looked at for those: purged ones keep their place. */
const MAX_LOOKED_AT = 100;

/** What of a message is compared with its versions. */
interface Comparable {
  readonly facts: OriginalFacts;
  readonly view: OriginalView;
}

/**
 * Other live messages with the same Message-ID, oldest first, at most 20. The Message-ID is the sender's to
 * choose, so this only ever shows, and decides nothing.
 */
export async function versionsOf(
  ports: ReadingPorts,
  archiveId: string,
  own: Comparable,
): Promise<readonly MessageVersion[]> {
  const { messageId } = own.facts;
  if (messageId === undefined) return [];
  const pk = versionsPartition(sha256Hex(messageId).slice(0, 32));
  const page = await ports.tables.queryIndex('messages', 'versions', pk, { limit: MAX_LOOKED_AT });
  const others = page.items.filter((item) => item.sk === 'record' && !item.pk.endsWith(`#${archiveId}`));
  const live = others.filter((item) => typed<MessageRecord>(item).data.state === 'live');
  const versions: MessageVersion[] = [];
  for (const item of live.slice(0, MAX_VERSIONS)) {
    const otherId = item.pk.slice(item.pk.indexOf('#') + 1);
    const other = await readComparable(ports, otherId, typed<MessageRecord>(item).data);
    if (other) versions.push({ archiveId: otherId, relation: relationOf(own, other) });
  }
  return versions;
}

async function readComparable(
  ports: ReadingPorts,
  archiveId: string,
  record: MessageRecord,
): Promise<Comparable | undefined> {
  try {
    const { original } = await readStoredOriginal(ports, archiveId, record.first);
    const facts = readOriginal(original);
    return facts && { facts, view: await viewOf(ports, original) };
  } catch (error) {
    // A damaged version has been told of; this message can be read all the same.
    if (error instanceof DamagedError) return undefined;
    throw error;
  }
}

/** `rendering`: the same From, Date, attachments and text but for white space; `bcc`: that, and all else but the Bcc. */
function relationOf(one: Comparable, other: Comparable): VersionRelation {
  if (rendered(one) !== rendered(other)) return 'content';
  const differs = JSON.stringify(lowercase(one.facts.bcc)) !== JSON.stringify(lowercase(other.facts.bcc));
  return differs && visibleFields(one) === visibleFields(other) ? 'bcc' : 'rendering';
}

function rendered({ facts, view }: Comparable): string {
  const attachments = view.attachments.map(({ filename, sizeBytes }) => [filename, sizeBytes]);
  return JSON.stringify([
    lowercase(facts.from),
    facts.date?.getTime(),
    attachments,
    view.text.replace(/\s+/g, ' ').trim(),
  ]);
}

function visibleFields({ facts, view }: Comparable): string {
  return JSON.stringify([
    facts.subject,
    lowercase(facts.to),
    lowercase(facts.cc),
    lowercase(facts.sender),
    view.text,
    view.html,
  ]);
}

function lowercase(addresses: readonly Address[]): readonly string[] {
  return addresses.map(({ address }) => address.toLowerCase());
}
