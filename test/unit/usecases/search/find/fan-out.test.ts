import { describe, expect, test } from 'vitest';
import { StorageError } from '../../../../../shared/errors.ts';
import type {
  SearchTask,
  SearchTaskAnswer,
  SearchWorkers,
  WantedUnit,
} from '../../../../../shared/ports/search-workers.ts';
import type { FoundMessage, MatchedMessage } from '../../../../../shared/search/matching/results.ts';
import { fanOut, NOTHING, type WholeSearch } from '../../../../../shared/usecases/search/find/fan-out.ts';

const visibility = { sight: 'all', privateSight: 'all', hiddenBcc: false, withoutCovered: false } as const;
const units = (count: number): readonly WantedUnit[] =>
  Array.from({ length: count }, (_, n) => ({ mailboxId: `mb-${n}`, part: 'all', visibility }));
const search: WholeSearch = { query: { kind: 'everything' }, sort: 'newest', limit: 3, facets: true };
const logs = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The only message of a mailbox; the higher the number, the older. */
function match({ mailboxId, part }: WantedUnit): MatchedMessage {
  const n = Number(mailboxId.slice(3));
  return { position: [n], archiveId: `m-${n}`, mailboxId, part, segmentId: 's', document: 0 };
}

function shown({ archiveId, mailboxId }: MatchedMessage): FoundMessage {
  const at = '2026-01-01T00:00:00.000Z';
  const summary = { date: at, receivedAt: at, from: { address: 'a@b.c' }, to: [], subject: archiveId };
  return { archiveId, mailboxId, folder: 'Inbox', snippet: '', ...summary, sizeBytes: 1, hasAttachments: false };
}

/** Workers over mailboxes of one message each; `change` answers in their place. */
function workersWith(change: (task: SearchTask) => SearchTaskAnswer | undefined = () => undefined) {
  const tasks: SearchTask[] = [];
  const seen = { underWay: 0, most: 0 };
  const answer = (task: SearchTask): SearchTaskAnswer => {
    if (task.want === 'statistics') {
      return { statistics: { documents: task.units.length, words: 1, frequencies: [1] }, failed: [] };
    }
    if (task.want === 'messages') return { messages: (task.items ?? []).map(shown), failed: [] };
    const all = task.units.map(match);
    const items = all.slice(0, task.limit);
    const count = task.units.length;
    const searched = { segments: count, of: count };
    const result = { ...NOTHING, items, hasMore: all.length > items.length, total: count, searched };
    return { result, failed: [], ...(task.want === 'page' ? { messages: items.map(shown) } : {}) };
  };
  const workers: SearchWorkers = {
    atOnce: 2,
    unitsPerTask: 4,
    run: async (task) => {
      tasks.push(task);
      seen.underWay += 1;
      seen.most = Math.max(seen.most, seen.underWay);
      await Promise.resolve();
      seen.underWay -= 1;
      return change(task) ?? answer(task);
    },
  };
  return { workers, tasks, seen };
}

const run = (workers: SearchWorkers, count: number, asked = search, timeLeft = () => 60_000) =>
  fanOut({ workers, logs, timeLeft }, units(count), asked);
const ids = (messages: readonly FoundMessage[]) => messages.map(({ archiveId }) => archiveId);

describe('a search over units', () => {
  test('that are few is one task, with its page', async () => {
    const { workers, tasks } = workersWith();
    const { result, messages } = await run(workers, 4);
    expect(tasks.map(({ want }) => want)).toEqual(['page']);
    expect([result.total, ids(messages)]).toEqual([4, ['m-0', 'm-1', 'm-2']]);
  });

  test('that are many is shared out, never more at once than the workers take', async () => {
    const { workers, tasks, seen } = workersWith();
    const { result, messages, left, failed } = await run(workers, 30);
    expect([result.total, result.totalIsExact, result.hasMore, ids(messages)]).toEqual([
      30,
      true,
      true,
      ['m-0', 'm-1', 'm-2'],
    ]);
    expect(result.searched).toEqual({ segments: 30, of: 30 });
    expect([left, failed]).toEqual([[], []]);
    expect(seen.most).toBe(2);
    expect(Math.max(...tasks.map((task) => task.units.length))).toBe(4);
    // Texts are loaded for the page alone.
    expect(tasks.flatMap(({ items = [] }) => items)).toHaveLength(3);
  });

  test('by relevance is scored by all mail together', async () => {
    const { workers, tasks } = workersWith();
    const { result } = await run(workers, 10, { ...search, sort: 'relevance' });
    expect(tasks.filter(({ want }) => want === 'statistics')).toHaveLength(3);
    for (const { statistics } of tasks.filter(({ want }) => want === 'matches')) {
      expect(statistics).toMatchObject({ documents: 10, frequencies: [3] });
    }
    expect(result.total).toBe(10);
  });

  test('by relevance is scored as the page before was', async () => {
    const { workers, tasks } = workersWith();
    const statistics = { documents: 7, words: 7, frequencies: [7] };
    await run(workers, 10, { ...search, sort: 'relevance', statistics });
    expect(tasks.some(({ want }) => want === 'statistics')).toBe(false);
    expect(tasks[0]?.statistics).toEqual(statistics);
  });
});

describe('what fails', () => {
  test('is named, and the rest is found', async () => {
    const { workers } = workersWith((task) => {
      if (task.want === 'matches' && task.units.some(({ mailboxId }) => mailboxId === 'mb-5')) {
        throw new StorageError('a worker died');
      }
      return undefined;
    });
    const { result, failed, left, messages } = await run(workers, 10);
    expect(failed.map(({ mailboxId }) => mailboxId)).toEqual(['mb-4', 'mb-5', 'mb-6', 'mb-7']);
    expect(result).toMatchObject({ total: 6, totalIsExact: false, searched: { segments: 6, of: 10 } });
    expect(ids(messages)).toEqual(['m-0', 'm-1', 'm-2']);
    expect(left).toEqual([]);
  });

  test('while texts are loaded is named too', async () => {
    const { workers } = workersWith((task) => {
      if (task.want === 'messages') throw new StorageError('a worker died');
      return undefined;
    });
    const { failed, messages } = await run(workers, 10);
    expect(messages).toEqual([]);
    expect(failed.map(({ mailboxId }) => mailboxId)).toEqual(['mb-0', 'mb-1', 'mb-2']);
  });
});

describe('where time ends', () => {
  test('what was not begun is left', async () => {
    let timeLeft = 60_000;
    const { workers } = workersWith(() => {
      timeLeft = 0;
      return undefined;
    });
    const { result, done, left } = await run(workers, 20, search, () => timeLeft);
    expect(left.length).toBeGreaterThan(0);
    expect(done.total + left.length).toBe(20);
    expect(result).toMatchObject({ total: done.total, totalIsExact: false });
  });

  test('what was searched in part is shown, and searched again by whoever goes on', async () => {
    const notSearched = [{ mailboxId: 'mb-9', part: 'all', segmentId: 's' }];
    const { workers } = workersWith((task) => {
      if (task.want !== 'matches' || !task.units.some(({ mailboxId }) => mailboxId === 'mb-9')) return undefined;
      const [first] = task.units;
      const items = first ? [match(first)] : [];
      return { result: { ...NOTHING, items, total: 1, totalIsExact: false, notSearched }, failed: [] };
    });
    const { result, done, left } = await run(workers, 10);
    expect(result).toMatchObject({ total: 9, totalIsExact: false });
    expect(done.total).toBe(8);
    expect(left.map(({ mailboxId }) => mailboxId)).toEqual(['mb-8', 'mb-9']);
  });
});
