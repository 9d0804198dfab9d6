import type { Quarantined } from '../../shared/domain/quarantined.ts';
import type { DataRequest, DeletingKind, RequestKind } from '../../shared/domain/requests/data-request.ts';
import type { RequestedMessage } from '../../shared/domain/requests/requested-message.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import type { ListPage, PageRequest } from '../../shared/usecases/configuration/configuration-page.ts';
import type { AddressBook } from '../../shared/usecases/mailboxes/address-book.ts';
import { amendRequest, type RequestAmendment } from '../../shared/usecases/requests/amend-request.ts';
import { approveRequest, checkApproval } from '../../shared/usecases/requests/approve-request.ts';
import { type Choice, chooseAction } from '../../shared/usecases/requests/choose-action.ts';
import { type Closing, closeRequest } from '../../shared/usecases/requests/close-request.ts';
import { isQuarantineLeft, listRequestedQuarantine } from '../../shared/usecases/requests/find-quarantined.ts';
import { makeRequest, type NewRequest } from '../../shared/usecases/requests/make-request.ts';
import { addressOfPart, type ExportView, readExport } from '../../shared/usecases/requests/read-export.ts';
import { listRequests, requestItem } from '../../shared/usecases/requests/request-book.ts';
import {
  listRequested,
  type RequestedFilter,
  type RequestedView,
} from '../../shared/usecases/requests/requested-messages.ts';
import { resumeRequest } from '../../shared/usecases/requests/resume-request.ts';
import { startFind } from '../../shared/usecases/requests/start-find.ts';
import type { DeletionSettings } from '../../shared/usecases/settings/deletion-settings.ts';

/** A job that was started. */
interface Started {
  readonly jobId: string;
}

/**
 * Erasure and access requests and bulk deletions, as the routes ask for them; each throws what its use case throws. Who
 * may is asked before.
 */
export interface ArchiveRequests {
  make(wanted: NewRequest): Promise<DataRequest>;
  amend(kind: RequestKind, requestId: string, amendment: RequestAmendment): Promise<DataRequest>;
  find(kind: RequestKind, requestId: string): Promise<Started>;
  get(kind: RequestKind, requestId: string): Promise<DataRequest>;
  list(
    kind: RequestKind,
    request: PageRequest & { readonly ownedBy?: string; readonly state?: DataRequest['state'] },
  ): Promise<ListPage<DataRequest>>;
  messages(request: DataRequest, page: PageRequest & RequestedFilter): Promise<ListPage<RequestedView>>;
  /** What it found in quarantine and still waits there, newest first. */
  quarantine(request: Pick<DataRequest, 'requestId'>, page: PageRequest): Promise<ListPage<Quarantined>>;
  /** Whether anything of that waits. */
  isQuarantineLeft(request: Pick<DataRequest, 'requestId'>): Promise<boolean>;
  choose(kind: RequestKind, requestId: string, archiveId: string, choice: Choice): Promise<RequestedMessage>;
  /** Throws what `approve` would throw. */
  checkApproval(kind: RequestKind, requestId: string): Promise<DataRequest>;
  /** By these users, by name; of what was found and chosen by `asOf` (ISO 8601, UTC), now if left out. */
  approve(kind: RequestKind, requestId: string, approvedBy: readonly string[], asOf?: string): Promise<Started>;
  resume(kind: DeletingKind, requestId: string): Promise<Started>;
  close(kind: RequestKind, requestId: string, closing: Closing): Promise<DataRequest>;
  /** What was exported of an access request; `undefined` where nothing was yet, or it has expired. */
  exported(request: Pick<DataRequest, 'requestId'>): Promise<ExportView | undefined>;
  /** Where a part of it can be fetched from for a minute; `undefined` where there is none. */
  addressOfPart(request: Pick<DataRequest, 'requestId'>, part: number): Promise<string | undefined>;
}

/** The use cases behind the routes, on these ports. */
export function createArchiveRequests(
  ports: Pick<Ports, 'tables' | 'log' | 'queue' | 'clock' | 'entropy' | 'derived' | 'logs'>,
  {
    addresses,
    deletion,
  }: { readonly addresses: Pick<AddressBook, 'all'>; readonly deletion: { get(): Promise<DeletionSettings> } },
): ArchiveRequests {
  return {
    make: (wanted) => makeRequest({ ports, addresses }, wanted),
    amend: (kind, requestId, amendment) => amendRequest(ports, kind, requestId, amendment),
    find: (kind, requestId) => startFind(ports, kind, requestId),
    get: async (kind, requestId) => (await requestItem(ports, kind, requestId)).data,
    list: (kind, request) => listRequests(ports, kind, request),
    messages: (request, page) => listRequested(ports, request, page),
    quarantine: ({ requestId }, page) => listRequestedQuarantine(ports, requestId, page),
    isQuarantineLeft: ({ requestId }) => isQuarantineLeft(ports, requestId),
    choose: (kind, requestId, archiveId, choice) => chooseAction(ports, kind, requestId, archiveId, choice),
    checkApproval: async (kind, requestId) => (await checkApproval(ports, deletion, kind, requestId)).data,
    approve: (kind, requestId, approvedBy, asOf) => approveRequest(ports, deletion, kind, requestId, approvedBy, asOf),
    resume: (kind, requestId) => resumeRequest(ports, deletion, kind, requestId),
    close: (kind, requestId, closing) => closeRequest(ports, kind, requestId, closing),
    exported: (request) => readExport(ports, request),
    addressOfPart: (request, part) => addressOfPart(ports, request, part),
  };
}
