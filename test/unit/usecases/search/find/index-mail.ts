import type { Ports } from '../../../../../shared/ports/ports.ts';
import {
  FLAGS,
  type FlagName,
  type IndexDocument,
  type IndexText,
} from '../../../../../shared/search/index-document.ts';
import { SegmentBuilder } from '../../../../../shared/search/segments/segment-builder.ts';
import type { IndexUnit } from '../../../../../shared/usecases/search/index/index-unit.ts';
import { commitManifest, readManifest } from '../../../../../shared/usecases/search/index/manifest-store.ts';
import { newSegmentId, storeSegment } from '../../../../../shared/usecases/search/index/segment-files.ts';

type IndexPorts = Pick<Ports, 'derived' | 'clock' | 'entropy'>;

/** A mail as a test thinks of it. */
export interface IndexedMail {
  readonly archiveId: string;
  /** ISO 8601; also when it was received. */
  readonly date?: string;
  readonly subject?: string;
  readonly body?: string;
  readonly from?: string;
  readonly to?: string;
  readonly bcc?: string;
  readonly hiddenBcc?: string;
  readonly attachment?: string;
  readonly attachmentTypes?: readonly string[];
  readonly folder?: string;
  readonly flags?: readonly FlagName[];
  readonly messageId?: string;
}

/** Adds a segment with these to the index of a unit; answers its id. */
export async function indexMail(ports: IndexPorts, unit: IndexUnit, mails: readonly IndexedMail[]): Promise<string> {
  const builder = new SegmentBuilder();
  for (const mail of mails) builder.add(documentOf(mail));
  const segmentId = newSegmentId(ports);
  const segment = await storeSegment(ports, unit, segmentId, builder.finish());
  const read = await readManifest(ports, unit);
  const { segments, doneMarks } = read.manifest;
  await commitManifest(ports, read, { segments: [...segments, segment], doneMarks });
  return segmentId;
}

function documentOf(mail: IndexedMail): IndexDocument {
  const { archiveId, date = '2026-02-01T10:00:00.000Z', subject = 'Hello', from = 'bob@example.net' } = mail;
  const { to = 'ann@example.org', folder = 'Inbox', flags = [], attachmentTypes = [] } = mail;
  const fields = { subject, from, to, ...optional(mail) };
  const texts = Object.entries(fields).map(([field, text]) => ({ field, text }) as IndexText);
  return {
    archiveId,
    summary: {
      date,
      receivedAt: date,
      from: { address: from },
      to: [{ address: to }],
      subject,
      sizeBytes: 1_000,
      hasAttachments: attachmentTypes.length > 0,
    },
    sortDate: Date.parse(date),
    receivedAt: Date.parse(date),
    flags: flags.reduce((sum, flag) => sum | FLAGS[flag], 0),
    folders: [folder],
    sender: from,
    attachmentTypes,
    isGerman: false,
    texts,
  };
}

function optional({ body, bcc, hiddenBcc, attachment, messageId }: IndexedMail) {
  const fields = { body, bcc, hiddenBcc, attachment, messageId };
  return Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== undefined));
}
