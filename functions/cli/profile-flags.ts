import { readFile } from 'node:fs/promises';
import type { ParseArgsOptionsConfig } from 'node:util';
import type { SignInName } from '../../shared/domain/profile.ts';
import { signInNameOf } from '../../shared/domain/profile-preset.ts';
import { ACCOUNT_LIST_HELP, ACCOUNT_LIST_OPTIONS, accountListOf } from './account-list.ts';
import type { ApiClient } from './api-client.ts';
import type { Invocation, Options } from './command.ts';
import { CommandFailedError, UsageError } from './failures.ts';
import { findMailbox } from './find-mailbox.ts';
import { type JsonRecord, recordOf, textOf } from './json-value.ts';
import { pagesOf } from './pages.ts';
import { printableLine } from './printable.ts';
import { RENEWAL_HELP, RENEWAL_OPTIONS, renewalCredentials, renewalOf } from './renewal-flags.ts';
import { SEVERAL_HELP, SEVERAL_OPTIONS, severalOf } from './several-flags.ts';
import { SYNC_HELP, SYNC_OPTIONS, syncOf } from './sync-flags.ts';

const texts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
const lists = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, { type: 'string' as const, multiple: true }]));
const flags = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { type: 'boolean' as const }]));

/** What says how a profile reaches a mail server and what it takes from it. */
export const PROFILE_OPTIONS: ParseArgsOptionsConfig = {
  ...texts('preset', 'protocol', 'host', 'port', 'security', 'timeout', 'address', 'master', 'user', 'file'),
  ...texts('sent-folder', 'older-than', 'newer-than', 'larger-than', 'smaller-than'),
  ...texts('into', 'folder', 'unknown', 'cron', 'time-zone', 'every'),
  ...lists('include', 'exclude', 'trusted-host'),
  ...SEVERAL_OPTIONS,
  ...SYNC_OPTIONS,
  ...ACCOUNT_LIST_OPTIONS,
  ...RENEWAL_OPTIONS,
  ...texts('delete-after', 'delete-larger-than'),
  ...flags('dry-run'),
  ...flags(
    'accept-all-certificates',
    'bearer',
    'master-password',
    'shared',
    'only-read',
    'multidrop',
    'journal-reports',
  ),
};

export const PROFILE_HELP: readonly string[] = [
  '--preset ID              what is known of a mail system; "letterlock profiles presets" lists them',
  '--host, --port           of the mail server, where the preset does not know them',
  '--protocol, --security   imap or pop3; tls, starttls or plain',
  '--accept-all-certificates, --timeout SECONDS',
  '--address ADDRESS        whose mailbox it is',
  '--master NAME            a privileged user signs in instead, where the preset knows a way',
  '--user NAME              the user name, where it is not made from the address',
  '--bearer                 the secret is an OAuth 2.0 access token, good for about an hour',
  ...RENEWAL_HELP,
  '--master-password        the secret is the master password of a Kerio Connect server',
  '--include, --exclude PATTERN   folders; may be repeated; --shared: those of others too',
  '--sent-folder NAME       where the server does not say which it is',
  '--older-than, --newer-than DAYS, --larger-than, --smaller-than BYTES, --only-read   which messages',
  '--into MAILBOX           the archive mailbox (id, name or address); --folder FOLDER: below this folder',
  '--multidrop              the mailbox holds the mail of many: filed by the addresses in it;',
  '                         --unknown exclude, create or a mailbox; --trusted-host HOST; --journal-reports',
  ...SYNC_HELP,
  ...SEVERAL_HELP,
  ...ACCOUNT_LIST_HELP,
  '--delete-after DAYS      deletes at the source so long after archiving, what was read back and compared;',
  '                         --delete-larger-than BYTES: only such; --dry-run: only tells what would go',
  '--cron "0 2 * * *" --time-zone Europe/Vienna, or --every MINUTES   when it runs by itself',
  '--file FILE              further fields, as JSON of the API; what is in it wins',
  'The password or token is asked for; LETTERLOCK_MAIL_SECRET or standard input give it to a script.',
];

/**
 * The body of `POST /profiles/test`: server, credentials, folders. Asks for the secret. What `--file` has is not asked
 * for. Throws `UsageError`.
 */
