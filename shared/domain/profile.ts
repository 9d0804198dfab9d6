import type { FolderSelection } from './folder-selection.ts';
import type { MailCredentials, MailServer } from './mail-server.ts';
import type { MessageFilter } from './message-filter.ts';
import type { UnknownRule } from './unknown-rule.ts';

/** When a profile runs by itself. */
export type ProfileSchedule =
  /** Five fields, as cron(8) has them, in a time zone of the IANA database. */
  | { readonly cron: string; readonly timeZone: string }
  /** So long after the last run began. */
  | { readonly everyMinutes: number };

/** Where what a profile fetches is filed. */
export type ProfileTarget =
  /** One archive mailbox, in the folders of the source, below `folder` where given. */
  | { readonly mailboxId: string; readonly folder?: string }
  /** Each user's own mailbox, where the mailboxes of several are fetched. */
  | { readonly ownMailbox: true; readonly folder?: string }
  /** A mailbox that holds the mail of many: by the addresses in each message. */
  | {
      readonly multidrop: {
        /** Host names, lower case, whose Received fields end what counts as evidence. */
        readonly trustedHosts: readonly string[];
        readonly unknownAddresses: UnknownRule;
        /** `{u-email}`: the primary address of the mailbox; `{h-email}`: the address found. */
        readonly folder: string;
        /** Journal reports are taken off, as at an endpoint. */
        readonly journalReports: boolean;
      };
    };

/** The archive mailbox that is kept as a live one, its folders below `folder` where given. */
type SyncTarget = Exclude<ProfileTarget, { readonly multidrop: unknown }>;

/** What is deleted at the source, once it was read back from the archive and compared. */
export interface DeletionRule {
  /** Days since it was archived; 0: at once. */
  readonly afterDays: number;
  /** Only messages larger than this. */
  readonly largerThanBytes?: number;
  /** Only tells, in the log of the job, what would go. */
  readonly dryRun?: boolean;
}

/** The mailboxes of many users. */
export type SeveralMailboxes = ServedMailboxes | ListedMailboxes;

/** By one who may sign in for them. */
export interface ServedMailboxes {
  /** User names of the archive; of `all`, those that have an address and a mailbox of their own. */
  readonly users: 'all' | { readonly only: readonly string[] } | { readonly except: readonly string[] };
  /** How the server names a user's mailbox: `{email}`, `{local}` (its local part) and `{user}` are put in. */
  readonly accountName: string;
  /**
   * Signs in as the user with this name, `{account}` put in (`{account}*master`); left out: by authorisation identity
   * (RFC 4616).
   */
  readonly signInAs?: string;
  readonly atOnce: number;
}

/** Each with a password of its own. */
export interface ListedMailboxes {
  readonly list: AccountListReference;
  /** Users of the archive that are missing are made, with a mailbox, and without a password. */
  readonly createUsers: boolean;
  readonly atOnce: number;
}

/** Where a list of accounts is kept, sealed, and how many it has. */
export interface AccountListReference {
  readonly listId: string;
  readonly accounts: number;
}

/** Who signs in and by what, without a secret. */
export interface SignInName {
  readonly method: MailCredentials['method'];
  readonly userName: string;
  readonly authorisationId?: string;
  /** Where tokens come from, for the methods that get them: as in the credentials. */
  readonly tokenEndpoint?: string;
  readonly clientId?: string;
  readonly issuer?: string;
  readonly keyId?: string;
  readonly scope?: string;
  /** Whether a client secret goes with a refresh token. */
  readonly hasClientSecret?: boolean;
}

/** Whichever kind: what a source is asked for, and when. */
export type Profile = ArchiveProfile | FolderSyncProfile;

/** What profiles of every kind have: whose mailbox it is about, how to get there, and when. */
interface MailboxProfile {
  readonly profileId: string;
  readonly name: string;
  /** Id of the user who made it, where that was no administrator: it is about that user's own mailbox. */
  readonly ownerId?: string;
  readonly server: MailServer;
  /** Absent, as the credentials are, where each of several mailboxes has its own. */
  readonly signIn?: SignInName;
  /** The credentials, sealed for this profile. */
  readonly sealedCredentials?: string;
  readonly several?: SeveralMailboxes;
  readonly folders: FolderSelection;
  /** Path of the folder of sent mail, where the server does not say which it is. */
  readonly sentFolder?: string;
  readonly schedule?: ProfileSchedule;
  /** After so many days all that lies at the source is compared again with what is known of it. */
  readonly compareEveryDays: number;
  readonly createdAt: string;
}

/** What is fetched, how much of it, what happens afterwards, when, and where to. */
export interface ArchiveProfile extends MailboxProfile {
  readonly kind: 'archive';
  readonly filter: MessageFilter;
  readonly target: ProfileTarget;
  readonly deletion?: DeletionRule;
}

/** Keeps the folders of an archive mailbox as those of a live one, and tells what of it the archive does not have. */
export interface FolderSyncProfile extends MailboxProfile {
  readonly kind: 'folder-sync';
  readonly target: SyncTarget;
  /** Whether what is moved to the folders of deleted and unwanted mail moves there in the archive too. */
  readonly mirrorTrash: boolean;
  /** Whose word counts where a user of the archive has moved a message: `live` moves it back. */
  readonly conflicts: 'live' | 'archive';
  /** Fetches and archives what is found missing, once journaling cannot be on its way with it any more. */
  readonly archiveMissing: boolean;
  /** Removes folders of the archive that nothing lies in any more after a run. */
  readonly removeEmptyFolders: boolean;
}

/** The mailbox at the source, as its ledger and its jobs name it. */
export function accountOf({ signIn }: Pick<Profile, 'signIn'>): string {
  return signIn?.authorisationId ?? signIn?.userName ?? '';
}
