import { attachmentKey } from '../../shared/domain/attachment.ts';
import { hourOf, newProfile } from '../../shared/domain/endpoint-volume.ts';
import { dataOf } from '../../shared/usecases/item-data.ts';
import {
  ATTACHMENT_PREFIX,
  candidateDayKey,
  dayListKey,
  ENDPOINT_WATCH_KEY,
  messagePartition,
  purgeWorkKey,
  purgeWorkListKey,
  recordKey,
  unverifiedKey,
  volumeProfileKey,
} from '../../shared/usecases/message-keys.ts';
import { claimNextBatches } from './claim-next-batches.ts';
import type { CloudWorld } from './cloud-world.ts';
import { domainEvent, scheduledEvent, sqsEvent } from './events.ts';
import { factsFor, message, messageWithAttachment, messageWithText, signedMessage } from './messages.ts';
import { runJobs } from './run-jobs.ts';
import { runHolds, runPurges } from './run-purges.ts';
import { tellTroubles } from './trouble.ts';
import { useFetching } from './use-fetching.ts';
import { useIndex } from './use-index.ts';
import { useRequests } from './use-requests.ts';

const QUEUE = 'letterlock-example-arrivals';
const HOUR_AGO = new Date(Date.now() - 3_600_000);

interface Endpoint {
  readonly endpointId: string;
  readonly address: string;
  readonly mailboxId: string;
}

/**
 * Has every function do all that its code can do, so that each request it may ever send is sent once:
 * configuration, mail of every outcome, reading, searching, maintenance, what crashes leave.
 */
export async function useEverything(world: CloudWorld): Promise<void> {
  // Beside a filled archive the first invocation starts a rebuild.
  world.aws.objects.put(world.variable('LETTERLOCK_S3_BUCKET_ARCHIVE'), 'attachments/ab/left', Buffer.from('x'));
  await world.invoke('prepare-tables', {});
  await runJobs(world);
  const password = await world.signIn();
  const endpoint = await configure(world);
  const kept = { short: await keepFor(world, 10), long: await keepFor(world, 20) };
  for (const name of ['archive-arrivals', 'settle-dead-letters']) {
    await fileAllKinds(world, name, endpoint);
    await fileKept(world, name, { none: endpoint, ...kept });
  }
  await read(world, endpoint);
  await replay(world, endpoint, kept.short);
  await verify(world);
  await useIndex(world, endpoint);
  await purge(world, endpoint);
  await useRequests(world, endpoint, () => runPurges(world));
  await maintain(world, endpoint);
  await extendLocks(world);
  await watch(world, endpoint);
  await supervise(world, password);
  await useFetching(world, endpoint);
  await continueTrail(world);
  await tellTroubles(world, endpoint.mailboxId);
  await world.invoke('notify', domainEvent('endpointSilent', { endpointId: endpoint.endpointId }));
  await world.api('DELETE', '/sessions/current');
}

/** Second factors, sessions of others, and the audit trail: one that is continued by two, anchored and verified. */
async function supervise(world: CloudWorld, password: string): Promise<void> {
  await world.api('POST', '/me/otp', { password });
  await world.api('POST', '/users', { userName: 'bert', password: 'correct horse battery', privileges: ['login'] });
  await world.api('POST', '/sessions', { userName: 'bert', password: 'correct horse battery' });
  await world.api('DELETE', '/sessions?user=bert');
  await world.invoke('anchor-audit', scheduledEvent());
  claimNextBatches(world);
  await world.api('GET', '/audit-events');
  await world.api('GET', '/audit-events?category=signIn');
  await world.api('POST', '/maintenance/verify', { audit: true });
  await runJobs(world);
  await world.invoke('anchor-audit', scheduledEvent());
}

async function configure(world: CloudWorld): Promise<Endpoint> {
  await world.api('POST', '/domains', { domain: 'example.org' });
  await world.api('POST', '/users', { userName: 'anna', password: 'correct horse battery', privileges: [] });
  const { mailboxId } = await world.api('POST', '/mailboxes', { name: 'Anna', primaryAddress: 'anna@example.org' });
  await world.api('PUT', `/mailboxes/${mailboxId}/access/anna`, { privileges: ['read'] });
  await world.api('GET', `/mailboxes/${mailboxId}/access`);
  for (const list of ['users', 'domains', 'mailboxes', 'journal-endpoints']) await world.api('GET', `/${list}`);
  const endpoint: Endpoint = await world.api('POST', '/journal-endpoints', { name: 'all', unknownAddresses: 'create' });
  await world.api('PUT', `/mailboxes/${endpoint.mailboxId}/access/admin`, { privileges: ['read'] });
  return endpoint;
}

