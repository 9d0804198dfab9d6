import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { ItemKey } from '../../ports/tables.ts';
import type { FetchedMessage, MessageFacts } from '../../sources/source.ts';
import { nameHash } from '../filing/fetched-place.ts';
import { typed } from '../item-data.ts';
import type { FetchRun } from './fetch-run.ts';
import type { TakenIn } from './file-fetched.ts';
import { readBack } from './read-back.ts';

type IdentityRun = Pick<FetchRun, 'filing' | 'profile' | 'account'>;

/** Where the ledger says what became of the message with an identity. */
interface KnownIdentity {
  readonly ledgerKey: ItemKey;
}

/**
 * Those of the messages whose identity at the source (EMAILID, RFC 8474, 5.1; X-GM-MSGID) is that of one which was
 * fetched from another folder of the mailbox, with their bytes as the archive has them now. What is not live there, or
 * has another size than the source says, is left out: it is fetched.
 */
export async function fromArchive(run: IdentityRun, messages: readonly MessageFacts[]): Promise<FetchedMessage[]> {
  const found = await Promise.all(messages.map((facts) => archived(run, facts)));
  return found.filter((message) => message !== undefined);
}

async function archived(run: IdentityRun, facts: MessageFacts): Promise<FetchedMessage | undefined> {
  if (facts.emailId === undefined) return undefined;
  const { ports } = run.filing;
  const item = await ports.tables.get('activity', identityKey(run, facts.emailId));
  if (!item) return undefined;
  const ledger = await ports.tables.get('messages', typed<KnownIdentity>(item).data.ledgerKey);
  const raw = ledger && (await readBack(ports, typed<LedgerEntry>(ledger).data));
  return raw?.length === facts.sizeBytes ? { ...facts, raw } : undefined;
}

/** Keeps which messages with an identity were archived. What a rebuild of the tables forgets is fetched once more. */
export async function rememberIdentities(
  run: IdentityRun,
  taken: readonly TakenIn[],
  entries: readonly (LedgerEntry | undefined)[],
): Promise<void> {
  const items = taken.flatMap(({ emailId, ledgerKey }, index) => {
    if (emailId === undefined || entries[index]?.archiveId === undefined) return [];
    const { pk, sk } = ledgerKey;
    return [{ ...identityKey(run, emailId), version: 1, data: { ledgerKey: { pk, sk } } }];
  });
  if (items.length > 0) await run.filing.ports.tables.batchPut('activity', items);
}

function identityKey({ profile, account }: IdentityRun, emailId: string): ItemKey {
  return { pk: `fetch-identity#${profile.profileId}#${nameHash(account)}#${nameHash(emailId)}`, sk: '-' };
}
