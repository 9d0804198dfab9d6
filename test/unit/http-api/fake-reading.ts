import type { ArchiveReading } from '../../../functions/http-api/reading.ts';
import type { FetchedFrom } from '../../../shared/domain/fetched-from.ts';
import { type Job, NO_COUNTS } from '../../../shared/domain/job.ts';
import type { LedgerEntry } from '../../../shared/domain/ledger-entry.ts';
import type { Quarantined } from '../../../shared/domain/quarantined.ts';
import { NotFoundError } from '../../../shared/errors.ts';
import type { WhyGone } from '../../../shared/usecases/deletion/why-gone.ts';
import type { KnownFiling, MessageView } from '../../../shared/usecases/reading/read-message.ts';

export const ARCHIVE_ID = `1-${'a'.repeat(64)}`;
const RECEIVED_AT = '2026-03-01T11:00:00.000Z';
const HASH = 'c'.repeat(64);

/** What one message, one quarantined input and one job answer; tests change it. */
export interface FakeMail {
  /** Received at the same time as the message, where they do not say. */
  filings: (Omit<KnownFiling, 'receivedAt'> & Partial<KnownFiling>)[];
  raw: Uint8Array;
  text: string;
  attachment: { filename: string; contentType: string; content: Uint8Array };
  bcc: { address: string }[];
  endpointId: string;
  /** Recipients of the arrival beside those that are always there. */
  recipients?: string[];
  quarantined?: Uint8Array;
  /** Where it was fetched from; by an endpoint where nobody says so. */
  quarantinedFrom?: FetchedFrom;
  versions?: MessageView['versions'];
  /** Where every other message lies. */
  otherFilings?: Omit<KnownFiling, 'receivedAt'>[];
  /** Where it was purged. */
  gone?: WhyGone;
  readonly asked: unknown[];
  /** Beside the one that is always there. */
  jobs?: readonly Job[];
}

const summary = {
  date: RECEIVED_AT,
  receivedAt: RECEIVED_AT,
  from: { name: 'Bob', address: 'bob@example.net' },
  to: [{ address: 'ann@example.org' }],
  subject: 'Hello',
  sizeBytes: 9,
  hasAttachments: false,
};

