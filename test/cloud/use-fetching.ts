import { claimNextBatches } from './claim-next-batches.ts';
import type { CloudWorld } from './cloud-world.ts';
import { scheduledEvent, sqsEvent } from './events.ts';
import { startImapMailbox } from './imap-mailbox.ts';
import { startMaildrop } from './maildrop.ts';
import { message, messageWithAttachment, signedMessage } from './messages.ts';
import { runJobs } from './run-jobs.ts';

const QUEUE = 'letterlock-example-arrivals';
const HOUR_AGO = new Date(Date.now() - 3_600_000);

interface Endpoint {
  readonly address: string;
  readonly mailboxId: string;
}

/** What was sent to the queue of fetches and delivered. */
let fetchesDone = 0;

/** Fetches of every outcome from a maildrop, and a live mailbox whose folders are followed. */
export async function useFetching(world: CloudWorld, endpoint: Endpoint): Promise<void> {
  fetchesDone = 0;
  await fetchAll(world, endpoint);
  await synchronise(world, endpoint);
}

/** A maildrop, by hand and on a schedule: mail of every outcome, a slice that ends before its time, a session that fails. */
async function fetchAll(world: CloudWorld, { mailboxId, address }: Endpoint): Promise<void> {
  // What is there already is locked once a fetch brings it.
  const there = world.receive('fetched-before', messageWithAttachment('fetched with an attachment'), address);
  await world.invoke('archive-arrivals', sqsEvent(QUEUE, there));
  const fetched = { minimum: { years: 20 }, conditions: { sources: ['fetch'] } };
  await world.api('POST', '/retention-policies', { name: 'fetched', ...fetched });
  const maildrop = await startMaildrop([
    message('fetched'),
    message('fetched'),
    message('fetched for somebody new', { to: 'new@example.org' }),
    messageWithAttachment('fetched with an attachment'),
    signedMessage('fetched and signed'),
    'no message',
  ]);
  const body = {
    server: { protocol: 'pop3', host: '127.0.0.1', port: maildrop.port, security: 'plain' },
    credentials: { userName: 'anna', password: 'secret' },
  };
  await world.api('POST', '/profiles/test', body);
  const target = { multidrop: { unknownAddresses: 'create' } };
  const multidrop = await world.api('POST', '/profiles', { ...body, name: 'by address', target });
  const schedule = { everyMinutes: 1 };
  const timed = await world.api('POST', '/profiles', { ...body, name: 'timed', target: { mailboxId }, schedule });
  await world.api('POST', `/profiles/${multidrop.profileId}/jobs`);
  const several = await world.api('POST', '/profiles', {
    ...body,
    name: 'of all users',
    several: { users: 'all' },
    target: { ownMailbox: true },
  });
  await world.api('POST', `/profiles/${several.profileId}/jobs`);
  const listed = await world.api('POST', '/profiles', {
    ...{ name: 'of a list', server: body.server, target: { ownMailbox: true } },
    several: { csv: 'login,password,e-mail,archive user\nzoe,secret,zoe@example.org,zoe\n', createUsers: true },
  });
  await world.api('POST', `/profiles/${listed.profileId}/jobs`);
  await runFetches(world);
  await world.tables.put('activity', {
    pk: `profile-run#${timed.profileId}`,
    sk: '-',
    version: 1,
    data: { startedAt: HOUR_AGO.toISOString() },
  });
  await world.invoke('queue-due-profiles', scheduledEvent());
  await runFetches(world);
  await maildrop.stop();
  claimNextBatches(world);
  const { jobId } = await world.api('POST', `/profiles/${multidrop.profileId}/jobs`);
  await runFetches(world, 1);
  await world.api('POST', `/jobs/${jobId}/cancel`);
  await runFetches(world);
  const { jobId: givenUp } = await world.api('POST', `/profiles/${multidrop.profileId}/jobs`);
  const letter = JSON.stringify({ jobId: givenUp });
  await world.invoke('settle-dead-letters', sqsEvent('letterlock-example-fetches-dead', letter));
  await world.api('PATCH', `/profiles/${timed.profileId}`, { schedule: null });
  await world.api('DELETE', `/profiles/${timed.profileId}`);
}

/** A live mailbox whose mail is in the archive, in others of its folders, and some that is not. */
async function synchronise(world: CloudWorld, { mailboxId }: Endpoint): Promise<void> {
  const imap = await startImapMailbox({
    INBOX: [message('fetched'), message('missed by journaling')],
    Work: [message('fetched')],
  });
  const { profileId } = await world.api('POST', '/profiles', {
    kind: 'folder-sync',
    name: 'folders',
    server: { protocol: 'imap', host: '127.0.0.1', port: imap.port, security: 'plain' },
    credentials: { userName: 'anna', password: 'secret' },
    target: { mailboxId },
    archiveMissing: true,
    removeEmptyFolders: true,
  });
  await world.api('POST', `/profiles/${profileId}/jobs`);
  await runFetches(world);
  await imap.stop();
  const reports = `/mailboxes/${mailboxId}/completeness-reports`;
  const { jobId } = await world.api('POST', reports, {});
  await runJobs(world);
  await world.api('GET', `${reports}/${jobId}/messages`);
  await world.api('GET', '/completeness');
}

/** Delivers what was sent to the queue of fetches since; with `most`, so many and no more. */
async function runFetches(world: CloudWorld, most = 50): Promise<void> {
  const sent = world.aws.sent('letterlock-example-fetches');
  for (let done = 0; done < most; done += 1) {
    const next = world.aws.sent('letterlock-example-fetches')[fetchesDone];
    if (next === undefined) return;
    fetchesDone += 1;
    // The first slice is over before it began.
    const remainingMs = sent.indexOf(next) === fetchesDone - 1 ? 60_000 : 900_000;
    await world.invoke('run-fetch', sqsEvent('letterlock-example-fetches', next), remainingMs);
  }
}
