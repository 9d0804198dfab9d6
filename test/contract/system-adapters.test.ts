import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../shared/adapters/memory/memory-clock.ts';
import { createSeededEntropy } from '../../shared/adapters/memory/memory-entropy.ts';
import { createMemoryEvents } from '../../shared/adapters/memory/memory-events.ts';
import { cryptoEntropy } from '../../shared/adapters/system/crypto-entropy.ts';
import { createJsonLogSink, type LogLevel, parseLogLevel } from '../../shared/adapters/system/json-log-sink.ts';
import { systemClock } from '../../shared/adapters/system/system-clock.ts';
import { NotFoundError, StorageError } from '../../shared/errors.ts';

describe.each([
  ['crypto', () => cryptoEntropy],
  ['seeded', () => createSeededEntropy('a')],
])('Entropy: %s', (_name, create) => {
  test.each([0, 1, 16, 32, 33, 100])('gives %j bytes, other ones each time', (count) => {
    const entropy = create();
    const first = entropy.bytes(count);
    expect(first).toHaveLength(count);
    if (count >= 16) expect(entropy.bytes(count)).not.toEqual(first);
  });
});

test('seeded entropy depends on the seed only', () => {
  expect(createSeededEntropy('a').bytes(40)).toEqual(createSeededEntropy('a').bytes(40));
  expect(createSeededEntropy('a').bytes(40)).not.toEqual(createSeededEntropy('b').bytes(40));
});

test('the clocks tell the time, each its own', () => {
  expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(1000);
  const clock = createManualClock(new Date(1000));
  clock.now().setTime(5);
  clock.advance(500);
  expect(clock.now()).toEqual(new Date(1500));
  clock.set(new Date(7));
  expect(clock.now()).toEqual(new Date(7));
});

test('memory events keep what was published', async () => {
  const events = createMemoryEvents();
  const event = { type: 'jobFinished', at: new Date(0), detail: { jobId: 'x' } } as const;
  await events.publish(event);
  expect(events.published).toEqual([event]);
});

describe('LogSink: JSON lines', () => {
  const logged = (level: LogLevel = 'info') => {
    const lines: string[] = [];
    const clock = createManualClock(new Date(0));
    return { lines, sink: createJsonLogSink({ level, clock, write: (line) => lines.push(line) }) };
  };

  test('writes one line each, with time, level and event, which fields do not change', () => {
    const { lines, sink } = logged();
    sink.info('archived', { archiveId: 'x', text: 'a\nb', level: 'fake' });
    expect(lines).toEqual([
      '{"at":"1970-01-01T00:00:00.000Z","level":"info","event":"archived","archiveId":"x","text":"a\\nb"}\n',
    ]);
  });

  test('leaves out what is below the level', () => {
    const { lines, sink } = logged('warn');
    sink.info('a');
    sink.warn('b');
    sink.error('c');
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(['b', 'c']);
    const silent = logged('silent');
    silent.sink.error('c');
    expect(silent.lines).toEqual([]);
  });

  test('shows the stack of unexpected errors only, and causes', () => {
    const { lines, sink } = logged();
    sink.error('a', { error: new StorageError('put', { cause: new TypeError('disk') }) });
    sink.error('b', { error: new NotFoundError('message') });
    const [first, second] = lines.map((line) => JSON.parse(line).error);
    expect(first).toMatchObject({ name: 'StorageError', code: 'storage_failed', message: 'storage failed: put' });
    expect(first).not.toHaveProperty('stack');
    expect(first.cause).toMatchObject({ name: 'TypeError', message: 'disk', stack: expect.any(String) });
    expect(second).toEqual({ name: 'NotFoundError', code: 'not_found', message: 'message not found' });
  });

  test('never throws', () => {
    const { lines, sink } = logged();
    const circular: Record<string, unknown> = { size: 1n };
    sink.info('big', circular);
    circular.self = circular;
    sink.info('circular', circular);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { size: '1' },
      { event: 'circular', unwritable: true },
    ]);
  });

  test('levels have names', () => {
    expect(parseLogLevel('warn')).toBe('warn');
    expect(parseLogLevel('loud')).toBeUndefined();
  });
});
