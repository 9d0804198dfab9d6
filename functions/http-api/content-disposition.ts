/** Longer names are cut: file systems take 255 bytes. */
const MAX_NAME_LENGTH = 120;

/** `Content-Disposition: attachment` (RFC 6266) with the name in ASCII and, where that lost something, in full (RFC 8187). */
export function attachmentDisposition(fileName: string): string {
  const name = safeFileName(fileName);
  const ascii = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_');
  if (ascii === name) return `attachment; filename="${name}"`;
  return `attachment; filename="${ascii}"; filename*=UTF-8''${extValue(name)}`;
}

/**
 * A name that stays in the folder it is saved to and shows what it is: no path, no control or
 * formatting characters (a right-to-left override hides an extension), no leading dot.
 */
export function safeFileName(fileName: string): string {
  const name = fileName
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    .trim()
    .replace(/^\.+/, '')
    .replace(/[. ]+$/, '');
  return shortened(name) || 'unnamed';
}

/** Keeps the extension. */
function shortened(name: string): string {
  const characters = Array.from(name);
  if (characters.length <= MAX_NAME_LENGTH) return name;
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
  return characters.slice(0, MAX_NAME_LENGTH - extension.length).join('') + extension;
}

/** RFC 8187, 3.2.1: everything but attr-char percent-encoded; `encodeURIComponent` leaves three of those. */
function extValue(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  });
}