export async function sourceOf(
  invocation: Invocation,
  api: ApiClient,
  { several }: JsonRecord = {},
): Promise<JsonRecord> {
  const preset = await presetOf(api, invocation.options.text('preset'));
  const file = await fileOf(invocation.options.text('file'));
  const server = recordOf(file.server ?? serverOf(invocation.options, preset));
  const folders = file.folders ?? foldersOf(invocation.options, preset);
  // Each mailbox of a list has its own credentials in it.
  if (file.credentials === undefined && recordOf(several).csv !== undefined) return { server, folders };
  if (several === undefined && invocation.options.text('accounts') !== undefined) {
    throw new UsageError('a test signs in to one mailbox: leave out --accounts, and give --address or --user');
  }
  return {
    server,
    folders,
    credentials: file.credentials ?? (await credentialsOf(invocation, preset, { host: textOf(server.host), several })),
  };
}

/** What `POST /profiles` takes beside the name and the source. Throws `UsageError`. */
export async function restOf(invocation: Invocation, api: ApiClient): Promise<JsonRecord> {
  const { options } = invocation;
  const preset = await presetOf(api, options.text('preset'));
  const { server: _server, folders: _folders, credentials: _credentials, ...file } = await fileOf(options.text('file'));
  const several = file.several ?? (await accountListOf(invocation)) ?? severalOf(options, preset);
  const sentFolder = options.text('sent-folder') ?? (textOf(preset.sentFolder) || undefined);
  return {
    ...(sentFolder !== undefined && { sentFolder }),
    ...filterOf(options),
    ...(several && { several }),
    target: file.target ?? (several ? ownMailbox(options) : await targetOf(options, api, preset)),
    ...syncOf(options),
    ...deletionOf(options),
    ...scheduleOf(options),
    ...file,
  };
}

/** What people must know of the mail system that the preset is of, and where its guide is; safe for a terminal. */
export async function presetNotes({ options }: Invocation, api: ApiClient): Promise<readonly string[]> {
  const { warnings, guide } = await presetOf(api, options.text('preset'));
  const notes = Array.isArray(warnings) ? warnings.map((warning) => `note: ${textOf(warning)}`) : [];
  return [...notes, ...(guide === undefined ? [] : [`guide: ${textOf(guide)}`])].map(printableLine);
}

async function presetOf(api: ApiClient, presetId: string | undefined): Promise<JsonRecord> {
  if (presetId === undefined) return {};
  for await (const { items } of pagesOf(api, '/profile-presets', {}, Number.POSITIVE_INFINITY)) {
    const found = items.find((preset) => preset.presetId === presetId);
    if (found) return found;
  }
  throw new UsageError(`there is no preset ${presetId}; "letterlock profiles presets" lists them`);
}

