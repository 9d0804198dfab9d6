import { archiveFolder } from './archive-folder.ts';
import { isJunk, isTrash } from './folder-selection.ts';

/** A folder of a live mailbox that a message lies in. */
export interface LiveFolder {
  /** Names from the top down, without the prefix of the personal namespace; INBOX in capitals. */
  readonly path: readonly string[];
  /** RFC 6154, lower case, without backslash. */
  readonly specialUse?: string;
}

/** How the folders of an archive mailbox follow those of a live one. */
export interface FollowRules {
  /** Whether the folders of deleted and unwanted mail count as any other. */
  readonly mirrorTrash: boolean;
  /** Folder of the archive mailbox that all lie below. */
  readonly prefix?: string;
  /** Path of the folder of sent mail, where the server does not say which it is. */
  readonly sentFolder?: string;
  /** Hexadecimal digits of a text, for names that are too long. */
  readonly hash: (text: string) => string;
}

/** Views of mail that lies elsewhere (RFC 6154, 2). */
const VIEWS: ReadonlySet<string> = new Set(['all', 'flagged']);

/**
 * The folders of the archive mailbox that a message belongs in by the live folders it lies in, each once, in order. Empty
 * where it has no place of its own: then it stays where it is.
 */
export function wantedFolders(live: readonly LiveFolder[], rules: FollowRules): readonly string[] {
  const own = live.filter(({ specialUse }) => !VIEWS.has(specialUse ?? ''));
  // What lies in a view alone (Gmail's archived mail) lies there.
  const places = own.length > 0 ? own : live;
  const kept = places.filter((folder) => rules.mirrorTrash || !(isTrash(folder) || isJunk(folder)));
  return [...new Set(kept.map((folder) => archiveFolder(folder, rules)))].toSorted();
}
