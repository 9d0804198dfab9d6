import { join } from 'node:path';
import type { ObjectFacts, ObjectKey } from '../../ports/object-store.ts';
import { factsOf } from './object-facts.ts';
import { readDirectory, stat } from './syscalls.ts';

/** Files looked at together: hides the latency of the disk without holding a directory's facts. */
const STATS_IN_FLIGHT = 64;

interface Entry {
  /** Key of the object, or the start of all keys in the directory, with its slash. */
  readonly path: string;
  readonly isDirectory: boolean;
}

/**
 * The objects of a store directory whose key starts with `prefix` and stands behind `after`, in the order
 * of the keys' bytes. Holds the names of one directory per level. Throws the system's error.
 */
export async function* listObjects(root: string, prefix: string, after: ObjectKey): AsyncGenerator<ObjectFacts> {
  yield* listBelow(root, prefix.slice(0, prefix.lastIndexOf('/') + 1), prefix, after);
}

async function* listBelow(
  root: string,
  directory: string,
  prefix: string,
  after: ObjectKey,
): AsyncGenerator<ObjectFacts> {
  let files: string[] = [];
  for (const { path, isDirectory } of await entriesOf(root, directory, prefix, after)) {
    if (!isDirectory) files.push(path);
    if (!isDirectory && files.length < STATS_IN_FLIGHT) continue;
    yield* await factsOfAll(root, files);
    files = [];
    if (isDirectory) yield* listBelow(root, path, prefix, after);
  }
  yield* await factsOfAll(root, files);
}

/** In key order: keys are ASCII, and a directory sorts with its slash, as the keys in it do. */
async function entriesOf(root: string, directory: string, prefix: string, after: ObjectKey): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const entry of await readDirectory(join(root, directory))) {
    if (entry.name.startsWith('.')) continue;
    const isDirectory = entry.isDirectory();
    const path = `${directory}${entry.name}${isDirectory ? '/' : ''}`;
    const isWanted = isDirectory ? mayHold(path, prefix, after) : path.startsWith(prefix) && path > after;
    if (isWanted) entries.push({ path, isDirectory });
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function mayHold(directory: string, prefix: string, after: ObjectKey): boolean {
  if (!directory.startsWith(prefix) && !prefix.startsWith(directory)) return false;
  return directory > after || after.startsWith(directory);
}

async function factsOfAll(root: string, keys: readonly ObjectKey[]): Promise<readonly ObjectFacts[]> {
  const stats = await Promise.all(keys.map((key) => stat(join(root, key))));
  return keys.flatMap((key, i) => {
    const found = stats[i];
    return found?.isFile() ? [factsOf(key, found)] : [];
  });
}
