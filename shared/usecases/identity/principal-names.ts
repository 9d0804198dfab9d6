import { principalKey, principalNameFault } from '../../domain/user-name.ts';
import { ConflictError, InvalidRequestError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Item } from '../../ports/tables.ts';
import { principalNameKey } from '../configuration/configuration-keys.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, getLogged, removeLogged, replaceLogged } from '../logged-item.ts';
import type { NameClaim } from './principals.ts';
import { findPrincipalById, idOf, nameOf, type Principal } from './principals.ts';

type NamePorts = Pick<Ports, 'tables' | 'log' | 'clock'>;

/** A claim this young may be that of a user or group that is just being written. */
const IN_PROGRESS_MS = 60_000;

/** The name as it is kept: NFC. Throws `InvalidRequestError`, naming `field`, for what is no name. */
export function checkName(field: 'userName' | 'groupName', written: string): string {
  const name = written.normalize('NFC');
  const fault = principalNameFault(name);
  if (fault) throw new InvalidRequestError(`${field}: ${fault}`);
  return name;
}

/** Throws `ConflictError` where the name is somebody's; saves the work that would be in vain. */
export async function refuseTakenName(ports: NamePorts, name: string): Promise<void> {
  const item = await getLogged(ports, 'configuration', principalNameKey(name));
  if (item && !(await isAbandoned(ports, name, item))) throw nameInUse(name);
}

/**
 * Claims a name, in all its spellings, for `principalId`; having it is fine. A claim that a crash left
 * gives way after a minute. Throws `ConflictError` where it is somebody else's.
 */
export async function claimName(ports: NamePorts, name: string, principalId: string): Promise<void> {
  const key = principalNameKey(name);
  const claim: NameClaim = { principalId, claimedAt: ports.clock.now().toISOString() };
  try {
    await createLogged(ports, 'configuration', key, { data: dataOf(claim) });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    const item = await getLogged(ports, 'configuration', key);
    if (item && typed<NameClaim>(item).data.principalId === principalId) return;
    if (!item || !(await isAbandoned(ports, name, item))) throw nameInUse(name);
    await replaceLogged(ports, 'configuration', item, { data: dataOf(claim) });
  }
}

/** Frees a name where it is that of `principalId`. Safe to repeat. */
export async function releaseName(ports: NamePorts, name: string, principalId: string): Promise<void> {
  const item = await getLogged(ports, 'configuration', principalNameKey(name));
  if (item && typed<NameClaim>(item).data.principalId === principalId) await removeLogged(ports, 'configuration', item);
}

/**
 * Writes a user or group by `write`, with what it takes where its name changes: the new name is claimed
 * before and the old one free after; a crash in between leaves a claim that counts for nobody. Throws
 * `ConflictError` where the new name is somebody else's; the new name is given back where `write` fails.
 */
export async function renaming(
  ports: NamePorts,
  before: Principal,
  after: Principal,
  write: () => Promise<Item>,
): Promise<Item> {
  const [from, to, id] = [nameOf(before), nameOf(after), idOf(before)];
  if (principalKey(from) === principalKey(to)) return await write();
  await claimName(ports, to, id);
  const written = await write().catch(async (error: unknown) => {
    if (error instanceof ConflictError) await releaseName(ports, to, id);
    throw error;
  });
  await releaseName(ports, from, id);
  return written;
}

async function isAbandoned(ports: NamePorts, name: string, item: Item): Promise<boolean> {
  const { principalId, claimedAt } = typed<NameClaim>(item).data;
  if (ports.clock.now().getTime() - Date.parse(claimedAt) < IN_PROGRESS_MS) return false;
  const owner = await findPrincipalById(ports, principalId);
  return !owner || principalKey(nameOf(owner.principal)) !== principalKey(name);
}

function nameInUse(name: string): ConflictError {
  return new ConflictError(`the name ${name} is in use by a user or group`);
}