/**
 * New, again the same bytes, the same message in other bytes, with an attachment, from an unknown address, to an
 * unknown endpoint, no message at all, one that has to wait, and one that was filed before.
 */
async function fileAllKinds(world: CloudWorld, name: string, endpoint: Endpoint): Promise<void> {
  const file = async (id: string, raw: string, recipient = endpoint.address) => {
    await world.invoke(name, sqsEvent(QUEUE, world.receive(`${name}-${id}`, raw, recipient)));
  };
  await file('first', message(name));
  await file('same', message(name));
  await file('other', message(name, { top: 'Received: by mx.example.org\r\n' }));
  await file('attachment', messageWithAttachment(`${name}-attachment`));
  await file('signed', signedMessage(`${name}-signed`));
  await file('signed-again', signedMessage(`${name}-signed`));
  await file('attachment-other', messageWithAttachment(`${name}-attachment`, 'Received: by mx.example.org\r\n'));
  await file('unknown', message(`${name}-unknown`, { to: `new-${name}@example.org` }));
  await file('nowhere', message(`${name}-nowhere`), 'nobody@journal.example.org');
  await file('none', '\0\0');
  await whilePurging(world, name, () => file('waiting', message(name, { top: 'Received: by mx2.example.org\r\n' })));
  const gone = JSON.stringify({ intakeKey: 'incoming/smtp-gone', sizeBytes: 1 });
  await world.invoke(name, sqsEvent(QUEUE, gone));
  // What was kept beside the message that waited is read where the queue knows no more.
  const waiting = JSON.stringify({ intakeKey: `incoming/ses/${name}-waiting` });
  await world.invoke(name, sqsEvent(QUEUE, waiting));
}

/** An endpoint whose mail has to be kept for years. */
async function keepFor(world: CloudWorld, years: number, settings: object = {}): Promise<Endpoint> {
  const kept: Endpoint = await world.api('POST', '/journal-endpoints', { name: `kept for ${years}`, ...settings });
  const conditions = { endpoints: [kept.endpointId] };
  await world.api('POST', '/retention-policies', { name: `for ${years}`, minimum: { years }, conditions });
  return kept;
}

/** Mail that is locked as it comes, and mail that is there already and turns out to be kept, or kept for longer. */
async function fileKept(
  world: CloudWorld,
  name: string,
  { none, short, long }: { readonly none: Endpoint; readonly short: Endpoint; readonly long: Endpoint },
): Promise<void> {
  const file = async (id: string, raw: string, { address }: Endpoint) => {
    await world.invoke(name, sqsEvent(QUEUE, world.receive(`${name}-${id}`, raw, address)));
  };
  await file('kept-none', '\0\0', short);
  const later = messageWithAttachment(`${name}-kept-later`);
  await file('not-kept', later, none);
  await file('kept', later, short);
  await file('kept-longer', later, long);
}

/** While a message is being purged, nobody can say yet where an arrival of it goes. */
async function whilePurging(world: CloudWorld, subject: string, work: () => Promise<void>): Promise<void> {
  const [archived] = await messagesCalled(world, subject);
  const record = await world.tables.get('messages', recordKey(archived ?? ''));
  if (!record) throw new Error(`${subject} is not filed`);
  await world.tables.put('messages', { ...record, data: { ...record.data, state: 'purging' } });
  await work();
  await world.tables.put('messages', record);
}

/** The ids of messages with a subject. */
async function messagesCalled(world: CloudWorld, subject: string): Promise<readonly string[]> {
  const ids: string[] = [];
  const { items: mailboxes } = await world.api('GET', '/mailboxes');
  for (const { mailboxId } of mailboxes) {
    const { items } = await world.api('GET', `/mailboxes/${mailboxId}/messages`);
    for (const item of items) if (item.subject === subject) ids.push(item.archiveId);
  }
  return ids;
}

async function read(world: CloudWorld, endpoint: Endpoint): Promise<void> {
  const large = message('large', { body: `${'x'.repeat(70)}\r\n`.repeat(70_000) });
  await world.invoke(
    'archive-arrivals',
    sqsEvent(QUEUE, world.arrive('incoming/smtp-large', large, factsFor(endpoint))),
  );
  await world.api('GET', `/mailboxes/${endpoint.mailboxId}/folders`);
  const { items } = await world.api('GET', `/mailboxes/${endpoint.mailboxId}/messages`);
  for (const { archiveId } of items) {
    await world.api('GET', `/messages/${archiveId}`);
    await world.api('GET', `/messages/${archiveId}/arrivals`);
    const { statusCode, headers } = await world.request('GET', `/messages/${archiveId}/raw`);
    if (statusCode === 303) await fetch(headers.location);
  }
  await world.api('GET', `/journal-endpoints/${endpoint.endpointId}/arrivals`);
  await world.api('GET', '/sessions');
  const quarantined = await world.api('GET', '/quarantine');
  for (const { id } of quarantined.items) {
    await world.request('GET', `/quarantine/${id}/raw`);
    await world.api('POST', `/quarantine/${id}/replay`);
  }
  await world.api('GET', '/jobs');
  await readDamaged(world, items[0].archiveId);
}

