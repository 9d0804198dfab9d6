import type { DataRequest, RequestKind } from '../../../../shared/domain/requests/data-request.ts';
import type { RequestedMessage } from '../../../../shared/domain/requests/requested-message.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { accessKey } from '../../../../shared/usecases/configuration/configuration-keys.ts';
import { dataOf } from '../../../../shared/usecases/item-data.ts';
import { getJob, listJobs } from '../../../../shared/usecases/jobs/jobs.ts';
import { runJob } from '../../../../shared/usecases/maintenance/run-job.ts';
import { makeRequest, type NewRequest } from '../../../../shared/usecases/requests/make-request.ts';
import { findRequest } from '../../../../shared/usecases/requests/request-book.ts';
import { requestedItems } from '../../../../shared/usecases/requests/requested-messages.ts';
import { holdMail } from '../holds/hold-mail.ts';
import { letter } from '../search/index/index-world.ts';

/** Letters of Ann to Bob, by their numbers, filed and indexed in memory, and what requests work with. */
export async function requestMail(numbers: readonly number[] = [1, 2, 3, 4, 5], seed = 'requests') {
  const mail = await holdMail(seed);
  const { ports, index, search, configuration } = mail;
  const tools = { directory: mail.directory, index, search: search.workers };
  const desk = { ports, addresses: configuration.addresses };
  const idOf = new Map<number, string>();

  /** Files letters, tells the index, and answers nothing: `id` knows them. */
  async function write(...more: readonly number[]): Promise<void> {
    for (const number of more) {
      const before = new Set(await mail.archiveIds());
      await mail.file(letter(number));
      idOf.set(number, (await mail.archiveIds()).find((archiveId) => !before.has(archiveId)) ?? '');
      mail.clock.advance(1_000);
    }
    await mail.indexAll();
  }

  const make = (more: Partial<NewRequest> = {}): Promise<DataRequest> => {
    const about = { name: 'Ann', reason: 'asked to', createdBy: 'admin' };
    return makeRequest(desk, { kind: 'erasure', ...about, scope: { addresses: ['ann@x.test'] }, ...more });
  };

  /** Runs the jobs of this kind that wait, to their end; answers how many slices that took. */
  async function run(own: Partial<Ports> = {}, mayGoOn?: () => boolean): Promise<number> {
    for (let slices = 0; slices < 200; slices += 1) {
      const { items } = await listJobs(ports, { limit: 100 });
      const waiting = items.find(({ kind, state }) => kind === 'find-messages' && state !== 'finished');
      if (!waiting) return slices;
      await runJob({ ...ports, ...own }, tools, waiting.jobId, mayGoOn);
    }
    throw new Error('never ends');
  }

  async function found({ requestId }: DataRequest, own: Pick<Ports, 'tables'> = ports) {
    const items: RequestedMessage[] = [];
    for await (const { data } of requestedItems(own, requestId)) items.push(data);
    return items;
  }

  /** Says what `principalId` may do with a mailbox. */
  const grant = (principalId: string, mailboxId: string, privileges: readonly string[]) =>
    ports.tables.put('configuration', {
      ...accessKey(principalId, mailboxId),
      version: 1,
      data: dataOf({ principalId, mailboxId, privileges, grantedAt: '' }),
    });

  await write(...numbers);
  return {
    ...mail,
    ...{ tools, desk, write, make, run, found, grant },
    id: (number: number): string => idOf.get(number) ?? '',
    now: async ({ requestId }: DataRequest): Promise<DataRequest> => (await findRequest(ports, requestId)).data,
    outcome: async ({ jobIds }: DataRequest) => (await getJob(ports, jobIds.at(-1) ?? '')).data.outcome,
    /** Makes a request and finds its messages. */
    request: async (more: Partial<NewRequest> & { readonly kind?: RequestKind } = {}): Promise<DataRequest> => {
      const { requestId } = await make(more);
      await run();
      return (await findRequest(ports, requestId)).data;
    },
  };
}

export type RequestMail = Awaited<ReturnType<typeof requestMail>>;
