import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../../infra/local/settings.ts';
import { openStores } from '../../../infra/local/stores.ts';
import { noDns } from '../../../shared/adapters/system/no-dns.ts';
import { arrivalKey } from '../../../shared/domain/archive-id.ts';
import type { Item } from '../../../shared/ports/tables.ts';
import { sha256Hex } from '../../../shared/usecases/arrival-id.ts';
import { createConfigurationContext } from '../../../shared/usecases/configuration-context.ts';
import { runPurgingJob } from '../../../shared/usecases/deletion/run-purging-job.ts';
import { proofKeys } from '../../../shared/usecases/deletion/signing-key.ts';
import { startRetention } from '../../../shared/usecases/deletion/start-retention.ts';
import { bookDirectory } from '../../../shared/usecases/filing/book-directory.ts';
import { inProcessExtractor } from '../../../shared/usecases/in-process-extractor.ts';
import { getJob } from '../../../shared/usecases/jobs/jobs.ts';
import { createMailbox } from '../../../shared/usecases/mailboxes/create-mailbox.ts';
import {
  candidateDayKey,
  dayListKey,
  filingKey,
  folderListKey,
  recordKey,
} from '../../../shared/usecases/message-keys.ts';
import { createPolicy } from '../../../shared/usecases/retention/change-policies.ts';
import { messageJudge } from '../../../shared/usecases/retention/judge-message.ts';
import { PolicyBook } from '../../../shared/usecases/retention/policy-book.ts';
import { createIndexContext } from '../../../shared/usecases/search/index/index-context.ts';

const DAY_MS = 24 * 60 * 60_000;
/** One message in a hundred expires; those stand on days with as many others that stay. */
const EXPIRING_SHARE = 0.01;
const BATCH = 1_000;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Messages as filing leaves them in the tables (with a small object each where they expire), on files and SQLite: what
 * a retention job decides and purges a second, and what the next one costs that has nothing to do.
 */
export async function purgeFigures(messages: number): Promise<object> {
  const dataDir = await mkdtemp(join(tmpdir(), 'letterlock-bench-'));
  const { stores } = readSettings({ LETTERLOCK_DATA_DIR: dataDir });
  const { ports, close } = await openStores(dataDir, silent, { dns: noDns, stores });
  try {
    const configuration = createConfigurationContext(ports, { journalDomain: 'journal.test' });
    const { mailboxId } = await createMailbox(configuration, { name: 'm', primaryAddress: 'm@x.test' });
    const expiring = Math.max(1, Math.round(messages * EXPIRING_SHARE));
    const now = Date.now();
    await fill(ports, mailboxId, messages, expiring, now);
    const context = {
      ports,
      directory: bookDirectory(configuration),
      policies: new PolicyBook(ports),
      ...messageJudge(createIndexContext({ ...ports, extractor: inProcessExtractor }, configuration)),
      proof: await proofKeys(ports),
      archive: 'bench',
    };
    const terms = { priority: 0, countedFrom: 'archived' } as const;
    await createPolicy(ports, {
      ...terms,
      name: 'old',
      maximum: { years: 1 },
      conditions: { senders: ['old@x.test'] },
    });
    const run = async () => {
      const { jobId } = await startRetention(ports);
      const began = performance.now();
      await runPurgingJob(context, jobId);
      const seconds = (performance.now() - began) / 1_000;
      return { ...(await getJob(ports, jobId)).data.details, seconds: Math.round(seconds * 1_000) / 1_000 };
    };
    const first = await run();
    const second = await run();
    await createPolicy(ports, {
      ...terms,
      name: 'none',
      maximum: { years: 1 },
      conditions: { senders: ['nobody@x.test'] },
    });
    const decisionsOnly = await run();
    const perSecond = (count: number | undefined, seconds: number) => Math.round((count ?? 0) / seconds);
    return {
      messages,
      expiring,
      first,
      purgesPerSecond: perSecond('purged' in first ? Number(first.purged) : 0, first.seconds),
      again: second,
      decisionsOnly,
      decisionsPerSecond: perSecond(
        'decided' in decisionsOnly ? Number(decisionsOnly.decided) : 0,
        decisionsOnly.seconds,
      ),
    };
  } finally {
    await close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

type BenchPorts = Awaited<ReturnType<typeof openStores>>['ports'];

/** Those that expire, and as many others, were archived two years ago; all others lately. */
async function fill(
  ports: BenchPorts,
  mailboxId: string,
  messages: number,
  expiring: number,
  now: number,
): Promise<void> {
  let items: Item[] = [];
  for (let n = 0; n < messages; n += 1) {
    const isOld = n < expiring * 2;
    const archivedAt = new Date(now - (isOld ? 730 + (n % 10) : n % 300) * DAY_MS).toISOString();
    const archiveId = `1-${sha256Hex(`message ${n}`)}`;
    items.push(...itemsOf(archiveId, mailboxId, archivedAt, n < expiring ? 'old@x.test' : 'new@x.test'));
    if (n < expiring) await ports.archive.put(arrivalKey(archiveId, 'a'), Buffer.alloc(2_000, n));
    if (items.length < BATCH) continue;
    await ports.tables.batchPut('messages', items);
    items = [];
  }
  await ports.tables.batchPut('messages', items);
}

function itemsOf(archiveId: string, mailboxId: string, archivedAt: string, address: string): readonly Item[] {
  const summary = {
    date: archivedAt,
    receivedAt: archivedAt,
    from: { address },
    to: [],
    subject: 's',
    sizeBytes: 2_000,
    hasAttachments: false,
  };
  const first = {
    arrivalId: 'a',
    contentHash: '0',
    arrivalHash: '0',
    sizeBytes: 2_000,
    receivedAt: archivedAt,
    versionId: 'null',
  };
  const record = { state: 'live', archivedAt, first, summary, retention: {} };
  const filing = { mailboxId, originFolder: 'Inbox', folder: 'Inbox', basis: 'header', arrivalId: 'a', summary };
  const place = { mailboxId, folder: 'Inbox', listShards: 1, sortDate: archivedAt, archiveId, originFolder: 'Inbox' };
  return [
    { ...recordKey(archiveId), version: 1, indexes: { list: dayListKey(archivedAt, archiveId) }, data: record },
    { ...filingKey(archiveId, mailboxId, 'Inbox'), version: 1, indexes: { list: folderListKey(place) }, data: filing },
    { ...candidateDayKey('a', archivedAt.slice(0, 10)), version: 1, data: {} },
  ];
}
