import { messagePrefix } from '../../../../shared/domain/archive-id.ts';
import type { RequestAction } from '../../../../shared/domain/requests/data-request.ts';
import { LegalHoldError, NotFoundError, UnderRetentionError } from '../../../../shared/errors.ts';
import { deleteItem } from '../../../../shared/usecases/deletion/by-request/delete-item.ts';
import { doPurgeWork, planForJob } from '../../../../shared/usecases/deletion/purge-work.ts';
import { removeFiling } from '../../../../shared/usecases/deletion/remove-filing.ts';
import { createHold } from '../../../../shared/usecases/holds/create-hold.ts';
import { findRequest } from '../../../../shared/usecases/requests/request-book.ts';
import { requestedItem } from '../../../../shared/usecases/requests/requested-messages.ts';
import { createPolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import type { Door, DoorDeed } from './door-world.ts';

const DAY_MS = 24 * 60 * 60_000;

/** Out of the last mailbox of somebody, and then what the queue delivers. */
export const removal = ({ archiveId, world }: Door, crashes = 0): DoorDeed => ({
  name: 'removal',
  crashes,
  does: async (context) => {
    const desk = { ...context, settings: { get: async () => ({ allowed: true }) } };
    await removeFiling(desk, { archiveId, mailboxId: world.mailboxes.a, by: 'ann' }).catch((error: unknown) => {
      const isRefused = error instanceof LegalHoldError || error instanceof UnderRetentionError;
      // An attempt that died may have removed it.
      if (!isRefused && !(error instanceof NotFoundError)) throw error;
    });
    await doPurgeWork(context, archiveId);
  },
});

export const hold: DoorDeed = {
  name: 'hold',
  promises: true,
  does: async ({ ports }) => {
    const scope = { everything: true } as const;
    const wanted = { name: 'case', matter: '1', reason: 'r', createdBy: 'admin', scope };
    await createHold({ ports, addresses: { all: async () => [] } }, wanted);
  },
};

/** A minimum, and what `extend-locks` does about the message then. */
export const minimum = ({ archiveId, world }: Door): DoorDeed => ({
  name: 'minimum',
  promises: true,
  does: async ({ ports }) => {
    const terms = { name: 'm', priority: 0, conditions: {}, countedFrom: 'archived', minimum: { days: 10 } } as const;
    await createPolicy(ports, terms);
    await lock({ archiveId, world }, ports);
  },
});

export const lock = async (
  { archiveId, world }: Pick<Door, 'archiveId' | 'world'>,
  ports: Parameters<DoorDeed['does']>[0]['ports'],
) => {
  const until = new Date(world.ports.clock.now().getTime() + 10 * DAY_MS);
  for await (const { key } of ports.archive.list(messagePrefix(archiveId))) {
    const { versionId = '' } = (await ports.archive.head(key)) ?? {};
    await ports.archive.retain(key, versionId, until);
  }
};

/** What the job of an approved request does with the message. */
export const deletion = (
  { archiveId }: Door,
  { requestId, jobId }: { readonly requestId: string; readonly jobId: string },
  crashes = 0,
): DoorDeed => ({
  name: 'deletion',
  crashes,
  does: async (context) => {
    const { data: request } = await findRequest(context.ports, requestId);
    const { approvedAt, kind } = request;
    if (approvedAt === undefined || kind === 'access') throw new Error('not approved');
    const run = { context, request: { ...request, approvedAt }, cause: { kind, requestId, jobId } } as const;
    await planForJob(context.ports, [archiveId], run.cause);
    const { data: item } = await requestedItem(context.ports, requestId, archiveId);
    await deleteItem({ ...run, mayRemoveFrom: async () => true }, item);
  },
});

export const approved = async (door: Door, action: RequestAction = 'purge') =>
  await door.requests.approved([door.archiveId], { action });

/** An open one, of which people may choose to keep messages. */
export const open = async (door: Door) => {
  const { holdId } = await door.world.hold();
  const request = await approved(door);
  await door.requests.run(request.jobId);
  await door.requests.release(holdId);
  return request;
};