/** An archive of one message that lies where `mail.filings` says. */
export function createFakeReading(mail: FakeMail): ArchiveReading {
  const known = (archiveId: string) => {
    if (archiveId !== ARCHIVE_ID) throw new NotFoundError(`message ${archiveId}`);
  };
  const arrival = (): LedgerEntry => ({
    arrivalId: 'e'.repeat(32),
    receivedAt: RECEIVED_AT,
    source: { kind: 'journal', endpointIds: [mail.endpointId] },
    outcome: 'archived',
    archiveId: ARCHIVE_ID,
    contentHash: HASH,
    sizeBytes: 9,
    envelope: {
      mailFrom: 'bob@example.net',
      rcptTo: ['j-secret@journal.example.org', 'ann@example.org', 'boss@example.org', ...(mail.recipients ?? [])],
    },
    recipientCount: 3,
  });
  const quarantined = (): Quarantined => ({
    id: 'q-1',
    arrivalId: 'e'.repeat(32),
    reason: 'not_a_message',
    key: 'quarantine/x/q-1',
    sizeBytes: 3,
    receivedAt: RECEIVED_AT,
    source: mail.quarantinedFrom
      ? { kind: 'fetch', endpointIds: [], fetched: mail.quarantinedFrom }
      : { kind: 'journal', endpointIds: [mail.endpointId] },
    envelope: { mailFrom: '', rcptTo: [] },
  });
  const job: Job = {
    jobId: 'job-1',
    kind: 'sweep',
    state: 'finished',
    outcome: 'succeeded',
    startedAt: RECEIVED_AT,
    counts: NO_COUNTS,
  };
  const asked = <Answer>(question: unknown, answer: Answer): Answer => {
    mail.asked.push(question);
    return answer;
  };
  return {
    listMessages: async ({ mailboxId }, request) => {
      const rows = mail.filings
        .filter((filing) => filing.mailboxId === mailboxId && (request.folder ?? filing.folder) === filing.folder)
        .map(({ folder }) => ({ ...summary, archiveId: ARCHIVE_ID, folder }));
      const start = Number(request.cursor ?? 0);
      const items = rows.slice(start, start + request.limit);
      const end = start + items.length;
      return asked(request, end < rows.length ? { items, cursor: String(end) } : { items });
    },
    listFolders: async () => [{ folder: 'Inbox' }, { folder: 'Sent', messages: 2 }],
    filingsOf: async (archiveId) =>
      (archiveId === ARCHIVE_ID ? mail.filings : (mail.otherFilings ?? [])).map((filing) => ({
        receivedAt: RECEIVED_AT,
        ...filing,
      })),
    moveMessage: async (move) => asked(move, move.to),
    renameFolder: async ({ mailboxId }, rename) =>
      asked(
        { mailboxId, ...rename },
        rename.from === 'Large' ? { job: { jobId: 'job-1' } } : { counts: { folders: 1, messages: 2, left: 0 } },
      ),
    removeEmptyFolders: async ({ mailboxId }) => asked({ mailboxId }, 1),
    markPrivate: async ({ mailboxId }) => {
      mail.filings = mail.filings.map((filing) =>
        filing.mailboxId === mailboxId ? { ...filing, isPrivate: true } : filing,
      );
    },
    unmarkPrivate: async ({ mailboxId }) => {
      mail.filings = mail.filings.map(({ isPrivate, ...filing }) =>
        filing.mailboxId !== mailboxId && isPrivate ? { ...filing, isPrivate } : filing,
      );
    },
    readSummary: async (archiveId) => {
      known(archiveId);
      return { ...summary, archivedAt: RECEIVED_AT, messageId: '<1@example.net>' };
    },
    readMessage: async (archiveId) => {
      known(archiveId);
      return {
        archiveId,
        messageId: '<1@example.net>',
        contentHash: HASH,
        sizeBytes: 9,
        archivedAt: RECEIVED_AT,
        receivedAt: RECEIVED_AT,
        date: RECEIVED_AT,
        from: [summary.from],
        to: summary.to,
        cc: [],
        ...(mail.bcc.length > 0 ? { bcc: mail.bcc } : {}),
        subject: 'Hello',
        text: mail.text,
        attachments: [],
        versions: mail.versions ?? [],
        renditions: [{ contentHash: HASH, sizeBytes: 9, receivedAt: RECEIVED_AT }],
      };
    },
    readRaw: async (archiveId, contentHash) => {
      known(archiveId);
      if (contentHash !== undefined && contentHash !== HASH) throw new NotFoundError('rendition');
      return mail.raw;
    },
    readArrival: async (archiveId) => {
      known(archiveId);
      return mail.raw;
    },
    readAttachment: async (archiveId, index) => {
      known(archiveId);
      if (index !== 0) throw new NotFoundError(`attachment ${index}`);
      return mail.attachment;
    },
    listArrivals: async () => ({ items: [arrival()] }),
    listEndpointArrivals: async (endpointId, request) => asked({ endpointId, ...request }, { items: [arrival()] }),
    listQuarantine: async () => ({ items: [quarantined()] }),
    getQuarantined: async (id) => {
      if (id !== 'q-1') throw new NotFoundError(`quarantined input ${id}`);
      return quarantined();
    },
    readQuarantined: async () => mail.quarantined ?? Buffer.from('???'),
    replayQuarantined: async (id) => {
      if (id !== 'q-1') throw new NotFoundError(`quarantined input ${id}`);
      return { outcome: 'archived', archiveId: ARCHIVE_ID };
    },
    checkQuarantinedDeletable: async (id) => {
      if (id !== 'q-1') throw new NotFoundError(`quarantined input ${id}`);
    },
    deleteQuarantined: async (id, by) => asked({ id, by }, undefined),
    startJob: async () => ({ jobId: 'job-1' }),
    startRetention: async () => ({ jobId: 'job-1' }),
    startExtendLocks: async () => ({ jobId: 'job-1' }),
    policiesChanged: async () => undefined,
    removeFiling: async (removal) => {
      known(removal.archiveId);
      asked(removal, undefined);
    },
    readCertificate: async (jobId) => {
      if (jobId === 'none') throw new NotFoundError(`certificate of job ${jobId}`);
      return { certificate: [] };
    },
    listCertificates: async (request) => asked(request, { items: [] }),
    certificateKey: async () => 'MCow',
    whyKept: async (archiveId) => {
      known(archiveId);
      mail.asked.push({ whyKept: archiveId });
      const archivedAt = new Date(RECEIVED_AT);
      return { state: 'kept', archivedAt, undecided: [], holds: [{ holdId: 'lh-1', name: 'Case', matter: 'M 1' }] };
    },
    whyGone: async (archiveId) => (archiveId === ARCHIVE_ID ? mail.gone : undefined),
    startPreview: async () => ({ jobId: 'job-1' }),
    readPreview: async () => undefined,
    startReindex: async () => ({ jobId: 'job-1' }),
    listJobs: async (request) => asked(request, { items: [job] }),
    getJob: async (jobId) => {
      const other = mail.jobs?.find((one) => one.jobId === jobId);
      if (other) return other;
      if (jobId !== 'job-1') throw new NotFoundError(`job ${jobId}`);
      return job;
    },
    startReport: async () => ({ jobId: 'job-3' }),
    startProfileJob: async () => ({ jobId: 'job-2' }),
    cancelJob: async (jobId) => ({ jobId }),
    jobLog: async () => ({ items: [{ at: RECEIVED_AT, message: 'swept' }] }),
  };
}
