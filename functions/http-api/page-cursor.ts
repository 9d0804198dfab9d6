import { createHmac, timingSafeEqual } from 'node:crypto';
import { InvalidRequestError } from '../../shared/errors.ts';
import type { Ports } from '../../shared/ports/ports.ts';

const TAG_BYTES = 16;

/** A cursor for clients: opaque, good for this list only. `scope` names the list with its filters. */
export async function sealCursor(ports: Pick<Ports, 'secrets'>, scope: string, cursor: string): Promise<string> {
  return Buffer.concat([await tagOf(ports, scope, cursor), Buffer.from(cursor)]).toString('base64url');
}

/** The cursor as the list gave it. Throws `InvalidRequestError` for one made by hand, or of another list. */
export async function openCursor(ports: Pick<Ports, 'secrets'>, scope: string, sealed: string): Promise<string> {
  const bytes = Buffer.from(sealed, 'base64url');
  const cursor = bytes.subarray(TAG_BYTES).toString();
  const tag = bytes.subarray(0, TAG_BYTES);
  const isOurs = tag.length === TAG_BYTES && timingSafeEqual(tag, await tagOf(ports, scope, cursor));
  if (isOurs && bytes.toString('base64url') === sealed) return cursor;
  throw new InvalidRequestError(
    'cursor: not a cursor of this list; take it from the page before, with the same filters',
  );
}

async function tagOf({ secrets }: Pick<Ports, 'secrets'>, scope: string, cursor: string): Promise<Buffer> {
  const key = createHmac('sha256', await secrets.get('session-signing'))
    .update('page cursor')
    .digest();
  return createHmac('sha256', key)
    .update(JSON.stringify([scope, cursor]))
    .digest()
    .subarray(0, TAG_BYTES);
}