/** What came from elsewhere is filed after all, be it new or there already, locked for less. */
async function replay(world: CloudWorld, { address }: Endpoint, { address: keptAddress }: Endpoint): Promise<void> {
  const guarded = await keepFor(world, 30, { allowedSources: ['203.0.113.0/24'] });
  const raw = (id: string) => signedMessage(`refused ${id}`);
  for (const [id, to] of [
    ['there', address],
    ['kept', keptAddress],
  ] as const) {
    await world.invoke('archive-arrivals', sqsEvent(QUEUE, world.receive(`refused-${id}`, raw(id), to)));
  }
  for (const id of ['new', 'there', 'kept']) {
    const refused = world.arrive(`incoming/smtp-refused-${id}`, raw(id), factsFor(guarded));
    await world.invoke('archive-arrivals', sqsEvent(QUEUE, refused));
  }
  const { items } = await world.api('GET', '/quarantine');
  for (const { id } of items) await world.api('POST', `/quarantine/${id}/replay`);
}

/** An object that is not what was stored is an event. */
async function readDamaged(world: CloudWorld, archiveId: string): Promise<void> {
  const bucket = world.variable('LETTERLOCK_S3_BUCKET_ARCHIVE');
  const stored = world.aws.objects.keys(bucket).filter((key) => key.includes(`/${archiveId}/`));
  const whole = stored.map((key) => ({ key, bytes: world.aws.objects.get(bucket, key) ?? Buffer.alloc(0) }));
  for (const { key } of whole) world.aws.objects.put(bucket, key, Buffer.from('damaged'));
  await world.request('GET', `/messages/${archiveId}/raw`);
  for (const { key, bytes } of whole) world.aws.objects.put(bucket, key, bytes);
}

/** Signatures of a message that is being purged have to wait; then DNS, which knows nothing of the signer, decides. */
async function verify(world: CloudWorld): Promise<void> {
  const verifyAll = async () => {
    for (const nudge of new Set(world.aws.sent('letterlock-example-signatures'))) {
      await world.invoke('verify-signatures', sqsEvent('letterlock-example-signatures', nudge));
    }
  };
  await whilePurging(world, 'archive-arrivals-signed', verifyAll);
  // Where no name server answers, that is the verdict after as many attempts.
  for (let attempt = 1; attempt < 6; attempt++) await verifyAll();
}

/** An endpoint that was quiet for hours, as the watch has learnt it. */
async function watch(world: CloudWorld, { endpointId }: Endpoint): Promise<void> {
  const hourAgo = HOUR_AGO.toISOString();
  const long = new Date(HOUR_AGO.getTime() - 30 * 24 * 3_600_000).toISOString();
  const run = { ...ENDPOINT_WATCH_KEY, version: 1, data: { lastRunAt: hourAgo, watchedSince: long } };
  const quiet = { ...newProfile(hourOf(new Date()) - 5), silence: { since: hourAgo } };
  await world.tables.put('messages', run);
  await world.tables.put('messages', { ...volumeProfileKey(endpointId), version: 1, data: dataOf(quiet) });
  await world.invoke('watch-endpoints', scheduledEvent());
}

async function maintain(world: CloudWorld, endpoint: Endpoint): Promise<void> {
  for (const task of ['rebuild', 'sweep']) {
    await leaveUnlogged(world);
    world.arrive(`incoming/smtp-before-${task}`, message(task), factsFor(endpoint), HOUR_AGO);
    await world.api('POST', `/maintenance/${task}`);
    await runJobs(world);
  }
  await hold(world);
  // Not indexed yet, so that nobody has read its attachment.
  const unread = world.receive('unread', messageWithText('unread'), endpoint.address);
  await world.invoke('archive-arrivals', sqsEvent(QUEUE, unread));
  const dayBefore = new Date(HOUR_AGO.getTime() - 24 * 3_600_000).toISOString();
  await world.tables.put('activity', { pk: 'hold-walk', sk: 'started', version: 1, data: { at: dayBefore } });
  await leaveUnlogged(world);
  await world.invoke('sweep', scheduledEvent());
  await runJobs(world);
  await runHolds(world);
}

