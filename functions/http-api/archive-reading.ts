import { ConflictError } from '../../shared/errors.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import { startReport } from '../../shared/usecases/completeness/make-report.ts';
import { listCertificates } from '../../shared/usecases/deletion/certificate-book.ts';
import { readCertificate } from '../../shared/usecases/deletion/certify-job.ts';
import { checkQuarantinedDeletable, deleteQuarantined } from '../../shared/usecases/deletion/delete-quarantined.ts';
import { type RemovalDesk, removeFiling } from '../../shared/usecases/deletion/remove-filing.ts';
import { publishedKey } from '../../shared/usecases/deletion/signing-key.ts';
import { startRetention } from '../../shared/usecases/deletion/start-retention.ts';
import { whyGone } from '../../shared/usecases/deletion/why-gone.ts';
import type { FilingContext } from '../../shared/usecases/filing/filing-context.ts';
import { replayQuarantined } from '../../shared/usecases/filing/replay-quarantined.ts';
import { moveMessage } from '../../shared/usecases/filings/move-message.ts';
import { removeEmptyFolders } from '../../shared/usecases/filings/remove-folders.ts';
import { shownFolders } from '../../shared/usecases/filings/shown-folders.ts';
import { startRename } from '../../shared/usecases/filings/start-rename.ts';
import { cancelJob, getJob, jobLog, listJobs, startJob } from '../../shared/usecases/jobs/jobs.ts';
import { startDueExtendJob, startExtendJob } from '../../shared/usecases/locks/start-extend-job.ts';
import { markPrivate, unmarkPrivate } from '../../shared/usecases/private-mail/mark-private.ts';
import { startProfileJob } from '../../shared/usecases/profiles/start-profile-job.ts';
import { listArrivals, listEndpointArrivals } from '../../shared/usecases/reading/list-arrivals.ts';
import { listMessages } from '../../shared/usecases/reading/list-messages.ts';
import { listQuarantine, quarantinedItem, readQuarantined } from '../../shared/usecases/reading/quarantine.ts';
import { readArrivalRaw } from '../../shared/usecases/reading/read-arrival-raw.ts';
import {
  filingsOf,
  readMessage,
  readMessageAttachment,
  readRaw,
  readSummary,
} from '../../shared/usecases/reading/read-message.ts';
import type { MessageJudge } from '../../shared/usecases/retention/judge-message.ts';
import { PolicyBook } from '../../shared/usecases/retention/policy-book.ts';
import { startPreview } from '../../shared/usecases/retention/preview-policies.ts';
import { readPreview } from '../../shared/usecases/retention/preview-state.ts';
import { whyKept } from '../../shared/usecases/retention/why-kept.ts';
import { startReindex } from '../../shared/usecases/search/index/start-reindex.ts';
import type { ArchiveReading } from './reading.ts';

/** Before this no mail was journaled: where a list begins that names no `from`. */
const BEGINNING = new Date('2000-01-01T00:00:00.000Z');

/** The use cases behind the routes, on these ports. */
export function createArchiveReading(
  ports: Ports,
  filing: FilingContext,
  judge: MessageJudge,
  deletion: RemovalDesk['settings'],
): ArchiveReading {
  const policies = new PolicyBook(ports);
  const desk: RemovalDesk = { ports, directory: filing.directory, policies, ...judge, settings: deletion };
  return {
    listMessages: (mailbox, request) => listMessages(ports, mailbox, request),
    listFolders: async (mailbox) => (await shownFolders(ports, mailbox)).map((folder) => ({ folder })),
    moveMessage: (move) => moveMessage(ports, move),
    renameFolder: (mailbox, rename) => startRename(ports, mailbox, rename),
    removeEmptyFolders: (mailbox) => removeEmptyFolders(ports, mailbox),
    filingsOf: (archiveId) => filingsOf(ports, archiveId),
    markPrivate: (mark) => markPrivate(ports, mark),
    unmarkPrivate: (mark) => unmarkPrivate(ports, mark),
    readSummary: (archiveId) => readSummary(ports, archiveId),
    readMessage: (archiveId) => readMessage(ports, archiveId),
    readRaw: (archiveId, contentHash) => readRaw(ports, archiveId, contentHash),
    readArrival: (archiveId, arrivalId) => readArrivalRaw(ports, archiveId, arrivalId),
    readAttachment: (archiveId, index) => readMessageAttachment(ports, archiveId, index),
    listArrivals: (archiveId, request) => listArrivals(ports, archiveId, request),
    listEndpointArrivals: (endpointId, { from = BEGINNING, to = ports.clock.now(), ...request }) =>
      listEndpointArrivals(ports, endpointId, { from, to, ...request }),
    listQuarantine: (request) => listQuarantine(ports, request),
    getQuarantined: async (id) => (await quarantinedItem(ports, id)).data,
    readQuarantined: (id) => readQuarantined(ports, id),
    replayQuarantined: (id) => replayQuarantined(filing, id),
    checkQuarantinedDeletable: (id) => checkQuarantinedDeletable(desk, id),
    deleteQuarantined: (id, by) => deleteQuarantined(desk, id, by),
    startJob: (kind) => startJob(ports, kind),
    startRetention: () => startRetention(ports),
    startExtendLocks: async () => {
      if (!filing.locks) throw new ConflictError('the storage locks nothing for policies here; see docs/deploy.md');
      return await startExtendJob(ports);
    },
    policiesChanged: async () => {
      if (filing.locks) await startDueExtendJob(ports);
    },
    removeFiling: (removal) => removeFiling(desk, removal),
    readCertificate: (jobId) => readCertificate(ports, jobId),
    listCertificates: (request) => listCertificates(ports, request),
    certificateKey: () => publishedKey(ports),
    startReindex: (mailboxId) => startReindex(ports, mailboxId === undefined ? {} : { mailboxId }),
    startProfileJob: (profile, options) => startProfileJob(ports, profile, options),
    startReport: (question) => startReport(ports, question),
    whyKept: (archiveId) =>
      whyKept({ ports, directory: filing.directory, policies, ...judge }, archiveId, ports.clock.now()),
    whyGone: (archiveId) => whyGone(ports, archiveId),
    startPreview: (wanted) => startPreview(ports, wanted),
    readPreview: (jobId) => readPreview(ports, jobId),
    cancelJob: (jobId) => cancelJob(ports, jobId),
    listJobs: (request) => listJobs(ports, request),
    getJob: async (jobId) => (await getJob(ports, jobId)).data,
    jobLog: (jobId, request) => jobLog(ports, jobId, request),
  };
}
