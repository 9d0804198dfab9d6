import { z } from 'zod';
import { id, text, time } from './fields.ts';
import { mailCredentials, shownCredentials } from './mail-credentials.ts';

const count = z.number().int();
const MAX_PATTERNS = 1_000;
const MAX_DAYS = 36_500;
const MAX_BYTES = 1_000_000_000;

const protocol = z.enum(['imap', 'pop3']);
const security = z.enum(['plain', 'starttls', 'tls']);

const newServer = z.strictObject({
  protocol: protocol.default('imap'),
  host: text(253),
  port: z.number().int().min(1).max(65_535).optional().meta({ description: 'Left out: the one of the protocol' }),
  security: security.default('tls'),
  acceptAllCertificates: z.boolean().default(false),
  timeoutSeconds: z.number().int().min(5).max(600).default(60),
});

const pattern = z.string().min(1).max(1_000);
const folders = z
  .strictObject({
    include: z.array(pattern).max(MAX_PATTERNS).default([]),
    exclude: z.array(pattern).max(MAX_PATTERNS).default([]),
    shared: z.boolean().default(false).meta({ description: 'Folders of other users and shared ones too' }),
  })
  .meta({
    description:
      'Paths joined by slashes, in any case; * stands for anything, ? for one character, \\Sent for a special use. ' +
      'Nothing included: all but junk, drafts and what Exchange shows that is no mail',
  });

const filter = z.strictObject({
  unread: z.boolean().default(true).meta({ description: 'False: messages are fetched once they were read' }),
  olderThanDays: z.number().int().min(1).max(MAX_DAYS).optional(),
  newerThanDays: z.number().int().min(1).max(MAX_DAYS).optional(),
  largerThanBytes: z.number().int().min(0).max(MAX_BYTES).optional(),
  smallerThanBytes: z.number().int().min(1).max(MAX_BYTES).optional(),
});

const oneMailbox = z.strictObject({ mailboxId: id, folder: text(200).optional() });
const ownMailbox = z.strictObject({ ownMailbox: z.literal(true), folder: text(200).optional() });
const syncTarget = z.union([oneMailbox, ownMailbox], 'must be {mailboxId, folder?} or {ownMailbox: true, folder?}');
const target = z.union(
  [
    oneMailbox,
    ownMailbox,
    z.strictObject({
      multidrop: z.strictObject({
        trustedHosts: z.array(z.string().toLowerCase().max(253)).max(100).default([]),
        unknownAddresses: z
          .union([z.enum(['exclude', 'create']), z.strictObject({ mailboxId: id })])
          .default('exclude'),
        folder: text(200).default('Inbox'),
        journalReports: z.boolean().default(false),
      }),
    }),
  ],
  'must be {mailboxId, folder?}, {multidrop: …} or {ownMailbox: true, folder?}',
);

const schedule = z.union(
  [
    z.strictObject({ cron: text(200), timeZone: text(100).default('UTC') }),
    z.strictObject({
      everyMinutes: z
        .number()
        .int()
        .min(1)
        .max(60 * 24 * 31),
    }),
  ],
  'must be {cron, timeZone?} or {everyMinutes}',
);

const userNames = z.array(text(400)).min(1).max(10_000);
const atOnce = z.number().int().min(1).max(50).default(3);
const servedMailboxes = z
  .strictObject({
    users: z.union([z.literal('all'), z.strictObject({ only: userNames }), z.strictObject({ except: userNames })]),
    accountName: text(400).default('{email}').meta({ description: 'With {email}, {local} or {user} put in' }),
    signInAs: text(400)
      .optional()
      .meta({ description: 'Such as {account}*master; left out: by authorisation identity (RFC 4616)' }),
    atOnce,
  })
  .meta({ description: 'The mailboxes of many users, by one who may sign in for them; each goes to its own mailbox' });
const listedMailboxes = {
  createUsers: z
    .boolean()
    .meta({ description: 'Makes users that are missing, each with a mailbox and without a password' }),
  atOnce,
};
const csv = z.string().min(1).max(1_000_000).meta({
  description:
    'Accounts as CSV: IMAP user name, password, e-mail address, archive user; headings in any order and notation',
});
const SEVERAL_FORMS = 'must be {users, accountName?, signInAs?, atOnce?} or {csv, createUsers, atOnce?}';
const several = z.union([servedMailboxes, z.strictObject({ csv, ...listedMailboxes })], SEVERAL_FORMS);
const severalChange = z.union(
  [servedMailboxes, z.strictObject({ csv: csv.optional(), ...listedMailboxes })],
  SEVERAL_FORMS,
);

const deletion = z
  .strictObject({
    afterDays: z.number().int().min(0).max(MAX_DAYS),
    largerThanBytes: z.number().int().min(0).max(MAX_BYTES).optional(),
    dryRun: z.boolean().optional(),
  })
  .meta({
    description:
      'What is deleted at the source so many days after it was archived, once its bytes were read back from the ' +
      'archive and compared. A dry run only tells, in the log of the job, what would go',
  });

const sentFolder = text(400).meta({ description: 'Path of the folder of sent mail, where the server does not say' });
const mirrorTrash = z.boolean().meta({
  description: 'Whether what is moved to the folders of deleted and unwanted mail moves there in the archive too',
});
const conflicts = z.enum(['live', 'archive']).meta({
  description: 'Whose word counts where somebody has moved a message in the archive; live: it is moved back',
});
const archiveMissing = z.boolean().meta({ description: 'Fetches and archives what is found missing' });
const removeEmptyFolders = z.boolean().meta({ description: 'Removes folders of the archive that have become empty' });
const compareEveryDays = z.number().int().min(1).max(365);

