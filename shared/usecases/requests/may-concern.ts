import type { MessageScope } from '../../domain/message-scope.ts';
import type { Quarantined } from '../../domain/quarantined.ts';
import { DamagedError } from '../../errors.ts';
import { AddressFinder, type BytePiece, PIECE_OVERLAP_BYTES } from '../../mail/address-finder.ts';
import { parseEnveloped } from '../../mail/enveloped-bytes.ts';
import type { Ports } from '../../ports/ports.ts';
import type { AddressBook } from '../mailboxes/address-book.ts';
import { addressesOf } from '../mailboxes/address-claims.ts';

type ReadPorts = Pick<Ports, 'archive'>;

/** Whether input in quarantine may concern whom a request is about. Throws `StorageError`. */
export type ConcernsThem = (ports: ReadPorts, quarantined: Quarantined) => Promise<boolean>;

/** What of an object is in memory at a time. */
const PIECE_BYTES = 1_048_576;

/**
 * What tells which input in quarantine may concern whom a scope is about: what names one of its addresses, or of those
 * that its mailboxes have now, anywhere in its envelope or its bytes; what was to lie in one of its mailboxes whoever it
 * names; what is missing or damaged. Where it says nobody, everything: a search tells nothing of what nobody can read.
 */
export async function concernsThose(
  { addresses, mailboxes = [] }: MessageScope,
  book: Pick<AddressBook, 'all'>,
): Promise<ConcernsThem> {
  const own = (await book.all()).filter(({ mailboxId }) => mailboxes.includes(mailboxId));
  // Nobody knows any more which addresses a mailbox had that was deleted.
  const isKnown = own.length === mailboxes.length;
  const wanted = [...(addresses ?? []), ...own.flatMap(addressesOf)];
  const places = new Set(own.flatMap(({ mailboxId, endpointId = mailboxId }) => [mailboxId, endpointId]));
  if (!isKnown || (wanted.length === 0 && places.size === 0)) return async () => true;
  const finder = new AddressFinder(wanted);
  return async (ports, quarantined) =>
    placesOf(quarantined).some((place) => places.has(place)) || (await isNamedIn(ports, quarantined, finder));
}

/** Ids of the endpoints that it came by, or of the mailbox that it was fetched into. */
function placesOf({ source: { endpointIds, fetched } }: Quarantined): readonly string[] {
  return fetched && 'mailboxId' in fetched.target ? [...endpointIds, fetched.target.mailboxId] : endpointIds;
}

async function isNamedIn(ports: ReadPorts, quarantined: Quarantined, finder: AddressFinder): Promise<boolean> {
  for await (const piece of piecesOf(ports, quarantined)) {
    if (!piece || finder.isIn(piece)) return true;
  }
  return false;
}

/** The envelope and the bytes, as they are stored; `undefined` where they are missing or damaged. */
async function* piecesOf(
  { archive }: ReadPorts,
  { key, sizeBytes }: Quarantined,
): AsyncIterable<BytePiece | undefined> {
  for (let start = 0; ; start += PIECE_BYTES - PIECE_OVERLAP_BYTES) {
    const object = await archive.get(key, { start, end: start + PIECE_BYTES });
    if (!object) return yield undefined;
    const { body } = object;
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    if (start === 0 && envelopeBytes(key, bytes) !== object.sizeBytes - sizeBytes) return yield undefined;
    const isLast = start + bytes.length >= object.sizeBytes;
    yield { bytes, isFirst: start === 0, isLast };
    if (isLast) return;
  }
}

/** How long the line in front of the bytes is; `undefined` where it is damaged. */
function envelopeBytes(key: string, bytes: Buffer): number | undefined {
  try {
    return bytes.length - parseEnveloped(key, bytes).raw.length;
  } catch (error) {
    if (error instanceof DamagedError) return undefined;
    throw error;
  }
}
