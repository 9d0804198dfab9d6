import type { FetchedFrom } from '../../domain/fetched-from.ts';
import type { ItemKey } from '../../ports/tables.ts';
import { sha256Hex } from '../arrival-id.ts';
import { fetchedPartition, KEY_END } from '../message-keys.ts';
import { FETCHED_INTAKE } from './intake-object.ts';

type Place = Pick<FetchedFrom, 'profileId' | 'account' | 'folder' | 'validity'>;
type Position = Place & Pick<FetchedFrom, 'key' | 'instance'>;

/** A name of any length as a part of a key. */
export function nameHash(name: string): string {
  return sha256Hex(name).slice(0, 24);
}

/** The partition of the ledger that a folder of a source has. */
export function placePartition({ profileId, account, folder, validity }: Place): string {
  return fetchedPartition({ profileId, accountHash: nameHash(account), folderHash: nameHash(folder), validity });
}

/** Where the ledger keeps what became of a message at a place: one read finds it before a byte is fetched. */
export function fetchedKeyOf(position: Position): ItemKey {
  const { key, instance } = position;
  return { pk: placePartition(position), sk: instance === undefined ? key : `${key}${KEY_END}${instance}` };
}

/**
 * Where a fetched message waits to be filed: the same for the same message, so that it is filed once however often it
 * is fetched.
 */
export function fetchedIntakeKey(position: Position): string {
  const { pk, sk } = fetchedKeyOf(position);
  return FETCHED_INTAKE + sha256Hex(`${pk}\0${sk}`).slice(0, 40);
}
