import type { Job } from '../../../../shared/domain/job.ts';
import type { Filing } from '../../../../shared/domain/message.ts';
import type { DataRequest, DeletingKind, RequestAction } from '../../../../shared/domain/requests/data-request.ts';
import type { RequestedMessage } from '../../../../shared/domain/requests/requested-message.ts';
import { runPurgingJob } from '../../../../shared/usecases/deletion/run-purging-job.ts';
import { filingItems } from '../../../../shared/usecases/filings/mailbox-filings.ts';
import { releaseHold } from '../../../../shared/usecases/holds/release-hold.ts';
import { getJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { recordKey } from '../../../../shared/usecases/message-keys.ts';
import { addFound } from '../../../../shared/usecases/requests/add-found.ts';
import { approveRequest } from '../../../../shared/usecases/requests/approve-request.ts';
import { chooseAction } from '../../../../shared/usecases/requests/choose-action.ts';
import { closeRequest } from '../../../../shared/usecases/requests/close-request.ts';
import { makeRequest } from '../../../../shared/usecases/requests/make-request.ts';
import { changeRequest, findRequest } from '../../../../shared/usecases/requests/request-book.ts';
import { requestedItems } from '../../../../shared/usecases/requests/requested-messages.ts';
import { resumeRequest } from '../../../../shared/usecases/requests/resume-request.ts';
import { startDueRequests } from '../../../../shared/usecases/requests/start-due-requests.ts';
import { type DeletionWorld, letterOf } from './deletion-world.ts';

interface WantedRequest {
  readonly kind?: DeletingKind;
  readonly action?: RequestAction;
  /** Left out: mailbox a. */
  readonly mailboxIds?: readonly string[];
  readonly ownedBy?: string;
}

/** Requests in a world, whose messages are found by their ids; jobs run when they are told to. */
export function requestsIn(world: DeletionWorld) {
  const { ports, context, configuration } = world;
  const settings = configuration.deletion;

  async function found(
    archiveIds: readonly string[],
    { kind = 'erasure', action, mailboxIds = [world.mailboxes.a], ownedBy }: WantedRequest = {},
  ): Promise<DataRequest> {
    const made = await makeRequest(
      { ports, addresses: configuration.addresses },
      {
        kind,
        name: 'ann',
        reason: 'r',
        createdBy: 'admin',
        scope: { mailboxes: mailboxIds },
        ...(action ? { action } : {}),
        ...(ownedBy === undefined ? {} : { ownedBy }),
      },
    );
    await addFound(context, made, new Map(archiveIds.map((id) => [id, mailboxIds])));
    const { data } = await changeRequest(ports, await findRequest(ports, made.requestId), { state: 'found' });
    // Who approves has seen what was found before.
    ports.clock.advance(1);
    return data;
  }

  async function run(jobId: string, mayGoOn?: () => boolean, own = context): Promise<Job> {
    for (let slices = 0; slices < 500; slices += 1) {
      await runPurgingJob(own, jobId, mayGoOn);
      const { data } = await getJob(ports, jobId);
      if (data.state === 'finished') return data;
    }
    throw new Error('the job does not end');
  }

  const approve = async ({ kind, requestId }: DataRequest) =>
    (await approveRequest(ports, settings, kind, requestId, ['ann', 'admin'])).jobId;
  const now = async (requestId: string) => (await findRequest(ports, requestId)).data;

  const filingsOf = async (archiveId: string): Promise<readonly Filing[]> =>
    (await filingItems(ports, archiveId)).map(({ data }) => data);

  return {
    found,
    approve,
    run,
    now,
    approved: async (archiveIds: readonly string[], wanted?: WantedRequest) => {
      const request = await found(archiveIds, wanted);
      return { requestId: request.requestId, jobId: await approve(request) };
    },
    items: async (requestId: string): Promise<readonly RequestedMessage[]> => {
      const items: RequestedMessage[] = [];
      for await (const { data } of requestedItems(ports, requestId)) items.push(data);
      return items;
    },
    /** Journals so many; answers their ids. */
    letters: async (count: number): Promise<readonly string[]> => {
      const ids: string[] = [];
      for (let number = 1; number <= count; number += 1) ids.push(await world.journal(letterOf(`letter ${number}`)));
      return ids;
    },
    stateOf: async (archiveId: string) => (await ports.tables.get('messages', recordKey(archiveId)))?.data.state,
    filingsOf,
    restrictedBy: async (archiveId: string) => [
      ...new Set((await filingsOf(archiveId)).flatMap(({ restrictedBy = [] }) => restrictedBy)),
    ],
    keep: ({ kind, requestId }: Pick<DataRequest, 'kind' | 'requestId'>, archiveId: string) =>
      chooseAction(ports, kind, requestId, archiveId, { action: 'keep', reason: 'needed', by: 'admin' }),
    resume: async (kind: DeletingKind, requestId: string) =>
      (await resumeRequest(ports, settings, kind, requestId)).jobId,
    release: (holdId: string) => releaseHold(world, holdId, { reason: 'settled', releasedBy: 'admin' }),
    close: ({ kind, requestId }: Pick<DataRequest, 'kind' | 'requestId'>) =>
      closeRequest(ports, kind, requestId, { by: 'admin', reason: 'withdrawn' }),
    /** The jobs that a day starts, run to their ends. */
    nextDay: async (): Promise<readonly Job[]> => {
      ports.clock.advance(24 * 60 * 60_000);
      world.sent.length = 0;
      await startDueRequests(ports);
      const jobs: Job[] = [];
      for (const { queue, body } of world.sent.splice(0)) {
        const { jobId } = JSON.parse(body);
        if (queue === 'purges' && typeof jobId === 'string') jobs.push(await run(jobId));
      }
      return jobs;
    },
  };
}

export type RequestsIn = ReturnType<typeof requestsIn>;
