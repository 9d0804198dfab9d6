import fs from 'node:fs';
import { dirname } from 'node:path';
import type { Target } from './disk-protocol.ts';
import { hasCode } from './syscalls.ts';

/** How often a delete may remove the directory between its making and its use before that is no coincidence. */
const ATTEMPTS = 20;

export interface Placed {
  /** As in `DiskAnswer`. */
  readonly outcome: 'done' | 'exists' | 'directory' | 'mixed';
  /** The directories to sync before anybody hears of it. */
  readonly syncs: readonly string[];
}

/** Gives the file `from` its name, and makes the directories that lacks. Throws the system's error. */
export function place(from: string, target: Target): Placed {
  const { path, root } = target;
  let { isNewDirectory: isMissing, syncs } = target;
  for (let attempt = 1; ; attempt++) {
    if (isMissing && !makeDirectory(dirname(path))) return { outcome: 'mixed', syncs: [] };
    try {
      if (target.move === 'link') fs.linkSync(from, path);
      else fs.renameSync(from, path);
      return { outcome: 'done', syncs };
    } catch (error) {
      // Whoever hears of an object relies on it: the put that made it may be waiting for its directory yet.
      if (hasCode(error, 'EEXIST'))
        return isDirectory(path) ? { outcome: 'directory', syncs: [] } : { outcome: 'exists', syncs };
      if (hasCode(error, 'EISDIR', 'ENOTDIR')) return { outcome: 'mixed', syncs: [] };
      if (!hasCode(error, 'ENOENT') || attempt === ATTEMPTS) throw error;
    }
    isMissing = true;
    syncs = directoriesUpTo(root, path);
  }
}

/** The directories above a path, deepest first, up to `root`, which is one of them. */
export function directoriesUpTo(root: string, path: string): readonly string[] {
  const directories = [dirname(path)];
  for (let at = dirname(path); at !== root; directories.push(at)) at = dirname(at);
  return directories;
}

/** Answers whether there is one now. */
function makeDirectory(path: string): boolean {
  try {
    fs.mkdirSync(path, { recursive: true, mode: 0o700 });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST', 'ENOTDIR')) return false;
    throw error;
  }
}

function isDirectory(path: string): boolean {
  return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
