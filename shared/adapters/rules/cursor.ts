import { InvalidRequestError } from '../../errors.ts';

/** Returns a cursor from which `decodeCursor` gets the position back. */
export function encodeCursor(position: readonly string[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Returns the position, `length` strings; throws `InvalidRequestError` for what is no such cursor. */
export function decodeCursor(cursor: string, length: number): readonly string[] {
  const position = parse(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(position) || position.length !== length) throw notACursor();
  return position.map((part: unknown) => {
    if (typeof part !== 'string' || !part.isWellFormed()) throw notACursor();
    return part;
  });
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw notACursor();
  }
}

function notACursor(): InvalidRequestError {
  return new InvalidRequestError('not a cursor of this list');
}