function serverOf(options: Options, preset: JsonRecord): JsonRecord {
  const known = recordOf(preset.server);
  const host = options.text('host') ?? textOf(known.host);
  if (host === '') throw new UsageError('give --host, the name of the mail server');
  const [protocol, security] = [options.text('protocol'), options.text('security')];
  const isOther = (protocol ?? known.protocol) !== known.protocol || (security ?? known.security) !== known.security;
  const port = numberOption(options, 'port') ?? (isOther ? undefined : known.port);
  const timeoutSeconds = numberOption(options, 'timeout');
  return {
    ...known,
    host,
    ...(protocol !== undefined && { protocol }),
    ...(security !== undefined && { security }),
    port,
    ...(options.flag('accept-all-certificates') && { acceptAllCertificates: true }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
  };
}

async function credentialsOf(
  { options, environment, terminal }: Invocation,
  preset: JsonRecord,
  { host, several }: { readonly host: string; readonly several: unknown },
): Promise<JsonRecord> {
  const [address, user, master] = [options.text('address'), options.text('user'), options.text('master')];
  const renewal = renewalOf(options);
  const isMaster = options.flag('master-password');
  const isBearer = options.flag('bearer') || preset.method === 'bearer' || renewal !== undefined;
  const method = isMaster ? 'masterPassword' : isBearer ? 'bearer' : 'password';
  const name = address === undefined || several ? undefined : signIn(preset, method, address, master);
  // Who signs in to each of several mailboxes is made of what `several` says.
  const userName = user ?? name?.userName ?? (several ? (master ?? 'letterlock') : undefined);
  if (userName === undefined) throw new UsageError('give --address or --user: who signs in');
  const authorisationId = name?.authorisationId;
  const ask = async (what: string) =>
    environment.LETTERLOCK_MAIL_SECRET ||
    (await terminal.password(`${what} of ${printableLine(userName)} at ${printableLine(host)}: `));
  if (renewal) return { userName, ...(await renewalCredentials({ options }, preset, renewal, ask)) };
  const secret = await ask(isMaster ? 'Master password' : method === 'bearer' ? 'Access token' : 'Password');
  if (method === 'bearer') return { method, userName, accessToken: secret };
  if (method === 'masterPassword') return { method, userName, password: secret };
  return { method, userName, password: secret, ...(authorisationId !== undefined && { authorisationId }) };
}

function signIn(preset: JsonRecord, method: SignInName['method'], address: string, master: string | undefined) {
  const template = (value: unknown) => {
    const { userName, authorisationId } = recordOf(value);
    return {
      userName: textOf(userName),
      ...(authorisationId === undefined ? {} : { authorisationId: textOf(authorisationId) }),
    };
  };
  const of = {
    method,
    signIn: preset.signIn === undefined ? { userName: '{address}' } : template(preset.signIn),
    ...(preset.delegated === undefined ? {} : { delegated: template(preset.delegated) }),
  };
  const name = signInNameOf(of, master === undefined ? { address } : { address, master });
  if (!name) throw new UsageError('this preset knows no way for another user to sign in; see its guide');
  return name;
}

function foldersOf(options: Options, preset: JsonRecord): JsonRecord {
  const known = recordOf(preset.folders);
  const strings = (value: unknown) => (Array.isArray(value) ? value.map(textOf) : []);
  return {
    include: [...strings(known.include), ...options.texts('include')],
    exclude: [...strings(known.exclude), ...options.texts('exclude')],
    shared: options.flag('shared') || known.shared === true,
  };
}

function filterOf(options: Options): JsonRecord {
  const filter = {
    ...(options.flag('only-read') && { unread: false }),
    ...numberField(options, 'older-than', 'olderThanDays'),
    ...numberField(options, 'newer-than', 'newerThanDays'),
    ...numberField(options, 'larger-than', 'largerThanBytes'),
    ...numberField(options, 'smaller-than', 'smallerThanBytes'),
  };
  return Object.keys(filter).length > 0 ? { filter } : {};
}

async function targetOf(options: Options, api: ApiClient, preset: JsonRecord): Promise<JsonRecord> {
  const [into, folder, unknown] = [options.text('into'), options.text('folder'), options.text('unknown')];
  if (into !== undefined) return { mailboxId: await findMailbox(api, into), ...(folder !== undefined && { folder }) };
  if (!options.flag('multidrop') && preset.target !== 'multidrop') {
    throw new UsageError('give --into MAILBOX, or --multidrop where the mailbox holds the mail of many');
  }
  const isWord = unknown === undefined || unknown === 'exclude' || unknown === 'create';
  const unknownAddresses = isWord ? unknown : { mailboxId: await findMailbox(api, unknown) };
  return {
    multidrop: {
      trustedHosts: options.texts('trusted-host'),
      ...(unknownAddresses !== undefined && { unknownAddresses }),
      ...(folder !== undefined && { folder }),
      ...(options.flag('journal-reports') && { journalReports: true }),
    },
  };
}

function ownMailbox(options: Options): JsonRecord {
  if (options.text('into') !== undefined)
    throw new UsageError('each user has a mailbox of their own: leave out --into');
  const folder = options.text('folder');
  return { ownMailbox: true, ...(folder !== undefined && { folder }) };
}

function deletionOf(options: Options): JsonRecord {
  const afterDays = numberOption(options, 'delete-after');
  const largerThan = numberField(options, 'delete-larger-than', 'largerThanBytes');
  const dryRun = options.flag('dry-run');
  if (afterDays === undefined) {
    if (dryRun || Object.keys(largerThan).length > 0) throw new UsageError('give --delete-after DAYS, 0 for at once');
    return {};
  }
  return { deletion: { afterDays, ...largerThan, ...(dryRun && { dryRun }) } };
}

function scheduleOf(options: Options): JsonRecord {
  const [cron, timeZone, everyMinutes] = [
    options.text('cron'),
    options.text('time-zone'),
    numberOption(options, 'every'),
  ];
  if (cron !== undefined && everyMinutes !== undefined) throw new UsageError('give --cron or --every, not both');
  if (timeZone !== undefined && cron === undefined) throw new UsageError('--time-zone goes with --cron');
  if (everyMinutes !== undefined) return { schedule: { everyMinutes } };
  return cron === undefined ? {} : { schedule: { cron, ...(timeZone !== undefined && { timeZone }) } };
}

async function fileOf(path: string | undefined): Promise<JsonRecord> {
  if (path === undefined) return {};
  try {
    return recordOf(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new CommandFailedError(`${path} ${reason}`, 'bad_file');
  }
}

function numberField(options: Options, option: string, field: string): JsonRecord {
  const value = numberOption(options, option);
  return value === undefined ? {} : { [field]: value };
}

function numberOption(options: Options, name: string): number | undefined {
  const text = options.text(name);
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new UsageError(`--${name} takes a whole number, not ${text}`);
  return Number(text);
}
