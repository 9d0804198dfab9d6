import type { Job } from '../../shared/domain/job.ts';
import type { Quarantined } from '../../shared/domain/quarantined.ts';
import type { LegalHold } from '../../shared/domain/retention/legal-hold.ts';
import type { Ports } from '../../shared/ports/ports.ts';
import type { ListPage, PageRequest } from '../../shared/usecases/configuration/configuration-page.ts';
import { changeHold, type HoldChange } from '../../shared/usecases/holds/change-hold.ts';
import { countHold, type HoldCounts } from '../../shared/usecases/holds/count-hold.ts';
import { createHold, type NewHold } from '../../shared/usecases/holds/create-hold.ts';
import { getHold, listHolds } from '../../shared/usecases/holds/hold-book.ts';
import type { HoldContext } from '../../shared/usecases/holds/lone-documents.ts';
import { type HeldMessage, messagesOfHold } from '../../shared/usecases/holds/messages-of-hold.ts';
import { quarantineOfHold } from '../../shared/usecases/holds/quarantine-of-hold.ts';
import { type Release, type Released, releaseHold } from '../../shared/usecases/holds/release-hold.ts';
import { startHoldJob } from '../../shared/usecases/holds/start-hold-job.ts';
import type { ScopeSearch } from '../../shared/usecases/scopes/find-in-scope.ts';

/** Legal holds, as the routes ask for them; each throws what its use case throws. */
export interface ArchiveHolds {
  create(wanted: NewHold): Promise<LegalHold>;
  change(holdId: string, change: HoldChange): Promise<LegalHold>;
  release(holdId: string, release: Release): Promise<Released>;
  /** Starts the job that locks anew what the hold covers. */
  lock(holdId: string): Promise<Pick<Job, 'jobId'>>;
  get(holdId: string): Promise<LegalHold>;
  list(request: PageRequest & { readonly state?: LegalHold['state'] }): Promise<ListPage<LegalHold>>;
  messages(hold: LegalHold, page: PageRequest): Promise<ListPage<HeldMessage>>;
  count(hold: LegalHold): Promise<HoldCounts>;
  quarantine(hold: LegalHold, page: PageRequest): Promise<ListPage<Quarantined>>;
}

/** How long counting may take: an answer has 29 s, and shows a page besides. */
const COUNT_MS = 12_000;

/** The use cases behind the routes, on these ports. */
export function createArchiveHolds(
  ports: Pick<Ports, 'tables' | 'log' | 'queue' | 'clock' | 'entropy'>,
  context: HoldContext & ScopeSearch,
): ArchiveHolds {
  const desk = { ports, addresses: context.addresses };
  return {
    create: (wanted) => createHold(desk, wanted),
    change: (holdId, change) => changeHold(ports, holdId, change),
    release: (holdId, release) => releaseHold(desk, holdId, release),
    lock: async (holdId) => await startHoldJob(ports, (await getHold(ports, holdId)).holdId),
    get: (holdId) => getHold(ports, holdId),
    list: (request) => listHolds(ports, request),
    messages: (hold, page) => messagesOfHold(context, hold, page),
    count: (hold) => countHold(context, hold, COUNT_MS),
    quarantine: (hold, page) => quarantineOfHold(ports, hold, page),
  };
}
