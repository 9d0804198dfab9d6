import { messagePartition, RENDITION_PREFIX, tidyingKey, tidyingListKey } from '../../shared/usecases/message-keys.ts';
import { type CloudWorld, INDEX_QUEUE } from './cloud-world.ts';
import { scheduledEvent, sqsEvent } from './events.ts';
import { message, messageWithAttachment } from './messages.ts';
import { runJobs } from './run-jobs.ts';

const ARRIVALS = 'letterlock-example-arrivals';
const LONG_AGO = '2026-01-01T00:00:00.000Z';

/** More units than a function searches itself. */
const MANY_MAILBOXES = 9;
/** Beyond what is read at once of a message. */
const MANY_RENDITIONS = 60;

/** Has the index made, damaged, repaired, made anew and tidied up, and searched in each way there is. */
export async function useIndex(world: CloudWorld, { address }: { readonly address: string }): Promise<void> {
  // A run without time leaves its unit to the next.
  const [nudge = ''] = world.aws.sent(INDEX_QUEUE);
  await world.invoke('index-messages', sqsEvent(INDEX_QUEUE, nudge), 100_000);
  await world.index();
  await indexCarefully(world, address);
  for (let n = 1; n <= MANY_MAILBOXES; n += 1) {
    await world.api('POST', '/mailboxes', { name: `Many ${n}`, primaryAddress: `many-${n}@example.org` });
  }
  damageIndex(world);
  await search(world);
  await world.index();
  await runJobs(world);
  await reindexWithoutOne(world, address);
  await tidyUp(world, () => world.invoke('sweep', scheduledEvent()));
  await tidyUp(world, async () => {
    await world.api('POST', '/maintenance/sweep');
    await runJobs(world);
  });
}

/** What ended a process is indexed message by message; one that is damaged by its summary. */
async function indexCarefully(world: CloudWorld, address: string): Promise<void> {
  const bucket = world.variable('LETTERLOCK_S3_BUCKET_ARCHIVE');
  const lost = await archived(
    world,
    world.receive('index-lost', message('index-lost'), address),
    world.receive('index-attached', messageWithAttachment('index-attached'), address),
  );
  const bytes = world.aws.objects.get(bucket, lost);
  world.aws.objects.delete(bucket, lost);
  await sendAgainOften(world, lost.split('/')[2] ?? '');
  await world.index({ receiveCount: 3 });
  if (bytes) world.aws.objects.put(bucket, lost, bytes);
}

/** Files what was announced, in one batch, and answers the key of one of the messages. */
async function archived(world: CloudWorld, ...announced: readonly string[]): Promise<string> {
  const bucket = world.variable('LETTERLOCK_S3_BUCKET_ARCHIVE');
  const before = new Set(world.aws.objects.keys(bucket));
  await world.invoke('archive-arrivals', sqsEvent(ARRIVALS, ...announced));
  const key = world.aws.objects.keys(bucket).find((name) => name.startsWith('messages/') && !before.has(name));
  if (key === undefined) throw new Error('nothing was archived');
  return key;
}

/** More is known of a message that was sent again and again than is read at once. */
async function sendAgainOften(world: CloudWorld, archiveId: string): Promise<void> {
  for (let n = 0; n < MANY_RENDITIONS; n += 1) {
    const key = { pk: messagePartition(archiveId), sk: `${RENDITION_PREFIX}${n}` };
    await world.tables.put('messages', { ...key, version: 1, data: {} });
  }
}

/** Before anybody has read it: what was read is kept. */
function damageIndex(world: CloudWorld): void {
  const bucket = world.variable('LETTERLOCK_S3_BUCKET_DERIVED');
  const key = world.aws.objects.keys(bucket).find((name) => name.endsWith('.idx'));
  if (key === undefined) throw new Error('nothing is indexed');
  const sizeBytes = world.aws.objects.get(bucket, key)?.length ?? 0;
  world.aws.objects.put(bucket, key, Buffer.alloc(sizeBytes, 'damaged'));
}

async function search(world: CloudWorld): Promise<void> {
  const { savedSearchId } = await world.api('POST', '/saved-searches', { name: 'all', q: '', shared: true });
  await world.api('GET', '/saved-searches');
  await world.api('GET', `/saved-searches/${savedSearchId}`);
  await world.api('PATCH', `/saved-searches/${savedSearchId}`, { q: 'hello' });
  await world.api('DELETE', `/saved-searches/${savedSearchId}`);
  await world.api('GET', '/search?q=ada');
  await world.api('POST', '/search', { q: 'ada', sort: 'relevance' });
  const { items } = await world.api('GET', '/mailboxes');
  for (const { mailboxId } of items) await world.api('GET', `/search?mailbox=${mailboxId}`);
  const { jobId } = await world.api('POST', '/search', { q: 'ada', job: true });
  await runJobs(world);
  await world.api('GET', `/search?job=${jobId}`);
}

/** What cannot be read while everything is indexed anew waits under a mark of its own. */
async function reindexWithoutOne(world: CloudWorld, address: string): Promise<void> {
  const bucket = world.variable('LETTERLOCK_S3_BUCKET_ARCHIVE');
  const key = await archived(world, world.receive('index-unavailable', message('index-unavailable'), address));
  world.aws.objects.unavailable = `${bucket}/${key}`;
  await world.api('POST', '/maintenance/reindex');
  await runJobs(world);
  world.aws.objects.unavailable = undefined;
}

/** A file that no manifest names, and whose time has come. */
async function tidyUp(world: CloudWorld, sweep: () => Promise<unknown>): Promise<void> {
  const bucket = world.variable('LETTERLOCK_S3_BUCKET_DERIVED');
  const manifest = world.aws.objects.keys(bucket).find((key) => /^segments\/manifests\/.*\/all\.json$/.test(key)) ?? '';
  const unit = manifest.split('/')[2] ?? '';
  const left = `segments/data/${unit}/all/left.idx`;
  world.aws.objects.put(bucket, left, Buffer.from('left'));
  await world.tables.put('messages', {
    ...tidyingKey(unit, LONG_AGO, 'left'),
    version: 1,
    indexes: { list: tidyingListKey(unit, LONG_AGO) },
    data: { keys: [left] },
  });
  await sweep();
  await world.index();
  if (world.aws.objects.get(bucket, left)) throw new Error(`${left} was not tidied up`);
}
