import { normaliseAddress, withoutDetail } from '../../domain/address.ts';
import type { MessageScope } from '../../domain/message-scope.ts';
import { knownMessage } from '../holds/holds-on-message.ts';
import { type HoldContext, LoneDocuments } from '../holds/lone-documents.ts';
import { PEOPLE } from '../scopes/scope-query.ts';
import { eachAtOnce } from '../search/index/at-once.ts';
import type { FoundMailboxes } from './add-found.ts';

/** Messages that are read at once. */
const AT_ONCE = 8;

/**
 * What of `found` is about the custodians of a scope and nobody else: an address is searched for as words that follow
 * each other, so that of a@example.org finds b.a@example.org, too. What is found in a mailbox of the scope stays there;
 * elsewhere only what an address of it is from or to, as a whole. In doubt, where a message cannot be read, it stays.
 * Throws `StorageError`.
 */
export async function aboutAddresses(
  context: HoldContext,
  { addresses, mailboxes = [] }: MessageScope,
  found: FoundMailboxes,
): Promise<FoundMailboxes> {
  if (!addresses) return found;
  const wanted = new Set(addresses.map(normaliseAddress));
  const about = new Map<string, readonly string[]>();
  await eachAtOnce([...found], AT_ONCE, async ([archiveId, mailboxIds]) => {
    const inScope = mailboxIds.filter((mailboxId) => mailboxes.includes(mailboxId));
    const isOnly = inScope.length === mailboxIds.length;
    const left = isOnly || (await isAbout(context, archiveId, wanted)) ? mailboxIds : inScope;
    if (left.length > 0) about.set(archiveId, left);
  });
  return about;
}

async function isAbout(context: HoldContext, archiveId: string, wanted: ReadonlySet<string>): Promise<boolean> {
  const message = await knownMessage(context.ports, archiveId);
  const [first] = message?.filings ?? [];
  if (!message || !first) return true;
  // Whoever is hidden in one mailbox is open in another: all mailboxes name the same people.
  const texts = await new LoneDocuments(context, archiveId, message).texts(first.mailboxId, [first]);
  if (!texts) return true;
  const people = texts.filter(({ field }) => PEOPLE.some((one) => one === field));
  return people.some(({ text }) => addressesIn(text).some((address) => wanted.has(address)));
}

/** As a text of a person is written: a name and an address in angle brackets, or an address alone. */
function addressesIn(text: string): readonly string[] {
  const written = text.endsWith('>') ? text.slice(text.lastIndexOf('<') + 1, -1) : text;
  // RFC 5321, 4.1.2: a quoted local part that needs no quotation marks is the same without them.
  const address = normaliseAddress(written.replace(/^"([^"\\\s@]+)"@/, '$1@'));
  return [address, withoutDetail(address) ?? address];
}
