import { accountListOf } from '../account-list.ts';
import { runAction } from '../actions.ts';
import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import type { ExitCode } from '../exit-codes.ts';
import { UsageError } from '../failures.ts';
import { type JsonRecord, recordOf, recordsOf, textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { printableJson, printableLine } from '../printable.ts';
import { PROFILE_HELP, PROFILE_OPTIONS, presetNotes, restOf, sourceOf } from '../profile-flags.ts';
import { minuteUtc } from '../quantities.ts';
import { writeResult } from '../result.ts';
import { syncOf } from '../sync-flags.ts';
import { tableLines } from '../table.ts';
import { showJob } from './jobs.ts';

/** Archiving profiles: what is fetched from where, and when. */
export const profiles: Command = {
  name: 'profiles',
  usage: '[list | presets | show ID | test | create NAME | accounts ID | run ID | delete ID] [OPTION]...',
  summary: 'archiving profiles: list, presets, show, test, create, accounts, run, delete',
  details: [
    ...PROFILE_HELP,
    'test takes the options of create and keeps nothing: it signs in, lists the folders and warns.',
    'accounts takes a new list by --accounts, in the place of the one that the profile has.',
    'run --follow     waits for the end of the job; see "letterlock jobs --help"',
    'Deleting a profile touches nothing of what it archived.',
    '--limit N, --all         how many to list (default 50)',
  ],
  options: { ...LIST_OPTIONS, ...PROFILE_OPTIONS, follow: { type: 'boolean' } },
  words: { least: 0, most: 2 },
  run: (invocation) =>
    runAction(
      profiles,
      {
        list: { words: 0, run: list },
        presets: { words: 0, run: presets },
        show: { words: 1, run: show },
        test: { words: 0, run: test },
        create: { words: 1, run: create },
        accounts: { words: 1, run: replaceAccounts },
        run: { words: 1, run: start },
        delete: { words: 1, run: remove },
      },
      invocation,
    ),
};

function list(invocation: Invocation): Promise<void> {
  return writeListing(invocation, {
    path: '/profiles',
    columns: [
      { title: 'ID' },
      { title: 'NAME', shrinksTo: 10 },
      { title: 'KIND' },
      { title: 'SERVER', shrinksTo: 10 },
      { title: 'SCHEDULE' },
      { title: 'LAST RUN (UTC)' },
      { title: 'NEXT RUN (UTC)' },
    ],
    row: (profile) => [
      textOf(profile.profileId),
      textOf(profile.name),
      textOf(profile.kind),
      textOf(recordOf(profile.server).host),
      scheduleText(recordOf(profile.schedule)),
      minuteUtc(textOf(profile.lastRunAt)),
      minuteUtc(textOf(profile.nextRunAt)),
    ],
    empty: 'no profiles',
  });
}

function presets(invocation: Invocation): Promise<void> {
  return writeListing(invocation, {
    path: '/profile-presets',
    columns: [
      { title: 'ID' },
      { title: 'NAME', shrinksTo: 10 },
      { title: 'SERVER' },
      { title: 'SECRET' },
      { title: 'GUIDE' },
    ],
    row: (preset) => {
      const { host, port } = recordOf(preset.server);
      return [
        textOf(preset.presetId),
        textOf(preset.name),
        `${textOf(host) || '(yours)'}:${textOf(port)}`,
        preset.method === 'bearer' ? 'access token' : 'password',
        textOf(preset.guide),
      ];
    },
    empty: 'no presets',
  });
}

async function show(invocation: Invocation, profileId = ''): Promise<void> {
  const profile = await (await invocation.api()).json('GET', pathOf(profileId));
  await writeResult(invocation, profile, printableJson(profile, 2).split('\n'));
}

async function test(invocation: Invocation): Promise<void> {
  const api = await invocation.api();
  const { kind } = syncOf(invocation.options);
  const body = { ...(await sourceOf(invocation, api)), ...(kind !== undefined && { kind }) };
  const tested = recordOf(await api.json('POST', '/profiles/test', body));
  const columns = [
    { title: 'FOLDER' },
    { title: 'USE' },
    { title: 'MESSAGES', align: 'right' as const },
    { title: 'LEFT OUT' },
  ];
  const rows = recordsOf(tested.folders).map((folder) => [
    textOf(folder.folder),
    textOf(folder.specialUse),
    textOf(folder.messages),
    textOf(folder.leftOut).replaceAll('_', ' '),
  ]);
  await writeResult(invocation, tested, [
    ...tableLines(columns, rows, invocation.terminal.columns),
    ...warningsOf(tested),
    ...(await presetNotes(invocation, api)),
  ]);
}

async function create(invocation: Invocation, name = ''): Promise<void> {
  const api = await invocation.api();
  // What is wrong with the options is told before the secret is asked for.
  const rest = await restOf(invocation, api);
  const body = { name, ...(await sourceOf(invocation, api, rest)), ...rest };
  const profile = recordOf(await api.json('POST', '/profiles', body));
  const { profileId } = profile;
  await writeResult(invocation, profile, [
    printableLine(`created profile ${textOf(profileId)}; "letterlock profiles run ${textOf(profileId)}" runs it now`),
    ...warningsOf(profile),
    ...(await presetNotes(invocation, api)),
  ]);
}

/** What the profile says beside the list stays as it is. */
async function replaceAccounts(invocation: Invocation, profileId = ''): Promise<void> {
  const list = await accountListOf(invocation);
  if (!list) throw new UsageError('give --accounts FILE');
  const api = await invocation.api();
  const { several } = recordOf(await api.json('GET', pathOf(profileId)));
  const { createUsers = false, atOnce } = recordOf(several);
  const kept = {
    createUsers: createUsers === true || list.createUsers === true,
    ...(atOnce !== undefined && list.atOnce === undefined && { atOnce }),
  };
  const profile = recordOf(await api.json('PATCH', pathOf(profileId), { several: { ...list, ...kept } }));
  await writeResult(invocation, profile, [
    printableLine(`profile ${profileId} has the new list`),
    ...warningsOf(profile),
  ]);
}

async function start(invocation: Invocation, profileId = ''): Promise<ExitCode | undefined> {
  const job = recordOf(await (await invocation.api()).json('POST', `${pathOf(profileId)}/jobs`));
  if (invocation.options.flag('follow')) return await showJob(invocation, textOf(job.jobId));
  await writeResult(invocation, job, [printableLine(`${textOf(job.jobId)} is queued`)]);
  return undefined;
}

async function remove(invocation: Invocation, profileId = ''): Promise<void> {
  await (await invocation.api()).json('DELETE', pathOf(profileId));
  await writeResult(invocation, {}, [printableLine(`deleted profile ${profileId}; what it archived stays`)]);
}

function pathOf(profileId: string): string {
  return `/profiles/${encodeURIComponent(profileId)}`;
}

function warningsOf({ warnings }: JsonRecord): string[] {
  return Array.isArray(warnings) ? warnings.map((warning) => printableLine(`warning: ${textOf(warning)}`)) : [];
}

function scheduleText({ cron, timeZone, everyMinutes }: JsonRecord): string {
  if (everyMinutes !== undefined) return `every ${textOf(everyMinutes)} min`;
  return cron === undefined ? 'by hand' : `${textOf(cron)} ${textOf(timeZone)}`;
}
