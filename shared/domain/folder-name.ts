import { MAX_FOLDER_BYTES } from './archive-folder.ts';

/** Folders that arrivals are filed in by their nature; nobody renames or removes them. */
const OWN_FOLDERS: readonly string[] = ['Inbox', 'Sent'];

/** What keeps people from naming a folder of an archive mailbox like this, or `undefined`. Levels stand between slashes. */
export function folderNameFault(name: string): string | undefined {
  if (new TextEncoder().encode(name).length > MAX_FOLDER_BYTES)
    return `a folder's name has at most ${MAX_FOLDER_BYTES} bytes`;
  if (!name.isWellFormed() || /\p{Cc}/u.test(name)) return "a folder's name is one line of well-formed Unicode";
  // Unicode, bidirectional controls and line separators: they make one name look like another.
  if (/[\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(name)) return "a folder's name does not turn the reading order";
  const levels = name.split('/');
  if (levels.some((level) => level === '')) return "a folder's name has no empty levels";
  if (levels.some((level) => level !== level.trim())) return "a folder's name has no blanks around its levels";
  return undefined;
}

/** The name as it is kept: the inbox is called `Inbox` however it is written (RFC 9051, 5.1). */
export function chosenFolder(name: string): string {
  return name.replace(/^inbox(?=$|\/)/i, 'Inbox');
}

/** Whether new mail is filed in it by its nature: then it stays, under this name. */
export function isOwnFolder(name: string): boolean {
  return OWN_FOLDERS.includes(name);
}

/** The name that `folder` gets where `from` is renamed to `to`: `undefined` where it is neither that nor below it. */
export function renamedFolder(folder: string, from: string, to: string): string | undefined {
  if (folder === from) return to;
  return folder.startsWith(`${from}/`) ? to + folder.slice(from.length) : undefined;
}
