import { type ListedAccount, readAccountList } from '../../domain/account-list.ts';
import type { AccountListReference } from '../../domain/profile.ts';
import { DamagedError, InvalidRequestError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, getLogged, removeLogged } from '../logged-item.ts';
import { newId } from '../new-id.ts';
import { accountListKey } from './profile-keys.ts';
import { openAccounts, sealAccounts } from './profile-secrets.ts';

/** Accounts of a part: an item has at most 400 KB, also where passwords and names are as long as they may be. */
const PART_ACCOUNTS = 80;

interface Part {
  readonly sealed: string;
}

/** Keeps a list of accounts, sealed for its profile, beside any other list of it. Throws `InvalidRequestError`. */
export async function keepAccountList(
  ports: Pick<Ports, 'tables' | 'log' | 'clock' | 'entropy'>,
  sealing: Pick<Ports, 'secrets' | 'entropy'>,
  profileId: string,
  csv: string,
): Promise<AccountListReference> {
  const reading = readAccountList(csv);
  if ('fault' in reading) throw new InvalidRequestError(`several.csv: ${reading.fault}`);
  const { accounts } = reading;
  const listId = newId(ports, 'list');
  for (let part = 0; part * PART_ACCOUNTS < accounts.length; part += 1) {
    const some = accounts.slice(part * PART_ACCOUNTS, (part + 1) * PART_ACCOUNTS);
    const data = dataOf({ sealed: await sealAccounts(sealing, profileId, some) } satisfies Part);
    await createLogged(ports, 'configuration', accountListKey(profileId, listId, part), { data });
  }
  return { listId, accounts: accounts.length };
}

/** The accounts of a list, in its order. Throws `DamagedError` where a part is missing or cannot be opened. */
export async function* listedAccounts(
  ports: Pick<Ports, 'tables' | 'secrets'>,
  profileId: string,
  { listId, accounts }: AccountListReference,
): AsyncIterable<ListedAccount> {
  for (let part = 0; part * PART_ACCOUNTS < accounts; part += 1) {
    const item = await getLogged(ports, 'configuration', accountListKey(profileId, listId, part));
    if (!item) throw new DamagedError(`the accounts of profile ${profileId}`, 'a part is missing');
    yield* await openAccounts(ports, profileId, typed<Part>(item).data.sealed);
  }
}

/** Removes a list that nobody names any more. Safe to repeat. */
export async function removeAccountList(
  ports: Pick<Ports, 'tables' | 'log'>,
  profileId: string,
  { listId, accounts }: AccountListReference,
): Promise<void> {
  for (let part = 0; part * PART_ACCOUNTS < accounts; part += 1) {
    const item = await getLogged(ports, 'configuration', accountListKey(profileId, listId, part));
    if (item) await removeLogged(ports, 'configuration', item);
  }
}
