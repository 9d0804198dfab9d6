import { decodeStrictly } from './charset.ts';
import { decodeEncodedWords } from './encoded-word.ts';
import type { HeaderField, HeaderSection } from './header-section.ts';
import { collapseWhitespace, decodeRawBytes, unfoldedBytes } from './header-value.ts';

/** The fields a fingerprint covers, in the order it takes them; Resent-* fields follow Subject as they stand. */
const BEFORE_RESENT = ['message-id', 'date', 'from', 'sender', 'reply-to', 'to', 'cc', 'bcc', 'subject'] as const;
const AFTER_RESENT = ['in-reply-to', 'references'] as const;

/** Fields that may stand once (RFC 5322, 3.6); mail programs disagree on which one to show. */
const SINGLETONS = new Set<string>([...BEFORE_RESENT, ...AFTER_RESENT]);

/** Fields in which commas, brackets and the like separate addresses (RFC 5322, 3.6.2, 3.6.3 and 3.6.6). */
const ADDRESS_FIELD = /^(?:resent-)?(?:from|sender|reply-to|to|cc|bcc)$/;
const SPECIALS = /[()<>@,;:\\".[\]]/g;

/** The fields of a section that a fingerprint covers, in its order. */
export function fingerprintFields(section: HeaderSection): HeaderField[] {
  const { fields } = section;
  const ordered: HeaderField[] = [];
  const take = (name: string) => {
    for (const field of fields) if (field.name === name) ordered.push(field);
  };
  BEFORE_RESENT.forEach(take);
  for (const field of fields) if (field.name.startsWith('resent-')) ordered.push(field);
  AFTER_RESENT.forEach(take);
  return ordered;
}

/** Whether a field that may stand only once stands there again. */
export function hasRepeatedSingleton(section: HeaderSection): boolean {
  const seen = new Set<string>();
  for (const { name } of section.fields) {
    if (!SINGLETONS.has(name)) continue;
    if (seen.has(name)) return true;
    seen.add(name);
  }
  return false;
}

/**
 * The value of a field without what transport changes: unfolded, encoded words decoded where that works without
 * error, whitespace collapsed. In address fields, a decoded character that could separate addresses gets a backslash,
 * so that a name never passes for an address.
 */
export function canonicalValue(section: HeaderSection, field: HeaderField): string {
  const value = decodeRawBytes(unfoldedBytes(section, field));
  const mark = ADDRESS_FIELD.test(field.name) ? escapeSpecials : undefined;
  return collapseWhitespace(decodeEncodedWords(value, decodeStrictly, mark));
}

function escapeSpecials(decoded: string): string {
  return decoded.replace(SPECIALS, '\\$&');
}
