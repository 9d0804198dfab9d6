/** Where mail lies that came, and that was sent, until somebody moves it. */
export const INBOX = 'Inbox';
export const SENT = 'Sent';

/** A folder of an archive mailbox is part of keys of at most 1,024 bytes. */
export const MAX_FOLDER_BYTES = 600;
/** How much of a longer name stays readable in front of what tells it from others. */
const READABLE_BYTES = 560;

/** What the rules look at. */
interface NamedFolder {
  readonly path: readonly string[];
  readonly specialUse?: string;
}

/**
 * The folder of an archive mailbox that a folder of a source belongs to: names joined by slashes. INBOX is `Inbox`, and
 * what the source calls the folder of sent mail `Sent`, as for journaled mail, so that one message has one filing.
 * `hash` gives hexadecimal digits of a text; they tell names apart that are too long to be kept whole.
 */
export function archiveFolder(
  { path, specialUse }: NamedFolder,
  options: { readonly prefix?: string; readonly sentFolder?: string; readonly hash: (text: string) => string },
): string {
  const joined = path.map(withoutSlash).join('/');
  const isSent = specialUse === 'sent' || (options.sentFolder !== undefined && joined === options.sentFolder);
  const name = isSent ? 'Sent' : joined.replace(/^INBOX(?=$|\/)/, 'Inbox');
  const prefix = options.prefix?.replace(/^\/+|\/+$/g, '') ?? '';
  return shortened(prefix === '' ? name : `${prefix}/${name}`, options.hash);
}

/** A slash within a name (a server with another delimiter) must not look like a level. */
function withoutSlash(name: string): string {
  // Control characters have no place in a name that people read; NUL would be refused by stores.
  const shown = [...name].map((character) => ((character.codePointAt(0) ?? 0) < 0x20 ? '\ufffd' : character)).join('');
  return shown.toWellFormed().replaceAll('/', '\u2215');
}

function shortened(name: string, hash: (text: string) => string): string {
  const bytes = new TextEncoder().encode(name);
  if (bytes.length <= MAX_FOLDER_BYTES) return name;
  const readable = new TextDecoder().decode(bytes.subarray(0, READABLE_BYTES)).replace(/\ufffd+$/, '');
  return `${readable}\u2026${hash(name).slice(0, 16)}`;
}
