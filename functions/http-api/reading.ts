import type { DeletionCertificate } from '../../shared/domain/deletion/deletion-certificate.ts';
import type { Job, JobOutcome, JobState, MaintenanceKind } from '../../shared/domain/job.ts';
import type { LedgerEntry } from '../../shared/domain/ledger-entry.ts';
import type { Mailbox } from '../../shared/domain/mailbox.ts';
import type { MessageRecord, MessageSummary } from '../../shared/domain/message.ts';
import type { Profile } from '../../shared/domain/profile.ts';
import type { Quarantined } from '../../shared/domain/quarantined.ts';
import type { ReportQuestion } from '../../shared/usecases/completeness/make-report.ts';
import type { ListPage, PageRequest } from '../../shared/usecases/configuration/configuration-page.ts';
import type { ListedCertificate } from '../../shared/usecases/deletion/certificate-book.ts';
import type { Removal } from '../../shared/usecases/deletion/remove-filing.ts';
import type { WhyGone } from '../../shared/usecases/deletion/why-gone.ts';
import type { MessageMove } from '../../shared/usecases/filings/move-message.ts';
import type { FolderRename, RenameCounts } from '../../shared/usecases/filings/rename-folder.ts';
import type { ListedArrival } from '../../shared/usecases/reading/list-arrivals.ts';
import type { ListedMessage, ReceivedPeriod } from '../../shared/usecases/reading/list-messages.ts';
import type { KnownFiling, MessageView } from '../../shared/usecases/reading/read-message.ts';
import type { PreviewedChanges, PreviewedPolicy } from '../../shared/usecases/retention/preview-policies.ts';
import type { PreviewState } from '../../shared/usecases/retention/preview-state.ts';
import type { WhyKept } from '../../shared/usecases/retention/why-kept.ts';