/** Whoever writes into the trail finds that another copy of itself has gone on with it. */
async function continueTrail(world: CloudWorld): Promise<void> {
  await giveUp(world);
  claimNextBatches(world);
  await giveUp(world);
  await world.api('POST', '/maintenance/retention');
  await runPurges(world);
  const { items } = await world.api('GET', '/legal-holds?state=active');
  await world.api('POST', `/legal-holds/${items[0].holdId}/jobs`);
  await runHolds(world);
}

/** Jobs of all kinds end where their queue gave up on them; what was to be purged comes again. */
async function giveUp(world: CloudWorld): Promise<void> {
  const { jobId } = await world.api('POST', '/maintenance/retention');
  await world.invoke('settle-dead-letters', sqsEvent('letterlock-example-purges-dead', JSON.stringify({ jobId })));
  const { state, outcome } = await world.api('GET', `/jobs/${jobId}`);
  if (state !== 'finished' || outcome !== 'failed') throw new Error(`the job is ${state} ${outcome}`);
  const purges = JSON.stringify({ archiveIds: ['left'] });
  await world.invoke('settle-dead-letters', sqsEvent('letterlock-example-purges-dead', purges));
}

/** Mail that is past its maximum, in slices, and mail that somebody deletes. */
async function purge(world: CloudWorld, endpoint: Endpoint): Promise<void> {
  const { mailboxId } = endpoint;
  const arrival = world.arrive('incoming/smtp-text', messageWithText('with words'), factsFor(endpoint));
  await world.invoke('archive-arrivals', sqsEvent(QUEUE, arrival));
  const archivedAt = '2020-01-01T00:00:00.000Z';
  const old: string[] = [];
  for (const subject of ['archive-arrivals-attachment', 'with words']) {
    const [archiveId = ''] = await messagesCalled(world, subject);
    const record = await world.tables.get('messages', recordKey(archiveId));
    if (!record) throw new Error('there is nothing to purge');
    const indexes = { list: dayListKey(archivedAt, archiveId) };
    await world.tables.put('messages', { ...record, indexes, data: { ...record.data, archivedAt } });
    old.push(archiveId);
  }
  await world.tables.put('messages', { ...candidateDayKey('a', '2020-01-01'), version: 1, data: {} });
  const policy = { name: 'short', maximum: { years: 1 }, conditions: {} };
  const { policyId } = await world.api('POST', '/retention-policies', policy);
  // Its search finds nothing, which takes reading what it is asked of.
  const hold = { name: 'none', matter: '1', reason: 'r', scope: { query: 'zzzz' } };
  const { holdId } = await world.api('POST', '/legal-holds', hold);
  await whileLocked(world, old, async () => {
    await world.api('POST', '/maintenance/retention');
    await runPurges(world);
  });
  const { jobId } = await world.api('POST', '/maintenance/retention');
  await runPurges(world);
  await world.api('GET', `/jobs/${jobId}/certificate`);
  const { items } = await world.api('GET', '/certificates');
  if (items[0]?.jobId !== jobId) throw new Error('the certificate is not listed');
  await world.api('GET', '/certificates/key');
  await world.api('PUT', `/mailboxes/${mailboxId}/access/admin`, { privileges: ['read', 'delete'] });
  const [{ archiveId }] = (await world.api('GET', `/mailboxes/${mailboxId}/messages`)).items;
  await world.api('DELETE', `/messages/${archiveId}?mailbox=${mailboxId}`);
  await runPurges(world);
  // What a purge leaves to be looked at again is due.
  for (const id of [...old, archiveId]) {
    const work = await world.tables.get('messages', purgeWorkKey(id));
    if (work) await world.tables.put('messages', { ...work, indexes: { list: purgeWorkListKey(id, archivedAt) } });
  }
  await world.invoke('sweep', scheduledEvent());
  await runPurges(world);
  await world.api('POST', `/legal-holds/${holdId}/release`, { reason: 'settled' });
  await world.api('DELETE', `/retention-policies/${policyId}`);
  await purgeQuarantine(world, endpoint);
}

