import fs from 'node:fs';

// For what a disk thread need not do. The callback API: a `FileHandle` costs about twice the CPU of a descriptor per call.

/** Opens `path`; the descriptor is the caller's to close with `fs.closeSync`. Rejects with the system's error, as all here. */
export function open(path: string, flags: string, mode?: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.open(path, flags, mode, (error, descriptor) => (error ? reject(error) : resolve(descriptor)));
  });
}

/** Reads `length` bytes from `position`, fewer only at the end of the file. */
export async function read(descriptor: number, position: number, length: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const count = await readSome(descriptor, buffer, filled, position + filled);
    if (count === 0) return buffer.subarray(0, filled);
    filled += count;
  }
  return buffer;
}

export function unlink(path: string): Promise<void> {
  return call((done) => fs.unlink(path, done));
}

/** Creates a directory and those above it; answers the first it created, or `undefined`. */
export function makeDirectories(path: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    fs.mkdir(path, { recursive: true, mode: 0o700 }, (error, first) => (error ? reject(error) : resolve(first)));
  });
}

/** Answers `undefined` where there is nothing of that name. */
export function stat(path: string): Promise<fs.BigIntStats | undefined> {
  return new Promise((resolve, reject) => {
    fs.stat(path, { bigint: true }, (error, stats) => {
      if (error === null) resolve(stats);
      else if (hasCode(error, 'ENOENT', 'ENOTDIR')) resolve(undefined);
      else reject(error);
    });
  });
}

/** Answers no entries where there is no such directory. */
export function readDirectory(path: string): Promise<readonly fs.Dirent[]> {
  return new Promise((resolve, reject) => {
    fs.readdir(path, { withFileTypes: true }, (error, entries) => {
      if (error === null) resolve(entries);
      else if (hasCode(error, 'ENOENT', 'ENOTDIR')) resolve([]);
      else reject(error);
    });
  });
}

/** Whether `error` is a failed system call with one of the codes; with none given, with any. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return false;
  return codes.length === 0 || codes.some((code) => code === error.code);
}

function call(run: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => run((error) => (error ? reject(error) : resolve())));
}

function readSome(descriptor: number, buffer: Buffer, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.read(descriptor, buffer, offset, buffer.length - offset, position, (error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
}
