import fs from 'node:fs';
import { dirname } from 'node:path';
import { DirectorySyncs } from './directory-syncs.ts';
import type { DiskAnswer, DiskOperation, Draft, FileFacts, Removal } from './disk-protocol.ts';
import { place } from './place.ts';
import { hasCode } from './syscalls.ts';

/** What is larger is not kept for reuse: it would hold its space. */
const MAX_SPARE_BYTES = 64n * 1024n;

/** Runs operations one after the other and answers each; they share the syncs of directories. Never throws. */
export function runOperations(operations: readonly DiskOperation[]): readonly DiskAnswer[] {
  const syncs = new DirectorySyncs();
  const answers = operations.map((operation) =>
    attempt(() => {
      const done = run(operation);
      syncs.add(done.syncs);
      return done;
    }),
  );
  return answers.map((done) => {
    if (!('syncs' in done)) return done;
    return attempt(() => {
      syncs.finish(done.syncs);
      return done.answer;
    });
  });
}

interface Done {
  readonly answer: DiskAnswer;
  /** The directories that have to be synced before it may be given. */
  readonly syncs: readonly string[];
}

function run(operation: DiskOperation): Done {
  switch (operation.kind) {
    case 'append':
      fs.closeSync(write(operation.draft));
      return done();
    case 'write':
      return done({ outcome: 'done', facts: finish(operation.draft) });
    case 'place': {
      const { outcome, syncs } = place(operation.from, operation.target);
      return { answer: { outcome }, syncs };
    }
    case 'create':
      return create(operation);
    case 'remove':
      return remove(operation.removal);
    case 'discard':
      discard(operation.path);
      return done();
    case 'sync':
      return done({ outcome: 'done' }, operation.directories);
  }
}

function create({ draft, target }: Extract<DiskOperation, { kind: 'create' }>): Done {
  const facts = finish(draft);
  try {
    const { outcome, syncs } = place(draft.path, target);
    return { answer: { outcome, facts }, syncs };
  } finally {
    discard(draft.path);
  }
}

/** Leaves nothing behind when it fails. */
function finish(draft: Draft): FileFacts {
  let descriptor: number | undefined;
  try {
    descriptor = write(draft);
    if (draft.modifiedAt !== undefined) fs.futimesSync(descriptor, draft.modifiedAt, draft.modifiedAt);
    fs.fsyncSync(descriptor);
    return factsOfStats(fs.fstatSync(descriptor, { bigint: true }));
  } catch (error) {
    discard(draft.path);
    throw error;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

const FLAGS = { new: 'wx', reuse: 'r+', append: 'a' } as const;

/** Answers the descriptor, which is the caller's to close. */
function write({ path, begin, bytes }: Draft): number {
  const descriptor = open(path, FLAGS[begin]);
  try {
    for (let at = 0; at < bytes.length; ) at += fs.writeSync(descriptor, bytes, at);
    if (begin === 'reuse') fs.ftruncateSync(descriptor, bytes.length);
    return descriptor;
  } catch (error) {
    fs.closeSync(descriptor);
    throw error;
  }
}

function open(path: string, flags: string): number {
  try {
    return fs.openSync(path, flags, 0o600);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') || flags !== FLAGS.new) throw error;
    fs.mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    return fs.openSync(path, flags, 0o600);
  }
}

function remove({ path, spare, prune, above }: Removal): Done {
  const answer: DiskAnswer = { outcome: takeAway(path, spare) ? 'spared' : 'done' };
  for (const directory of prune) {
    try {
      fs.rmdirSync(directory);
    } catch (error) {
      // A put that comes in between finds no directory and makes it again.
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST')) return { answer, syncs: [directory] };
      if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error;
    }
  }
  return { answer, syncs: [above] };
}

/** Answers whether it was kept. */
function takeAway(path: string, spare: string | undefined): boolean {
  try {
    const stats = spare === undefined ? undefined : fs.lstatSync(path, { bigint: true });
    if (spare === undefined || !stats?.isFile() || stats.size > MAX_SPARE_BYTES) {
      fs.unlinkSync(path);
      return false;
    }
    try {
      fs.renameSync(path, spare);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      fs.mkdirSync(dirname(spare), { recursive: true, mode: 0o700 });
      fs.renameSync(path, spare);
    }
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return false;
    throw error;
  }
}

/** What is left, the next start removes. */
function discard(path: string): void {
  try {
    fs.unlinkSync(path);
  } catch {
    // Gone already, or to be removed later.
  }
}

function factsOfStats(stats: fs.BigIntStats): FileFacts {
  return { isFile: stats.isFile(), size: stats.size, mtimeNs: stats.mtimeNs, ino: stats.ino };
}

function done(answer: DiskAnswer = { outcome: 'done' }, syncs: readonly string[] = []): Done {
  return { answer, syncs };
}

function attempt<Result>(run: () => Result): Result | DiskAnswer {
  try {
    return run();
  } catch (error) {
    const { message, code, syscall } = failureOf(error);
    return { outcome: 'failed', failure: { message, code, syscall } };
  }
}

function failureOf(error: unknown): { readonly message: string; readonly code: string; readonly syscall: string } {
  if (!(error instanceof Error)) return { message: String(error), code: 'UNKNOWN', syscall: '' };
  const code = 'code' in error ? String(error.code) : 'UNKNOWN';
  return { message: error.message, code, syscall: 'syscall' in error ? String(error.syscall) : '' };
}
