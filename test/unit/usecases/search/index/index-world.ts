import type { SegmentWriter } from '../../../../../shared/ports/segment-writer.ts';
import type { FieldName } from '../../../../../shared/search/field.ts';
import type { Manifest } from '../../../../../shared/search/manifest.ts';
import { ByteBudget } from '../../../../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../../../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../../../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptArrival } from '../../../../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../../../../shared/usecases/filing/book-directory.ts';
import { fileBatch } from '../../../../../shared/usecases/filing/file-batch.ts';
import { inProcessExtractor } from '../../../../../shared/usecases/in-process-extractor.ts';
import { dataOf } from '../../../../../shared/usecases/item-data.ts';
import { createMailbox } from '../../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { FILING_PREFIX, messagePartition } from '../../../../../shared/usecases/message-keys.ts';
import { createIndexContext } from '../../../../../shared/usecases/search/index/index-context.ts';
import type { IndexPorts } from '../../../../../shared/usecases/search/index/index-ports.ts';
import type { IndexUnit } from '../../../../../shared/usecases/search/index/index-unit.ts';
import { readManifest } from '../../../../../shared/usecases/search/index/manifest-store.ts';
import { markMessages } from '../../../../../shared/usecases/search/index/mark-messages.ts';
import { pendingMarks } from '../../../../../shared/usecases/search/index/marks.ts';
import { UnitReader } from '../../../../../shared/usecases/search/read/unit-reader.ts';
import { createMemoryPorts } from '../../memory-ports.ts';

const JOURNAL = 'journal.test';

/** A mail of Ann to Bob, by its number. */
export const letter = (number: number, text = `words of ${number}`, more: readonly string[] = []) =>
  Buffer.from(
    [
      'From: Ann <ann@x.test>',
      'To: bob@x.test',
      `Subject: letter ${number}`,
      'Date: Sun, 1 Mar 2026 09:00:00 +0000',
      `Message-ID: <${number}@x.test>`,
      ...more,
      '',
      text,
      '',
    ].join('\r\n'),
  );

/** What the index has of a message, for comparing. */
export interface Found {
  readonly archiveId: string;
  readonly subject: string;
  readonly folders: readonly string[];
  readonly flags: number;
}