/** Input that is locked by somebody else before it is asked for, then before it goes, then not at all. */
async function purgeQuarantine(world: CloudWorld, { address }: Endpoint): Promise<void> {
  const bucket = world.variable('LETTERLOCK_S3_BUCKET_ARCHIVE');
  const inQuarantine = () => world.aws.objects.keys(bucket).filter((key) => key.startsWith('quarantine/'));
  const before = new Set(inQuarantine());
  await world.invoke('archive-arrivals', sqsEvent(QUEUE, world.receive('not-wanted', '\0\0\0', address)));
  const [key = ''] = inQuarantine().filter((one) => !before.has(one));
  const path = `/quarantine/${key.split('/').at(-1)}`;
  const lock = { retainUntil: new Date(Date.now() + 3_600_000), legalHold: true };
  world.aws.objects.lock(bucket, key, lock);
  await world.request('DELETE', path);
  world.aws.objects.lock(bucket, key, {});
  await world.api('DELETE', path);
  world.aws.objects.lock(bucket, key, lock);
  await runPurges(world);
  world.aws.objects.lock(bucket, key, {});
  await world.api('DELETE', path);
  await runPurges(world);
  if (world.aws.objects.get(bucket, key)) throw new Error(`${key} is left`);
}

/** Locked by somebody else, mail stays for now, and so does an attachment whose message goes. */
async function whileLocked(world: CloudWorld, archiveIds: readonly string[], work: () => Promise<void>): Promise<void> {
  const bucket = world.variable('LETTERLOCK_S3_BUCKET_ARCHIVE');
  const retainUntil = new Date(Date.now() + 3_600_000);
  const [withAttachment, ...others] = archiveIds;
  const attached = await world.tables.query('messages', messagePartition(withAttachment ?? ''), {
    prefix: ATTACHMENT_PREFIX,
    limit: 1,
  });
  const attachments = attached.items.map(({ sk }) => attachmentKey(sk.slice(ATTACHMENT_PREFIX.length)));
  const own = world.aws.objects.keys(bucket).filter((key) => others.some((id) => key.includes(`/${id}/`)));
  if (attachments.length * own.length === 0) throw new Error('there is nothing to lock');
  for (const key of [...attachments, ...own]) world.aws.objects.lock(bucket, key, { retainUntil, legalHold: true });
  await work();
  for (const key of [...attachments, ...own]) {
    if (!world.aws.objects.get(bucket, key)) throw new Error(`${key} went though it was locked`);
    world.aws.objects.lock(bucket, key, {});
  }
}

/** All that there is is to be kept for longer than it was locked for. */
async function extendLocks(world: CloudWorld): Promise<void> {
  const { statusCode } = await world.request('POST', '/maintenance/extend-locks');
  // Where nothing is locked, nothing is extended.
  if (statusCode !== 202 && statusCode !== 409) throw new Error(`${statusCode} for extend-locks`);
  // As if whoever made the policies had died before the job was started.
  await world.tables.put('activity', { pk: 'lock-walk', sk: '-', version: 1, data: { epoch: 'before', minimums: [] } });
  await world.invoke('sweep', scheduledEvent());
  await world.api('POST', '/retention-policies', { name: 'all', minimum: { years: 15 }, isDefault: true });
  await runJobs(world);
}

/** A hold on a search: made, listed, released; another one stays, so that what comes is locked each day. */
async function hold(world: CloudWorld): Promise<void> {
  const about = { name: 'case', matter: '17', reason: 'litigation' };
  const { holdId } = await world.api('POST', '/legal-holds', { ...about, scope: { query: 'words' } });
  await runHolds(world);
  await world.api('GET', `/legal-holds/${holdId}/messages`);
  await world.api('GET', `/legal-holds/${holdId}/quarantine`);
  await world.api('POST', `/legal-holds/${holdId}/release`, { reason: 'settled' });
  await world.api('POST', '/legal-holds', { ...about, scope: { query: 'words' } });
  await runHolds(world);
}

/** What a crash leaves between a write and its log entry. */
async function leaveUnlogged(world: CloudWorld): Promise<void> {
  for (const table of ['messages', 'configuration', 'activity'] as const) {
    const unlogged = { pk: 'unlogged', sk: `left ${table}` };
    await world.tables.put(table, { pk: 'left', sk: table, version: 1, indexes: { unlogged }, data: {} });
  }
  const work = {
    archiveId: 'left',
    cause: { kind: 'person', by: 'anna' },
    phase: 'decide',
    dueAt: HOUR_AGO.toISOString(),
  };
  const list = purgeWorkListKey('left', work.dueAt);
  await world.tables.put('messages', { ...purgeWorkKey('left'), version: 1, indexes: { list }, data: work });
  const unverified = { arrivals: [], attempts: 0, dueAt: HOUR_AGO.toISOString() };
  await world.tables.put('messages', { ...unverifiedKey('left'), version: 1, data: unverified });
}
