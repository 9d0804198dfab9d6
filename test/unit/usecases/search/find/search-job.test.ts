import { beforeEach, describe, expect, test } from 'vitest';
import { createManualClock } from '../../../../../shared/adapters/memory/memory-clock.ts';
import { createSeededEntropy } from '../../../../../shared/adapters/memory/memory-entropy.ts';
import { createMemoryObjectStore } from '../../../../../shared/adapters/memory/memory-object-store.ts';
import { createMemorySecrets } from '../../../../../shared/adapters/memory/memory-secrets.ts';
import { createMemoryTables } from '../../../../../shared/adapters/memory/memory-tables.ts';
import { createMemoryQueue } from '../../../../../shared/adapters/memory/queue.ts';
import type { Mailbox } from '../../../../../shared/domain/mailbox.ts';
import type { Caller } from '../../../../../shared/domain/session.ts';
import { NotFoundError } from '../../../../../shared/errors.ts';
import type { SearchTask, SearchWorkers } from '../../../../../shared/ports/search-workers.ts';
import type { FoundMessage } from '../../../../../shared/search/matching/results.ts';
import { getJob } from '../../../../../shared/usecases/jobs/jobs.ts';
import { NOTHING } from '../../../../../shared/usecases/search/find/fan-out.ts';
import { createMailSearch, type MailSearch } from '../../../../../shared/usecases/search/find/mail-search.ts';
import type { SearchQuestion } from '../../../../../shared/usecases/search/find/plan-search.ts';
import { runSearchJob } from '../../../../../shared/usecases/search/find/search-job.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const MAILBOXES = 10;
const ann: Caller = { userId: 'u-ann', userName: 'ann', privileges: ['login'], sessionId: '1' };
const bob: Caller = { userId: 'u-bob', userName: 'bob', privileges: ['login'], sessionId: '2' };
const question: SearchQuestion = { q: 'plum', sort: 'newest', limit: 5 };

let ports: ReturnType<typeof createPorts>;
/** Ids of the mailboxes that both may read. */
let readable: string[];
let search: MailSearch;
let budgetMs: number;
/** How many tasks are answered before time ends. */
let tasks: number;

function createPorts() {
  const clock = createManualClock(NOW);
  const entropy = createSeededEntropy('search job');
  const quiet = () => undefined;
  return {
    tables: createMemoryTables(),
    derived: createMemoryObjectStore({ clock }),
    queue: createMemoryQueue(),
    secrets: createMemorySecrets(entropy),
    clock,
    entropy,
    logs: { info: quiet, warn: quiet, error: quiet },
  };
}

function mailbox(mailboxId: string): Mailbox {
  return { mailboxId, name: mailboxId, secondaryAddresses: [], listShards: 1, createdAt: '' };
}

/** The only message of a mailbox. */
function message(mailboxId: string): FoundMessage {
  const at = NOW.toISOString();
  const summary = { date: at, receivedAt: at, from: { address: 'a@b.c' }, to: [], subject: mailboxId };
  return {
    archiveId: `of-${mailboxId}`,
    mailboxId,
    folder: 'Inbox',
    snippet: '',
    ...summary,
    sizeBytes: 1,
    hasAttachments: false,
  };
}

/** Two units a task, each of one message; what would come after `tasks` of them has no time. */
const workers: SearchWorkers = {
  atOnce: 1,
  unitsPerTask: 2,
  run: async (task: SearchTask) => {
    if (task.want === 'messages')
      return { messages: (task.items ?? []).map((item) => message(item.mailboxId)), failed: [] };
    tasks -= 1;
    const names = task.units.map(({ mailboxId, part }) => ({ mailboxId, part, segmentId: 's' }));
    if (tasks < 0) return { result: { ...NOTHING, totalIsExact: false, notSearched: names }, failed: [] };
    const items = names.map((name) => {
      return { ...name, position: [Number(name.mailboxId.slice(3))], archiveId: `of-${name.mailboxId}`, document: 0 };
    });
    const count = items.length;
    const result = {
      ...NOTHING,
      items: items.slice(0, task.limit),
      total: count,
      searched: { segments: count, of: count },
    };
    const messages = task.want === 'page' ? { messages: items.map((item) => message(item.mailboxId)) } : {};
    return { result, ...messages, failed: [] };
  },
};

