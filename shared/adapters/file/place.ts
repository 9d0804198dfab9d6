import { dirname, join } from 'node:path';
import { InvalidRequestError } from '../../errors.ts';
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

/**
 * Gives a file its name, and makes the directories that lacks. Rejects with the system's error, and with
 * `InvalidRequestError` where the name or one of the directories is taken by the other kind.
 */
export async function place(placing: Placing): Promise<void> {
  const { directories, to } = placing;
  // Most objects get a directory of their own: asking first would cost a call that fails.
  let isMissing = !directories.isKnown(dirname(to));
  for (let attempt = 1; ; attempt++) {
    try {
      if (isMissing) await makeDirectory(placing);
      return await attemptMove(placing);
    } catch (error) {
      if (!hasCode(error, 'ENOENT') || attempt === ATTEMPTS) throw error;
      isMissing = true;
    }
  }
}

async function attemptMove({ root, from, to, move }: Placing): Promise<void> {
  try {
    await move(from, join(root, to));
  } catch (error) {
    throw hasCode(error, 'EISDIR', 'ENOTDIR') ? mixed(to) : error;
  }
}

async function makeDirectory({ directories, to }: Placing): Promise<void> {
  try {
    await directories.make(dirname(to));
  } catch (error) {
    throw hasCode(error, 'EEXIST', 'ENOTDIR') ? mixed(to) : error;
  }
}

function mixed(key: string): InvalidRequestError {
  return new InvalidRequestError(`object key ${key} and another one are each other's directory`);
}
