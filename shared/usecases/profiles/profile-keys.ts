import type { ItemKey } from '../../ports/tables.ts';

/** The partition that profiles are listed from: ids begin with the time they were made. */
export const PROFILES = 'profile';

/** A part of the list of accounts of a profile. */
export function accountListKey(profileId: string, listId: string, part: number): ItemKey {
  return { pk: `profile-accounts#${profileId}`, sk: `${listId}#${String(part).padStart(3, '0')}` };
}

export function profileKey(profileId: string): ItemKey {
  return { pk: PROFILES, sk: profileId };
}
