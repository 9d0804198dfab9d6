import type { FolderSelection } from './folder-selection.ts';
import type { MailServer } from './mail-server.ts';
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
  /** Signs in as the user with this name, `{account}` put in (`{account}*master`); left out: by authorisation identity (RFC 4616). */
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

/** Who signs in, without the secret. */
export interface SignInName {
  readonly method: 'password' | 'bearer';
  readonly userName: string;
  readonly authorisationId?: string;
}

/** What is fetched, how much of it, what happens afterwards, when, and where to. */
export interface ArchiveProfile {
  readonly profileId: string;
  readonly kind: 'archive';
  readonly name: string;
  /** Id of the user who made it, where that was no administrator: it archives that user's own mailbox. */
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
  readonly filter: MessageFilter;
  readonly target: ProfileTarget;
  readonly deletion?: DeletionRule;
  readonly schedule?: ProfileSchedule;
  /** After so many days all that lies at the source is compared with the ledger again. */
  readonly compareEveryDays: number;
  readonly createdAt: string;
}

/** The mailbox at the source, as its ledger and its jobs name it. */
export function accountOf({ signIn }: Pick<ArchiveProfile, 'signIn'>): string {
  return signIn?.authorisationId ?? signIn?.userName ?? '';
}
