/** What the rules look at of a folder of a mail source. */
export interface SelectableFolder {
  /** Names from the top down, without the prefix of the personal namespace; INBOX in capitals. */
  readonly path: readonly string[];
  /** RFC 6154, lower case, without backslash. */
  readonly specialUse?: string;
  readonly isPersonal: boolean;
  readonly isSelectable: boolean;
}

/** Which folders a profile fetches. Patterns are described at `matches`. */
export interface FolderSelection {
  /** Empty: all that is not left out by default. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Folders of other users and shared ones too. */
  readonly shared: boolean;
}

/** Why a folder is not fetched. */
export type LeftOut = 'not_selectable' | 'excluded' | 'not_included' | 'shared' | 'by_default';

/** Uses whose folders are left out unless a profile includes them by name: nobody has sent or received what is there. */
const DEFAULT_USES = ['junk', 'drafts'];

/** What servers without special-use call the folder of unwanted mail. Top-level names only, as below. */
const JUNK_NAMES: ReadonlySet<string> = new Set([
  ...['junk', 'junk e-mail', 'junk email', 'spam', 'bulk mail', 'junk-e-mail', 'courrier indésirable'],
  ...['correo no deseado', 'posta indesiderata', 'ongewenste e-mail'],
]);

/**
 * Names by which servers without special-use call what is left out, and what Exchange shows of a mailbox by IMAP that
 * is no mail; English, German, French, Spanish, Italian, Dutch. Top-level names only.
 */
const DEFAULT_NAMES: ReadonlySet<string> = new Set([
  ...JUNK_NAMES,
  ...['drafts', 'draft', 'entwürfe', 'brouillons', 'borradores', 'bozze', 'concepten'],
  ...['contacts', 'kontakte', 'contactos', 'contatti', 'contactpersonen'],
  ...['calendar', 'kalender', 'calendrier', 'calendario', 'agenda'],
  ...['tasks', 'aufgaben', 'tâches', 'tareas', 'attività', 'taken'],
  ...['notes', 'notizen', 'notas', 'note', 'notities'],
  ...['journal', 'diario', 'logboek'],
]);

const TRASH_NAMES: ReadonlySet<string> = new Set([
  ...['trash', 'deleted items', 'deleted messages', 'deleted', 'bin', 'papierkorb', 'gelöschte elemente'],
  ...['gelöschte objekte', 'corbeille', 'éléments supprimés', 'elementos eliminados', 'cestino', 'posta eliminata'],
]);

/** Whether a folder is left out, and why; `undefined` where it is fetched. */
export function leftOut(folder: SelectableFolder, selection: FolderSelection): LeftOut | undefined {
  if (!folder.isSelectable) return 'not_selectable';
  if (selection.exclude.some((pattern) => matches(folder, pattern))) return 'excluded';
  const included = selection.include.filter((pattern) => matches(folder, pattern));
  if (selection.include.length > 0 && included.length === 0) return 'not_included';
  // What is named, and not just swept up by a star, is meant.
  if (included.some((pattern) => !/^[*/]*$/.test(pattern))) return undefined;
  if (!folder.isPersonal && !selection.shared) return 'shared';
  return isLeftOutByDefault(folder) ? 'by_default' : undefined;
}

/** Whether it is what the server, or custom, calls the folder of unwanted mail. */
export function isJunk({ path, specialUse }: Pick<SelectableFolder, 'path' | 'specialUse'>): boolean {
  return specialUse === 'junk' || (specialUse === undefined && JUNK_NAMES.has(topName(path)));
}

/** Whether it is what the server, or custom, calls the folder of deleted mail. */
export function isTrash({ path, specialUse }: Pick<SelectableFolder, 'path' | 'specialUse'>): boolean {
  return specialUse === 'trash' || (specialUse === undefined && TRASH_NAMES.has(topName(path)));
}

/** Also never deleted from. */
export function isLeftOutByDefault({ path, specialUse }: SelectableFolder): boolean {
  if (specialUse !== undefined) return DEFAULT_USES.includes(specialUse);
  return DEFAULT_NAMES.has(topName(path));
}

/**
 * Whether a pattern names a folder. `\Sent` names special-use folders; anything else is compared with the path, joined
 * by slashes, in any case: `*` stands for anything, `?` for one character. A pattern names the folders below, too.
 */
export function matches({ path, specialUse }: SelectableFolder, pattern: string): boolean {
  if (pattern.startsWith('\\')) return specialUse === pattern.slice(1).toLowerCase();
  const wanted = folded(pattern).replace(/\/+$/, '');
  const joined = folded(path.join('/'));
  return isLike(joined, wanted) || isLike(joined, `${wanted}/*`);
}

/** Wildcards without backtracking: a hostile name must not take time. */
function isLike(text: string, pattern: string): boolean {
  let at = 0;
  let wantedAt = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = pattern[wantedAt];
    if (wanted === '*') {
      star = wantedAt;
      wantedAt += 1;
      resume = at;
    } else if (wanted === '?' || wanted === text[at]) {
      at += 1;
      wantedAt += 1;
    } else if (star >= 0) {
      wantedAt = star + 1;
      resume += 1;
      at = resume;
    } else {
      return false;
    }
  }
  while (pattern[wantedAt] === '*') wantedAt += 1;
  return wantedAt === pattern.length;
}

/** The top-level name, also below INBOX, where some servers keep all folders. */
function topName([first = '', ...rest]: readonly string[]): string {
  return folded(first === 'INBOX' && rest.length === 1 ? (rest[0] ?? '') : rest.length === 0 ? first : '');
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
