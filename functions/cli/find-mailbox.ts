import type { ApiClient } from './api-client.ts';
import { EXIT } from './exit-codes.ts';
import { CommandFailedError } from './failures.ts';
import { type JsonRecord, textOf } from './json-value.ts';
import { pagesOf } from './pages.ts';

/**
 * The id of the mailbox that a user names by its id, one of its addresses or its name (case does not matter); an id
 * beats an address beats a name. Throws where there is none, or where a name is that of several.
 */
export async function findMailbox(api: ApiClient, wanted: string): Promise<string> {
  const byAddress: JsonRecord[] = [];
  const byName: JsonRecord[] = [];
  const lower = wanted.toLowerCase();
  for await (const { items } of pagesOf(api, '/mailboxes', {}, Number.POSITIVE_INFINITY)) {
    for (const mailbox of items) {
      if (mailbox.mailboxId === wanted) return wanted;
      if (addressesOf(mailbox).some((address) => address.toLowerCase() === lower)) byAddress.push(mailbox);
      if (textOf(mailbox.name).toLowerCase() === lower) byName.push(mailbox);
    }
  }
  const found = byAddress.length > 0 ? byAddress : byName;
  const [first] = found;
  if (first === undefined) {
    throw new CommandFailedError(
      `no mailbox ${wanted} that you may see; "letterlock mailboxes" lists them`,
      'not_found',
      EXIT.notFound,
    );
  }
  if (found.length > 1) {
    const ids = found.map((mailbox) => textOf(mailbox.mailboxId)).join(', ');
    throw new CommandFailedError(`${found.length} mailboxes are called ${wanted}: ${ids}`, 'ambiguous', EXIT.usage);
  }
  return textOf(first.mailboxId);
}

function addressesOf(mailbox: JsonRecord): string[] {
  const secondary = mailbox.secondaryAddresses;
  return [mailbox.primaryAddress, ...(Array.isArray(secondary) ? secondary : [])]
    .map(textOf)
    .filter((address) => address !== '');
}
