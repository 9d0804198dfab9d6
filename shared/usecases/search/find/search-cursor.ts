import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { InvalidRequestError } from '../../../errors.ts';
import type { Ports } from '../../../ports/ports.ts';
import type { SearchStatistics, SortPosition } from '../../../search/matching/results.ts';

type CursorPorts = Pick<Ports, 'secrets' | 'entropy'>;

/** Where a page begins, and what the scores of the pages before were computed with. */
export interface SearchCursor {
  readonly after: SortPosition;
  readonly statistics?: SearchStatistics;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A cursor for clients, good for the search that `boundTo` names. Encrypted: how often words stand in mail that the
 * caller sees only the headers of is no business of theirs.
 */
export async function sealCursor(ports: CursorPorts, boundTo: string, cursor: SearchCursor): Promise<string> {
  const nonce = ports.entropy.bytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, await keyOf(ports), nonce).setAAD(Buffer.from(boundTo));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(cursor)), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** Throws `InvalidRequestError` for what was made by hand, or for another search. */
export async function openCursor(ports: Pick<Ports, 'secrets'>, boundTo: string, text: string): Promise<SearchCursor> {
  const bytes = Buffer.from(text, 'base64url');
  const key = await keyOf(ports);
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(boundTo))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const sealed = bytes.subarray(NONCE_BYTES + TAG_BYTES);
    return JSON.parse(Buffer.concat([decipher.update(sealed), decipher.final()]).toString());
  } catch {
    throw new InvalidRequestError(
      'cursor: not a cursor of this search; take it from the page before, with the same query, mailbox and sort',
    );
  }
}

async function keyOf({ secrets }: Pick<Ports, 'secrets'>): Promise<Buffer> {
  return createHmac('sha256', await secrets.get('session-signing'))
    .update('search cursor')
    .digest();
}
