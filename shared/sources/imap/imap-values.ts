/** One value of a parsed response: a token, a list, or `null` for NIL; the shape that imapflow's parser gives. */
export type ImapValue = ImapToken | readonly ImapValue[] | null;

interface ImapToken {
  readonly type: string;
  readonly value?: string | Uint8Array | number | null;
  readonly section?: readonly ImapValue[];
}

/** A parsed response line: `* 12 FETCH (…)` has the command `12` and FETCH as its first attribute. */
export interface ImapResponse {
  readonly command?: string;
  readonly attributes?: readonly ImapValue[];
}

/** The text of an astring or nstring, `undefined` for NIL and lists. */
export function textOf(value: ImapValue | undefined): string | undefined {
  if (!value || isList(value)) return undefined;
  const { value: content } = value;
  if (content instanceof Uint8Array) return Buffer.from(content).toString('utf8');
  return content === null || content === undefined ? undefined : String(content);
}

/** The bytes of an nstring; `undefined` for NIL. */
export function bytesOf(value: ImapValue | undefined): Uint8Array | undefined {
  if (!value || isList(value)) return undefined;
  const { value: content } = value;
  if (content instanceof Uint8Array) return content;
  // A short text may come quoted instead of as a literal; the line was decoded as UTF-8.
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : undefined;
}

export function isList(value: ImapValue | undefined): value is readonly ImapValue[] {
  return Array.isArray(value);
}

/** A decimal number of at most 20 digits, as text: modification sequences do not fit a double. */
export function numberText(value: ImapValue | undefined): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^\d{1,20}$/.test(text) ? text : undefined;
}

/** A number of at most 32 bits (RFC 9051, 4.2). */
export function numberOf(value: ImapValue | undefined): number | undefined {
  const text = numberText(value);
  const number = Number(text);
  return text !== undefined && number <= 0xffff_ffff ? number : undefined;
}
