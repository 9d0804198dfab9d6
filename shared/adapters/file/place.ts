import { dirname, join } from 'node:path';
import type { Directories } from './directories.ts';
import { hasCode } from './syscalls.ts';

/** How often a delete may remove the directory between its making and its use before that is no coincidence. */
const ATTEMPTS = 20;

interface Placing {
  readonly root: string;
  readonly directories: Directories;
  /** The path of a file. */
  readonly from: string;
  /** Its new path, from the root. */
  readonly to: string;
  /** `link` or `rename`. */
  readonly move: (from: string, to: string) => Promise<void>;
}

/** Gives a file its name, and makes the directories that lacks. Rejects with the system's error. */
export async function place({ root, directories, from, to, move }: Placing): Promise<void> {
  const path = join(root, to);
  for (let attempt = 1; ; attempt++) {
    try {
      return await move(from, path);
    } catch (error) {
      if (!hasCode(error, 'ENOENT') || attempt === ATTEMPTS) throw error;
    }
    await directories.make(dirname(to));
  }
}
