import type { MailCredentials, MailServer } from '../../domain/mail-server.ts';
import type {
  ArchiveProfile,
  FolderSyncProfile,
  ListedMailboxes,
  Profile,
  ServedMailboxes,
  SeveralMailboxes,
} from '../../domain/profile.ts';
import { signInNameIn } from '../../domain/sign-in-name.ts';
import { InvalidRequestError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { dataOf } from '../item-data.ts';
import { createLogged, removeLogged, replaceLogged } from '../logged-item.ts';
import { newId } from '../new-id.ts';
import { checkCredentials } from './check-credentials.ts';
import { checkProfile } from './check-profile.ts';
import { profileItem } from './find-profiles.ts';
import { keepAccountList, removeAccountList } from './keep-account-list.ts';
import { profileKey } from './profile-keys.ts';
import { sealCredentials } from './profile-secrets.ts';

type ProfilePorts = Pick<Ports, 'tables' | 'log' | 'clock' | 'entropy'>;
type SealPorts = Pick<Ports, 'secrets' | 'entropy'>;

/** What a caller gives of a profile; the rest follows. */
type Settings<Of extends Profile> = Omit<
  Of,
  'profileId' | 'kind' | 'signIn' | 'sealedCredentials' | 'createdAt' | 'several'
> & { readonly several?: NewSeveral };

export type ProfileSettings = Settings<ArchiveProfile>;
export type FolderSyncSettings = Settings<FolderSyncProfile>;

/** What only one kind of profile has: a change that names it is refused for the other. */
const OF_KIND: { readonly [Kind in Profile['kind']]: readonly string[] } = {
  archive: ['filter', 'deletion'],
  'folder-sync': ['mirrorTrash', 'conflicts', 'archiveMissing', 'removeEmptyFolders'],
};

/** Several mailboxes as a caller gives them: a list is CSV; left out of a change, the one that was given stays. */
type NewSeveral = ServedMailboxes | (Omit<ListedMailboxes, 'list'> & { readonly csv?: string });

/** Saves a new archiving profile; its credentials are sealed. Throws `InvalidRequestError`. */
export async function createProfile(
  ports: ProfilePorts,
  sealing: SealPorts,
  { credentials, several, ...settings }: ProfileSettings & { readonly credentials?: MailCredentials },
): Promise<ArchiveProfile> {
  const wanted = { kind: 'archive', ...settings } as const;
  await checkProfile(ports, { ...wanted, hasCredentials: credentials !== undefined }, several);
  const profile = { ...wanted, ...(await newProfile(ports, sealing, { several, credentials })) };
  await createLogged(ports, 'configuration', profileKey(profile.profileId), { data: dataOf(profile) });
  return profile;
}

/** The same for a profile that synchronises folders. */
export async function createFolderSyncProfile(
  ports: ProfilePorts,
  sealing: SealPorts,
  { credentials, several, ...settings }: FolderSyncSettings & { readonly credentials?: MailCredentials },
): Promise<FolderSyncProfile> {
  const wanted = { kind: 'folder-sync', ...settings } as const;
  await checkProfile(ports, { ...wanted, hasCredentials: credentials !== undefined }, several);
  const profile = { ...wanted, ...(await newProfile(ports, sealing, { several, credentials })) };
  await createLogged(ports, 'configuration', profileKey(profile.profileId), { data: dataOf(profile) });
  return profile;
}

/** What a new profile of either kind has beside its settings. */
async function newProfile(
  ports: ProfilePorts,
  sealing: SealPorts,
  {
    several: wanted,
    credentials,
  }: { readonly several: NewSeveral | undefined; readonly credentials: MailCredentials | undefined },
): Promise<Pick<Profile, 'profileId' | 'several' | 'signIn' | 'sealedCredentials' | 'createdAt'>> {
  const profileId = newId(ports, 'pf');
  const several = wanted && (await keptSeveral(ports, sealing, { profileId }, wanted));
  return {
    profileId,
    ...(several ? { several } : {}),
    ...(credentials ? await sealed(sealing, profileId, credentials) : {}),
    createdAt: ports.clock.now().toISOString(),
  };
}

/** What may change: `null` takes a property away. */
type ProfileChange = {
  readonly [Name in keyof (ProfileSettings & Omit<FolderSyncSettings, 'target'>)]?:
    | (ProfileSettings & Omit<FolderSyncSettings, 'target'>)[Name]
    | null;
};

/**
 * Changes what is given; a property that is `null` is taken away. What is archived stays as it is. A profile whose
 * server changes needs its credentials anew, else whoever may change it could have them sent to a server of their own.
 * Throws `NotFoundError`, `InvalidRequestError`, `ConflictError` beside another change.
 */
export async function changeProfile(
  ports: ProfilePorts,
  sealing: SealPorts,
  profileId: string,
  { credentials, several: wanted, ...change }: ProfileChange & { readonly credentials?: MailCredentials },
): Promise<Profile> {
  const { item, profile } = await profileItem(ports, profileId);
  checkOfKind(profile, change);
  const before = profile.several;
  const isOtherServer = change.server && !isSameServer(change.server, profile.server);
  if (isOtherServer && profile.sealedCredentials !== undefined && !credentials) {
    throw new InvalidRequestError('credentials: give them anew with another server');
  }
  const keepsList = wanted === undefined || (wanted !== null && 'createUsers' in wanted && wanted.csv === undefined);
  if (isOtherServer && before && 'list' in before && keepsList) {
    throw new InvalidRequestError('several.csv: give it anew with another server');
  }
  const anew = credentials === undefined ? {} : await sealed(sealing, profileId, credentials);
  const changed = { ...profile, ...anew };
  for (const [name, value] of Object.entries(change)) {
    if (value === null) Reflect.deleteProperty(changed, name);
    else if (value !== undefined) Object.assign(changed, { [name]: value });
  }
  const hasCredentials = changed.sealedCredentials !== undefined;
  await checkProfile(ports, { ...changed, hasCredentials }, wanted === undefined ? before : (wanted ?? undefined));
  const { several: _before, ...rest } = changed;
  const several = wanted === undefined ? before : wanted && (await keptSeveral(ports, sealing, profile, wanted));
  const saved: Profile = { ...rest, ...(several ? { several } : {}) };
  await replaceLogged(ports, 'configuration', item, { data: dataOf(saved) });
  if (before && 'list' in before && listIdOf(several) !== before.list.listId) {
    await removeAccountList(ports, profileId, before.list);
  }
  return saved;
}

/** Throws `InvalidRequestError` for a change that profiles of this kind do not know. */
function checkOfKind(profile: Profile, change: ProfileChange): void {
  const others = OF_KIND[profile.kind === 'archive' ? 'folder-sync' : 'archive'];
  const foreign = Object.keys(change).find((name) => others.includes(name));
  if (foreign !== undefined) throw new InvalidRequestError(`${foreign}: not of a profile of kind ${profile.kind}`);
  const { target } = change;
  if (profile.kind === 'archive' || !target) return;
  if ('multidrop' in target) throw new InvalidRequestError('target: folders are synchronised with one mailbox');
  // What is known of the live mailbox is known beside this mailbox of the archive.
  if (mailboxOf(target) !== mailboxOf(profile.target)) {
    throw new InvalidRequestError('target: make another profile for another mailbox');
  }
}

function mailboxOf(target: FolderSyncProfile['target']): string | undefined {
  return 'mailboxId' in target ? target.mailboxId : undefined;
}

/** Deletes a profile. What it archived stays, and so does what its ledger says of it. Throws `NotFoundError`. */
export async function deleteProfile(ports: ProfilePorts, profileId: string): Promise<void> {
  const { item, profile } = await profileItem(ports, profileId);
  await removeLogged(ports, 'configuration', item);
  const { several } = profile;
  if (several && 'list' in several) await removeAccountList(ports, profileId, several.list);
}

/** With its list kept; one that is not given is the one from before. Throws `InvalidRequestError` where there is none. */
async function keptSeveral(
  ports: ProfilePorts,
  sealing: SealPorts,
  { profileId, several: before }: Pick<Profile, 'profileId' | 'several'>,
  wanted: NewSeveral,
): Promise<SeveralMailboxes> {
  if ('users' in wanted) return wanted;
  const { csv, ...rest } = wanted;
  if (csv !== undefined) return { ...rest, list: await keepAccountList(ports, sealing, profileId, csv) };
  if (!before || !('list' in before)) throw new InvalidRequestError('several.csv: must be given');
  return { ...rest, list: before.list };
}

function listIdOf(several: SeveralMailboxes | null | undefined): string | undefined {
  return several && 'list' in several ? several.list.listId : undefined;
}

function isSameServer(one: MailServer, other: MailServer): boolean {
  const keys = ['protocol', 'host', 'port', 'security', 'acceptAllCertificates'] as const;
  return keys.every((key) => one[key] === other[key]);
}

async function sealed(
  ports: SealPorts,
  profileId: string,
  credentials: MailCredentials,
): Promise<Pick<Profile, 'signIn' | 'sealedCredentials'>> {
  checkCredentials(credentials);
  return {
    signIn: signInNameIn(credentials),
    sealedCredentials: await sealCredentials(ports, profileId, credentials),
  };
}