/** An endpoint, mailboxes of Ann and Bob, and what indexing works with, all in memory. */
export async function indexWorld(seed = 'index') {
  const ports = createMemoryPorts(seed);
  const sent: { readonly queue: string; readonly body: string }[] = [];
  const queue = { send: async (name: string, body: string) => void sent.push({ queue: name, body }) };
  const all = { ...ports, queue, extractor: inProcessExtractor };
  const configuration = createConfigurationContext(all, { journalDomain: JOURNAL });
  const { endpointId, localPart, mailboxId: journal } = await createEndpoint(configuration, { name: 'all' });
  const mailbox = async (name: string) => {
    const made = await createMailbox(configuration, { name, primaryAddress: `${name}@x.test` });
    return made.mailboxId;
  };
  const ann = await mailbox('ann');
  const bob = await mailbox('bob');
  const filing = {
    ports: all,
    directory: bookDirectory(configuration),
    journalDomain: JOURNAL,
    singleInstanceBytes: 32_768,
  };

  /** Files mails in one batch, and answers their ids in the order in which they were filed. */
  async function file(...raws: readonly Uint8Array[]): Promise<void> {
    const facts = {
      receivedAt: ports.clock.now().toISOString(),
      source: { kind: 'journal', endpointIds: [endpointId] },
      envelope: { mailFrom: '', rcptTo: [`${localPart}@${JOURNAL}`] },
    } as const;
    const nudges = [];
    for (const raw of raws) nudges.push(await acceptArrival(all, facts, raw));
    const unfiled = await fileBatch(filing, new ByteBudget(1_000_000), nudges);
    if (unfiled.length > 0) throw unfiled[0]?.error;
  }

  /** A process of its own: it has read nothing yet. */
  const contextOn = (given: Partial<IndexPorts> = {}, segments?: SegmentWriter) =>
    createIndexContext({ ...all, ...given }, createConfigurationContext(all, { journalDomain: JOURNAL }), segments);

  const manifestOf = async (unit: IndexUnit): Promise<Manifest> => (await readManifest(all, unit)).manifest;

  /** Whatever is found in a unit, by subject; throws where a message is found twice. */
  async function found(unit: IndexUnit): Promise<readonly Found[]> {
    const snapshot = await new UnitReader(all, { manifestAgeMs: 0 }).openUnit(unit.mailboxId, unit.part);
    const messages: Found[] = [];
    for (const { open } of snapshot.segments) {
      const segment = await open();
      const { removed, flags, folders } = await segment.columns();
      const live = Array.from(removed.keys()).filter((document) => removed[document] !== 1);
      for (const [index, kept] of (await segment.messages(live)).entries()) {
        const document = live[index] ?? -1;
        const own = folders.ordinals.subarray(folders.starts[document], folders.starts[document + 1]);
        messages.push({
          archiveId: kept.archiveId,
          subject: kept.summary.subject,
          folders: Array.from(own, (ordinal) => folders.values[ordinal] ?? ''),
          flags: flags[document] ?? 0,
        });
      }
    }
    const ids = new Set(messages.map(({ archiveId }) => archiveId));
    if (ids.size !== messages.length) throw new Error('a message is found twice');
    return messages.toSorted((a, b) => (a.subject < b.subject ? -1 : 1));
  }

  /** How many messages of a unit have a word in a field. */
  async function matches(unit: IndexUnit, field: FieldName, term: string): Promise<number> {
    const snapshot = await new UnitReader(all, { manifestAgeMs: 0 }).openUnit(unit.mailboxId, unit.part);
    let count = 0;
    for (const { open } of snapshot.segments) {
      const segment = await open();
      const { removed } = await segment.columns();
      const [entry] = await segment.terms({ kind: 'terms', terms: [term] }, 10);
      const postings = entry && (await segment.postings(entry, field));
      count += [...(postings?.documents ?? [])].filter((document) => removed[document] !== 1).length;
    }
    return count;
  }

  /** Changes the filings of a message in a mailbox as a use case would, and tells the index. */
  async function changeFilings(
    { archiveId, mailboxId }: { readonly archiveId: string; readonly mailboxId: string },
    change: object,
  ): Promise<void> {
    const prefix = `${FILING_PREFIX}${mailboxId}#`;
    const { items } = await ports.tables.query('messages', messagePartition(archiveId), { prefix, limit: 10 });
    for (const item of items) {
      const data = dataOf({ ...item.data, ...change });
      await ports.tables.put('messages', { ...item, version: item.version + 1, data });
    }
    const record = await ports.tables.get('messages', { pk: messagePartition(archiveId), sk: 'record' });
    const archivedAt = String(record?.data.archivedAt);
    const filings = await ports.tables.query('messages', messagePartition(archiveId), {
      prefix: FILING_PREFIX,
      limit: 100,
    });
    const mailboxIds = [...new Set(filings.items.map(({ data }) => String(data.mailboxId)))];
    await markMessages(all, [{ archiveId, archivedAt, mailboxIds }]);
  }

  async function pending(unit: IndexUnit): Promise<number> {
    let count = 0;
    for await (const _ of pendingMarks(all, unit)) count += 1;
    return count;
  }

  const whole = (mailboxId: string): IndexUnit => ({ mailboxId, part: 'all' });
  return {
    ...{ ports: all, clock: ports.clock, sent, configuration, directory: filing.directory },
    ...{ file, contextOn, manifestOf, found, matches, changeFilings, pending },
    ...{ journal, ann: whole(ann), bob: whole(bob), mailbox },
  };
}

export type IndexWorld = Awaited<ReturnType<typeof indexWorld>>;
