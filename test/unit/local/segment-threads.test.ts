import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSegmentThread, type SegmentThread } from '../../../infra/local/segment-threads.ts';
import { openFileObjectStore } from '../../../shared/adapters/file/file-object-store.ts';
import { systemClock } from '../../../shared/adapters/system/system-clock.ts';
import { DamagedSegmentError } from '../../../shared/errors.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';
import type { NewSegment } from '../../../shared/ports/segment-writer.ts';
import { inProcessSegments } from '../../../shared/usecases/search/index/in-process-segments.ts';
import { filesOf } from '../../../shared/usecases/search/index/segment-files.ts';
import { UnitReader } from '../../../shared/usecases/search/read/unit-reader.ts';
import { mail } from '../search/segments/arbitrary-document.ts';

const unit = { mailboxId: 'mb-1', part: 'all' };
const named = (segmentId: string): NewSegment => ({ unit, segmentId });
const LETTERS = [mail('a', { texts: [{ field: 'body', text: 'one word' }] }), mail('b', { texts: [] })];

let dataDir: string;
let derived: ObjectStore;
let thread: SegmentThread;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'segment-threads-'));
  derived = await openFileObjectStore({ root: join(dataDir, 'objects', 'derived') });
  thread = createSegmentThread(dataDir, { s3: undefined });
});
afterEach(async () => {
  await thread.close();
  await rm(dataDir, { recursive: true });
});

test('what the thread builds and merges is what this process would, and is there for others', async () => {
  const ports = { derived, clock: systemClock };
  const here = inProcessSegments(ports, new UnitReader(ports));
  const one = await thread.segments.build(named('one'), LETTERS);
  const two = await thread.segments.build(named('two'), [mail('c', {})]);
  expect(await here.build(named('here'), LETTERS)).toEqual({ ...one, segmentId: 'here' });
  const merged = await thread.segments.merge(named('merged'), [one, two]);
  expect(await here.merge(named('here-too'), [one, two])).toEqual({ ...merged, segmentId: 'here-too' });
  const opened = await new UnitReader(ports).openSegment(unit, merged);
  expect(new Set(await opened.archiveIds([0, 1, 2]))).toEqual(new Set(['a', 'b', 'c']));
  expect(await thread.segments.isReadable(unit, merged)).toBe(true);
});

test('it finds that a segment is damaged, and says which', async () => {
  const one = await thread.segments.build(named('one'), LETTERS);
  const two = await thread.segments.build(named('two'), [mail('c', {})]);
  const [index = ''] = filesOf(unit, two);
  await derived.delete(index);
  const merging = thread.segments.merge(named('merged'), [one, two]);
  await expect(merging).rejects.toMatchObject({ name: DamagedSegmentError.name, segmentId: 'two' });
  expect(await thread.segments.isReadable(unit, two)).toBe(false);
  expect(await thread.segments.isReadable(unit, one)).toBe(true);
});

test('a directory that others removed meanwhile is made again', async () => {
  const one = await thread.segments.build(named('one'), LETTERS);
  for (const key of filesOf(unit, one)) await derived.delete(key);
  const two = await thread.segments.build(named('two'), LETTERS);
  for (const key of filesOf(unit, two)) expect(await derived.head(key)).toBeDefined();
});
