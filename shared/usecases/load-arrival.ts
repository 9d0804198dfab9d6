import { arrivalKey } from '../domain/archive-id.ts';
import type { ArrivalHeader } from '../domain/arrival.ts';
import { type AttachmentCut, attachmentKey } from '../domain/attachment.ts';
import { DamagedError } from '../errors.ts';
import { withBlanks, withCuts } from '../mail/attachment-cuts.ts';
import { type DecodedArrival, decodeArrival, openArrival } from '../mail/stored-arrival.ts';
import { decodeAttachment } from '../mail/stored-attachment.ts';
import type { Ports } from '../ports/ports.ts';

type LoadPorts = Pick<Ports, 'archive'>;

/** A stored arrival with the version that it was read from. */
export interface LoadedArrival extends DecodedArrival {
  readonly versionId: string;
}

/**
 * Reads a stored arrival: the one it was compressed against, if any, and the large attachments that were cut out
 * of it. `undefined` where there is none. Throws `DamagedError`.
 */
export async function loadArrival(
  ports: LoadPorts,
  archiveId: string,
  arrivalId: string,
): Promise<LoadedArrival | undefined> {
  return await load(ports, archiveId, arrivalId, (key, header, rest) => assembled(ports, key, header, rest));
}

async function load(
  ports: LoadPorts,
  archiveId: string,
  arrivalId: string,
  assemble: (key: string, header: ArrivalHeader, rest: Buffer) => Promise<Buffer>,
): Promise<LoadedArrival | undefined> {
  const key = arrivalKey(archiveId, arrivalId);
  const object = await ports.archive.get(key);
  if (!object) return undefined;
  const opened = openArrival(key, object.body);
  const { header } = opened;
  const base = header.base === undefined ? undefined : await loadRest(ports, archiveId, header.base);
  const arrival = await assemble(key, header, decodeArrival(key, opened, base));
  return { header, arrival, versionId: object.versionId };
}

/**
 * A stored arrival with blanks in the place of its large attachments: what can be known of it where one is missing.
 * Throws `DamagedError`.
 */
export async function loadWithoutAttachments(
  ports: LoadPorts,
  archiveId: string,
  arrivalId: string,
): Promise<LoadedArrival | undefined> {
  return await load(ports, archiveId, arrivalId, async (_key, { cuts = [] }, rest) => withBlanks(rest, cuts));
}

/**
 * What is stored under the key of an arrival that others are compressed against: it, without its cuts. `undefined`
 * where there is none. Throws `DamagedError`, also where it has a base of its own.
 */
export async function loadRest(
  { archive }: LoadPorts,
  archiveId: string,
  arrivalId: string,
): Promise<Buffer | undefined> {
  const key = arrivalKey(archiveId, arrivalId);
  const object = await archive.get(key);
  return object && decodeArrival(key, openArrival(key, object.body));
}

async function assembled(ports: LoadPorts, key: string, { cuts }: ArrivalHeader, rest: Buffer): Promise<Buffer> {
  if (!cuts) return rest;
  const contents: Buffer[] = [];
  for (const cut of cuts) contents.push(await loadAttachment(ports, cut));
  const arrival = withCuts(rest, cuts, contents);
  if (!arrival) throw new DamagedError(key, 'its attachments do not fit where they were cut out');
  return arrival;
}

async function loadAttachment({ archive }: LoadPorts, { attachmentId }: AttachmentCut): Promise<Buffer> {
  const key = attachmentKey(attachmentId);
  const object = await archive.get(key);
  if (!object) throw new DamagedError(key, 'it is missing');
  return decodeAttachment(key, attachmentId, object.body);
}