/** An attachment as it was sent: name and type are the sender's words. */
interface AttachmentBytes {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** `from` is inclusive, `to` exclusive. */
export interface Period {
  readonly from?: Date;
  readonly to?: Date;
}

interface JobFilter extends Period {
  /** A state or an outcome. */
  readonly status?: JobState | JobOutcome;
  /** All that have another state and outcome. */
  readonly isStatusNegated?: boolean;
  readonly profileId?: string;
  /** The jobs that this one started; `none`: those that no other one did. */
  readonly partOf?: string;
  /** Only the jobs of these. */
  readonly profileIds?: readonly string[];
}

interface ReplayOutcome {
  readonly outcome: string;
  readonly archiveId?: string;
  readonly reason?: string;
}

/**
 * Mail and jobs as the routes ask for them. Nothing here asks who the caller is: routes authorise
 * first. What is not there is `NotFoundError`.
 */
export interface ArchiveReading {
  listMessages(
    mailbox: Pick<Mailbox, 'mailboxId' | 'listShards'>,
    request: PageRequest & {
      readonly folder?: string;
      readonly received?: ReceivedPeriod;
      readonly seesRestricted?: boolean;
    },
  ): Promise<ListPage<ListedMessage>>;
  listFolders(
    mailbox: Pick<Mailbox, 'mailboxId' | 'listShards'>,
  ): Promise<readonly { readonly folder: string; readonly messages?: number }[]>;
  /**
   * The filings of a live message, and the removed ones that are still marked private or restricted; empty or
   * `NotFoundError` where there is none.
   */
  filingsOf(archiveId: string): Promise<readonly KnownFiling[]>;
  /** Marks a message private in a mailbox; safe to repeat, as is taking the mark away. */
  markPrivate(mark: { readonly archiveId: string; readonly mailboxId: string; readonly by: string }): Promise<void>;
  /** Moves a message to another folder, which is made where there is none; answers its name. */
  moveMessage(move: MessageMove): Promise<string>;
  /** At once where little lies in the folder, else by a job. */
  renameFolder(
    mailbox: Mailbox,
    rename: Pick<FolderRename, 'from' | 'to' | 'by'>,
  ): Promise<{ readonly counts: RenameCounts } | { readonly job: Pick<Job, 'jobId'> }>;
  removeEmptyFolders(mailbox: Pick<Mailbox, 'mailboxId' | 'listShards'>): Promise<number>;
  unmarkPrivate(mark: { readonly archiveId: string; readonly mailboxId: string }): Promise<void>;
  readSummary(archiveId: string): Promise<MessageSummary & Pick<MessageRecord, 'archivedAt' | 'messageId'>>;
  readMessage(archiveId: string): Promise<MessageView>;
  /** The exact bytes of the rendition with this content hash; of the first one without. */
  readRaw(archiveId: string, contentHash?: string): Promise<Uint8Array>;
  /** The exact bytes of one arrival, the carrier around its original included. */
  readArrival(archiveId: string, arrivalId: string): Promise<Uint8Array>;
  readAttachment(archiveId: string, index: number): Promise<AttachmentBytes>;
  listArrivals(archiveId: string, request: PageRequest): Promise<ListPage<ListedArrival>>;
  listEndpointArrivals(endpointId: string, request: PageRequest & Period): Promise<ListPage<LedgerEntry>>;
  listQuarantine(request: PageRequest): Promise<ListPage<Quarantined>>;
  getQuarantined(id: string): Promise<Quarantined>;
  readQuarantined(id: string): Promise<Uint8Array>;
  replayQuarantined(id: string): Promise<ReplayOutcome>;
  /** Throws where it cannot be deleted now. */
  checkQuarantinedDeletable(id: string): Promise<void>;
  /** Has it deleted soon; `by` is a user name. Throws where it cannot be deleted now. */
  deleteQuarantined(id: string, by: string): Promise<void>;
  startJob(kind: MaintenanceKind): Promise<Pick<Job, 'jobId'>>;
  startRetention(): Promise<Pick<Job, 'jobId'>>;
  /** `ConflictError` where the storage locks nothing for policies. */
  startExtendLocks(): Promise<Pick<Job, 'jobId'>>;
  /** Has locks extended where policies ask for more than they did. */
  policiesChanged(): Promise<void>;
  /** Removes a message from a mailbox, if nothing keeps it there; who may is asked before. */
  removeFiling(removal: Removal): Promise<void>;
  /** Of what a job purged. */
  readCertificate(jobId: string): Promise<DeletionCertificate>;
  /** Certificates, those of the newest jobs first. */
  listCertificates(request: PageRequest): Promise<ListPage<ListedCertificate>>;
  /** What certificates are signed with, SPKI, DER, base64; `undefined` in the first minutes of an archive. */
  certificateKey(): Promise<string | undefined>;
  /** Of the mail of one mailbox, or of all. */
  startReindex(mailboxId?: string): Promise<Pick<Job, 'jobId'>>;
  startProfileJob(
    profile: Pick<Profile, 'profileId' | 'kind'>,
    options?: Pick<Job, 'archivesMissing'>,
  ): Promise<Pick<Job, 'jobId'>>;
  /** Starts a completeness report as a job. */
  startReport(question: ReportQuestion): Promise<Pick<Job, 'jobId'>>;
  /** Until when a live message is kept, and because of what. */
  whyKept(archiveId: string): Promise<WhyKept>;
  /** Why a message went; `undefined` where it did not. */
  whyGone(archiveId: string): Promise<WhyGone | undefined>;
  /** Of these policies, each with the id that it has or shall have, or of those that there are, be it with changes. */
  startPreview(policies?: readonly PreviewedPolicy[] | PreviewedChanges): Promise<Pick<Job, 'jobId'>>;
  readPreview(jobId: string): Promise<PreviewState | undefined>;
  /** Asks a job to end; one that runs ends within seconds. */
  cancelJob(jobId: string): Promise<Pick<Job, 'jobId'>>;
  listJobs(request: PageRequest & JobFilter): Promise<ListPage<Job>>;
  getJob(jobId: string): Promise<Job>;
  jobLog(jobId: string, request: PageRequest): Promise<ListPage<{ readonly at: string; readonly message: string }>>;
}
