import { MAX_NAME_CHARACTERS } from './signature-limits.ts';

export type SignatureKind = 'dkim' | 'arc';

/** Whose key a signature names, and what it is told by; empty where a tag is missing. */
export interface SignatureTags {
  readonly domain: string;
  readonly selector: string;
  /** The signature itself (b=), without blanks. */
  readonly signature: string;
}

/** Reads the tags of a signature field (RFC 6376, 3.2) from its unfolded value. */
export function signatureTags(value: string): SignatureTags {
  const tags = new Map<string, string>();
  for (const part of value.split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0) tags.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1));
  }
  const text = (name: string) => (tags.get(name) ?? '').replace(/\s+/g, '');
  return {
    domain: text('d').slice(0, MAX_NAME_CHARACTERS),
    selector: text('s').slice(0, MAX_NAME_CHARACTERS),
    signature: text('b'),
  };
}