/** What profiles of both kinds are given. */
const newProfile = {
  name: text(200),
  server: newServer,
  credentials: mailCredentials
    .optional()
    .meta({ description: 'Left out only where each account of a list has its own' }),
  several: several.optional(),
  folders: folders.optional(),
  sentFolder: sentFolder.optional(),
  schedule: schedule.optional(),
  compareEveryDays: compareEveryDays.optional(),
};

const newArchiveProfile = z
  .strictObject({
    kind: z.literal('archive').optional(),
    ...newProfile,
    filter: filter.optional(),
    target,
    deletion: deletion.optional(),
  })
  .meta({ id: 'NewArchiveProfile' });

const newFolderSyncProfile = z
  .strictObject({
    kind: z.literal('folder-sync'),
    ...newProfile,
    target: syncTarget,
    mirrorTrash: mirrorTrash.default(false),
    conflicts: conflicts.default('live'),
    archiveMissing: archiveMissing.default(false),
    removeEmptyFolders: removeEmptyFolders.default(false),
  })
  .meta({ id: 'NewFolderSyncProfile' });

export const NewProfileSchema = z
  .discriminatedUnion('kind', [newArchiveProfile, newFolderSyncProfile])
  .meta({ id: 'NewProfile' });

export const ProfileChangeSchema = z
  .strictObject({
    name: text(200).optional(),
    server: newServer.optional(),
    credentials: mailCredentials.optional(),
    several: severalChange.nullable().optional(),
    folders: folders.optional(),
    sentFolder: sentFolder.nullable().optional(),
    filter: filter.optional(),
    target: target.optional(),
    deletion: deletion.nullable().optional(),
    mirrorTrash: mirrorTrash.optional(),
    conflicts: conflicts.optional(),
    archiveMissing: archiveMissing.optional(),
    removeEmptyFolders: removeEmptyFolders.optional(),
    schedule: schedule.nullable().optional(),
    compareEveryDays: compareEveryDays.optional(),
  })
  .meta({ id: 'ProfileChange' });

export const NewProfileJobSchema = z
  .strictObject({
    archiveMissing: z.boolean().default(false),
    mailboxId: z.string().max(100).optional().meta({ description: 'Of several mailboxes this one only' }),
  })
  .meta({ id: 'NewProfileJob' });

export const ProfileTestSchema = z
  .strictObject({
    kind: z.enum(['archive', 'folder-sync']).default('archive'),
    server: newServer,
    credentials: mailCredentials,
    folders: folders.optional(),
  })
  .meta({ id: 'ProfileTest' });

export const ProfileTestResultSchema = z
  .object({
    folders: z.array(
      z.object({
        folder: z.string(),
        specialUse: z.string().optional(),
        messages: count.optional(),
        leftOut: z.string().optional(),
      }),
    ),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'ProfileTestResult' });

const shownProfile = {
  profileId: z.string(),
  name: z.string(),
  server: z.object({
    protocol,
    host: z.string(),
    port: count,
    security,
    acceptAllCertificates: z.boolean(),
    timeoutSeconds: count,
  }),
  credentials: shownCredentials.optional(),
  several: z
    .union([
      z.object({
        users: z.union([
          z.literal('all'),
          z.object({ only: z.array(z.string()) }),
          z.object({ except: z.array(z.string()) }),
        ]),
        accountName: z.string(),
        signInAs: z.string().optional(),
        atOnce: count,
      }),
      z.object({ accounts: count, createUsers: z.boolean(), atOnce: count }),
    ])
    .optional(),
  folders: z.object({ include: z.array(z.string()), exclude: z.array(z.string()), shared: z.boolean() }),
  sentFolder: z.string().optional(),
  schedule: z
    .union([z.object({ cron: z.string(), timeZone: z.string() }), z.object({ everyMinutes: count })])
    .optional(),
  compareEveryDays: count,
  createdAt: time,
  lastRunAt: time.optional(),
  lastJobId: z.string().optional(),
  nextRunAt: time.optional(),
  warnings: z.array(z.string()),
};

const shownOneMailbox = z.object({ mailboxId: z.string(), folder: z.string().optional() });
const shownOwnMailbox = z.object({ ownMailbox: z.literal(true), folder: z.string().optional() });

const archiveProfile = z
  .object({
    ...shownProfile,
    kind: z.literal('archive'),
    filter: z.object({
      unread: z.boolean(),
      olderThanDays: count.optional(),
      newerThanDays: count.optional(),
      largerThanBytes: count.optional(),
      smallerThanBytes: count.optional(),
    }),
    target: z.union([
      shownOneMailbox,
      shownOwnMailbox,
      z.object({
        multidrop: z.object({
          trustedHosts: z.array(z.string()),
          unknownAddresses: z.union([z.enum(['exclude', 'create']), z.object({ mailboxId: z.string() })]),
          folder: z.string(),
          journalReports: z.boolean(),
        }),
      }),
    ]),
    deletion: z
      .object({ afterDays: count, largerThanBytes: count.optional(), dryRun: z.boolean().optional() })
      .optional(),
  })
  .meta({ id: 'ArchiveProfile' });

const folderSyncProfile = z
  .object({
    ...shownProfile,
    kind: z.literal('folder-sync'),
    target: z.union([shownOneMailbox, shownOwnMailbox]),
    mirrorTrash,
    conflicts,
    archiveMissing,
    removeEmptyFolders,
  })
  .meta({ id: 'FolderSyncProfile' });

export const ProfileSchema = z.discriminatedUnion('kind', [archiveProfile, folderSyncProfile]).meta({ id: 'Profile' });