beforeEach(() => {
  ports = createPorts();
  readable = Array.from({ length: MAILBOXES }, (_, n) => `mb-${n}`);
  budgetMs = 60_000;
  tasks = Number.POSITIVE_INFINITY;
  search = createMailSearch({
    ports,
    configuration: {
      access: { readableBy: async () => readable } as never,
      addresses: { mailbox: async (id: string) => mailbox(id), all: async () => readable.map(mailbox) } as never,
      compliance: {} as never,
    },
    workers,
    reader: { listUnits: async ({ mailboxId }) => [{ mailboxId, part: 'all' }] },
    filingsOf: async (archiveId) => [
      {
        mailboxId: archiveId.slice(3),
        folder: 'Inbox',
        originFolder: 'Inbox',
        basis: 'header',
        receivedAt: NOW.toISOString(),
      },
    ],
    repair: async () => undefined,
    budgetMs,
  });
});

const run = (jobId: string, mayGoOn = () => true) => runSearchJob({ ports, workers }, jobId, mayGoOn);
const found = (jobId: string, caller = ann, limit = 50, cursor?: string) =>
  search.found(caller, jobId, cursor === undefined ? { limit } : { limit, cursor });

describe('a search that has no time to end', () => {
  test('answers what it found, and goes on as a job that finds the rest', async () => {
    tasks = 3;
    const page = await search.find(ann, question);
    expect(page).toMatchObject({ total: 6, totalIsExact: false });
    const jobId = page.jobId ?? '';
    expect((await getJob(ports, jobId)).data).toMatchObject({ kind: 'search', state: 'queued' });
    expect(await found(jobId)).toMatchObject({
      total: 6,
      totalIsExact: false,
      jobId,
      searched: { segments: 6, of: 10 },
    });
    tasks = Number.POSITIVE_INFINITY;
    expect(await run(jobId)).toMatchObject({ isDone: true, details: { found: 10, left: 0 } });
    const done = await found(jobId);
    expect(done).toMatchObject({ total: 10, totalIsExact: true, searched: { segments: 10, of: 10 } });
    expect(done.items.map(({ mailboxId }) => mailboxId)).toEqual(readable.slice(0, question.limit));
    expect(done).not.toHaveProperty('jobId');
  });
});

describe('a search begun as a job', () => {
  let jobId: string;
  beforeEach(async () => {
    ({ jobId } = await search.start(ann, question));
  });

  test('has found nothing yet', async () => {
    expect(await found(jobId)).toMatchObject({ items: [], total: 0, totalIsExact: false, jobId });
  });

  test('goes on slice by slice, and can be read in between', async () => {
    let steps = 1;
    expect(await run(jobId, () => steps-- > 0)).toMatchObject({ isDone: false });
    expect(await found(jobId)).toMatchObject({ total: 2, totalIsExact: false, jobId });
    expect(await run(jobId)).toMatchObject({ isDone: true });
    expect((await found(jobId)).items).toHaveLength(MAILBOXES);
  });

  test('is read page by page', async () => {
    await run(jobId);
    const first = await found(jobId, ann, 6);
    const second = await found(jobId, ann, 6, first.cursor);
    expect([...first.items, ...second.items].map(({ mailboxId }) => mailboxId)).toEqual(readable);
    expect(second).not.toHaveProperty('cursor');
    await expect(found(jobId, ann, 6, 'x')).rejects.toThrow('cursor');
  });

  test('names what cannot be searched, and ends all the same', async () => {
    tasks = 0;
    const { isDone, details } = await run(jobId);
    expect([isDone, details.faults]).toEqual([true, MAILBOXES]);
    expect((await found(jobId)).searched.failed).toEqual(readable);
  });

  test('is nobody else’s to read', async () => {
    await run(jobId);
    await expect(found(jobId, bob)).rejects.toThrow(NotFoundError);
    await expect(found('job-../../../x')).rejects.toThrow(NotFoundError);
    await expect(found('job-0')).rejects.toThrow(NotFoundError);
  });

  test('is no longer to be read once a mailbox is', async () => {
    await run(jobId);
    readable = readable.slice(1);
    await expect(found(jobId)).rejects.toThrow(NotFoundError);
  });
});
