import type { PurgeCause } from '../../../../shared/domain/deletion/purge-cause.ts';
import type { Job } from '../../../../shared/domain/job.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { ByteBudget } from '../../../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { type DeletionContext, purgeIfAllowed } from '../../../../shared/usecases/deletion/purge-if-allowed.ts';
import { doPurgeWork, queueDuePurges } from '../../../../shared/usecases/deletion/purge-work.ts';
import { removeFiling } from '../../../../shared/usecases/deletion/remove-filing.ts';
import { runPurgingJob } from '../../../../shared/usecases/deletion/run-purging-job.ts';
import { proofKeys } from '../../../../shared/usecases/deletion/signing-key.ts';
import { startRetention } from '../../../../shared/usecases/deletion/start-retention.ts';
import { addDomain } from '../../../../shared/usecases/domains/own-domains.ts';
import { createEndpoint } from '../../../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptArrival } from '../../../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../../../shared/usecases/filing/book-directory.ts';
import { fileBatch } from '../../../../shared/usecases/filing/file-batch.ts';
import { createHold } from '../../../../shared/usecases/holds/create-hold.ts';
import { inProcessExtractor } from '../../../../shared/usecases/in-process-extractor.ts';
import { getJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { jobPurgePartition } from '../../../../shared/usecases/message-keys.ts';
import { messageJudge } from '../../../../shared/usecases/retention/judge-message.ts';
import { PolicyBook } from '../../../../shared/usecases/retention/policy-book.ts';
import { createIndexContext } from '../../../../shared/usecases/search/index/index-context.ts';
import { createMemoryPorts } from '../memory-ports.ts';

/** An archive in memory with an endpoint and the mailboxes of a@x.test and b@x.test, and the door to delete by. */
export async function deletionWorld(seed = 'deletion') {
  const sent: { readonly queue: string; readonly body: string }[] = [];
  const memory = createMemoryPorts(seed);
  const ports = {
    ...memory,
    queue: { send: async (queue: string, body: string) => void sent.push({ queue, body }) },
  } satisfies Ports;
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.test', ttlMs: 0 });
  const endpoint = await createEndpoint(configuration, { name: 'journal' });
  await addDomain(ports, 'x.test');
  const mailboxOf = async (primaryAddress: string) =>
    (await createMailbox(configuration, { name: primaryAddress, primaryAddress })).mailboxId;
  const mailboxes = { a: await mailboxOf('a@x.test'), b: await mailboxOf('b@x.test') };
  const directory = bookDirectory(configuration);
  const policies = new PolicyBook(ports);
  const filing = { ports, directory, journalDomain: 'journal.test', singleInstanceBytes: 64, policies };
  const contextOn = async (own: Ports): Promise<DeletionContext & { readonly archive: string }> => ({
    ports: own,
    directory,
    policies: new PolicyBook(own),
    ...messageJudge(createIndexContext({ ...own, extractor: inProcessExtractor }, configuration)),
    proof: await proofKeys(own),
    archive: 'journal.test',
  });
  const context = await contextOn(ports);
  const desk = { ...context, settings: configuration.deletion };

  async function file(facts: Parameters<typeof acceptArrival>[1], raw: string): Promise<void> {
    const nudge = await acceptArrival(ports, facts, Buffer.from(raw));
    const [unfiled] = await fileBatch(filing, new ByteBudget(1_000_000), [nudge]);
    if (unfiled) throw unfiled.error;
  }

  const archiveIds = async (state = 'live'): Promise<readonly string[]> => {
    const { items } = await ports.tables.scan('messages', { limit: 1_000 });
    const records = items.filter(
      ({ pk, sk, data }) => pk.startsWith('message#') && sk === 'record' && data.state === state,
    );
    return records.map(({ pk }) => pk.slice('message#'.length)).toSorted();
  };

  return {
    ports,
    sent,
    configuration,
    mailboxes,
    endpoint,
    directory,
    context,
    contextOn,
    archiveIds,
    /** Files a journaled message; answers its id where it made a message. */
    journal: async (raw: string): Promise<string> => {
      const before = new Set(await archiveIds());
      await file(
        {
          receivedAt: ports.clock.now().toISOString(),
          source: { kind: 'journal', endpointIds: [endpoint.endpointId] },
          envelope: { mailFrom: '', rcptTo: [`${endpoint.localPart}@journal.test`] },
        },
        raw,
      );
      return (await archiveIds()).find((id) => !before.has(id)) ?? '';
    },
    fetch: (raw: string, { internalDate, uid = 1 }: { readonly internalDate: string; readonly uid?: number }) =>
      file(
        {
          receivedAt: internalDate,
          source: {
            kind: 'fetch',
            endpointIds: [],
            fetched: {
              profileId: 'pr-1',
              account: 'a',
              folder: 'INBOX',
              validity: '1',
              key: String(uid).padStart(10, '0'),
              flags: [],
              sizeBytes: raw.length,
              internalDate,
              jobId: 'job-1',
              target: { mailboxId: mailboxes.a, folder: 'Old' },
            },
          },
          envelope: { mailFrom: '', rcptTo: [] },
        },
        raw,
      ),
    remove: (archiveId: string, mailboxId: string, more: { readonly folder?: string } = {}) =>
      removeFiling(desk, { archiveId, mailboxId, by: 'ann', ...more }),
    purge: (archiveId: string, cause: PurgeCause = { kind: 'person', by: 'ann' }) =>
      purgeIfAllowed(context, archiveId, cause),
    /** What the queue of purges would deliver, once; then the sweep's. */
    work: async (archiveId: string) => await doPurgeWork(context, archiveId),
    sweep: async () => {
      sent.length = 0;
      await queueDuePurges(ports);
      for (const { body } of sent.splice(0)) {
        for (const id of JSON.parse(body).archiveIds ?? []) await doPurgeWork(context, id);
      }
    },
    retention: async (mayGoOn?: () => boolean): Promise<Job> => {
      const { jobId } = await startRetention(ports);
      for (let slices = 0; slices < 200; slices += 1) {
        await runPurgingJob(context, jobId, mayGoOn);
        const { data } = await getJob(ports, jobId);
        if (data.state === 'finished') return data;
      }
      throw new Error('the job does not end');
    },
    hold: (scope: Parameters<typeof createHold>[1]['scope'] = { everything: true }) =>
      createHold(
        { ports, addresses: configuration.addresses },
        { name: 'case', matter: '1', reason: 'r', createdBy: 'admin', scope },
      ),
    intents: async (jobId: string) =>
      (await ports.tables.query('activity', jobPurgePartition(jobId), { limit: 1_000 })).items,
  };
}

export type DeletionWorld = Awaited<ReturnType<typeof deletionWorld>>;

/** A letter from a@x.test to b@x.test. */
export function letterOf(name: string, more = 'body'): string {
  return [
    'From: a@x.test',
    'To: b@x.test',
    `Subject: ${name}`,
    'Date: Sun, 1 Mar 2026 09:00:00 +0000',
    `Message-ID: <${name.replaceAll(' ', '-')}@x.test>`,
    '',
    more,
    '',
  ].join('\r\n');
}

/** The same with an attachment that is stored apart. */
export function letterWithAttachment(name: string, content = 'z'.repeat(200)): string {
  const attachment = `Content-Disposition: attachment; filename=a\r\n\r\n${content}`;
  return letterOf(name, `--b\r\n\r\nhello\r\n--b\r\n${attachment}\r\n--b--`).replace(
    '\r\n\r\n',
    '\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n',
  );
}
