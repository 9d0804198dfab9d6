import type { Job } from '../../../../shared/domain/job.ts';
import type { DataRequest } from '../../../../shared/domain/requests/data-request.ts';
import type { RequestedMessage } from '../../../../shared/domain/requests/requested-message.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { dataOf, typed } from '../../../../shared/usecases/item-data.ts';
import { getJob, newJobId, startJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { runJob } from '../../../../shared/usecases/maintenance/run-job.ts';
import { messagePartition, recordKey, requestedKey } from '../../../../shared/usecases/message-keys.ts';
import { exportMessages } from '../../../../shared/usecases/requests/export-messages.ts';
import { partKey } from '../../../../shared/usecases/requests/export-objects.ts';
import { changeRequest, createRequest, requestItem } from '../../../../shared/usecases/requests/request-book.ts';
import { PolicyBook } from '../../../../shared/usecases/retention/policy-book.ts';
import { retentionWorld } from '../retention/retention-world.ts';
import { readZip } from './read-zip.ts';

const REQUEST_ID = 'access-0';
/** The person who asks. */
export const PERSON = 'p@else.test';

type Fields = { readonly [name: string]: string };

/** A message of these fields, with a Message-ID of its own. */
export function mailOf(subject: string, fields: Fields = {}, body = `This is ${subject}.`): string {
  const all = {
    From: 'A <a@x.test>',
    To: `${PERSON}, b@x.test`,
    Date: 'Sun, 1 Feb 2026 09:00:00 +0000',
    Subject: subject,
    'Message-ID': `<${subject.replace(/\W/g, '-')}@x.test>`,
    ...fields,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${lines.join('')}\r\n${body}\r\n`;
}

/** An archive with an access request of a person, approved, and what its exports have. */
export async function exportWorld(addresses: readonly string[] = [PERSON]) {
  const world = await retentionWorld();
  const { ports, directory } = world;
  const request: DataRequest = {
    requestId: REQUEST_ID,
    kind: 'access',
    name: 'somebody',
    reason: 'GDPR 15',
    scope: { addresses },
    createdAt: ports.clock.now().toISOString(),
    action: 'keep',
    state: 'found',
    createdBy: 'ann',
    jobIds: [],
  };
  await createRequest(ports, request);
  const known = new Set<string>();

  const recordsOf = async (): Promise<readonly string[]> => {
    const { items } = await ports.tables.scan('messages', { limit: 1_000 });
    const records = items.filter(({ sk, pk }) => sk === 'record' && pk.startsWith(messagePartition('')));
    return records.map(({ pk }) => pk.slice(messagePartition('').length));
  };

  return {
    ...world,
    /** Files a message and has the request find it; answers its id. */
    found: async (raw: string, more: Partial<RequestedMessage> = {}): Promise<string> => {
      await world.journal(raw);
      const archiveId = (await recordsOf()).find((one) => !known.has(one)) ?? '';
      known.add(archiveId);
      const at = ports.clock.now().toISOString();
      const item: RequestedMessage = {
        archiveId,
        foundAt: at,
        mailboxIds: [],
        action: 'keep',
        state: 'waiting',
        decidedAt: at,
        sizeBytes: raw.length,
        ...more,
      };
      await ports.tables.put('activity', { ...requestedKey(REQUEST_ID, archiveId), version: 1, data: dataOf(item) });
      return archiveId;
    },
    /** Starts an export, as its approval does; answers its id. */
    start: async (): Promise<string> => {
      const jobId = newJobId(ports);
      const item = await requestItem(ports, 'access', REQUEST_ID);
      const approvedAt = ports.clock.now().toISOString();
      await changeRequest(ports, item, { state: 'running', approvedAt, jobIds: [...item.data.jobIds, jobId] });
      await startJob(ports, 'export-messages', { jobId, checkpoint: { requestId: REQUEST_ID } });
      return jobId;
    },
    run: async (jobId: string, mayGoOn?: () => boolean, own: Partial<Ports> = {}): Promise<Job> => {
      await runJob({ ...ports, ...own }, { directory }, jobId, mayGoOn);
      return (await getJob(ports, jobId)).data;
    },
    /** A run that nobody catches when it dies. */
    runUncaught: (jobId: string, own: Partial<Ports>) => {
      const all = { ...ports, ...own };
      return exportMessages({ ports: all, directory, policies: new PolicyBook(all) }, jobId, () => true);
    },
    request: async (): Promise<DataRequest> => (await requestItem(ports, 'access', REQUEST_ID)).data,
    stateOf: async (archiveId: string): Promise<string | undefined> => {
      const item = await ports.tables.get('activity', requestedKey(REQUEST_ID, archiveId));
      return item && typed<RequestedMessage>(item).data.state;
    },
    setRecord: async (archiveId: string, state: 'live' | 'purging' | 'purged') => {
      const item = await ports.tables.get('messages', recordKey(archiveId));
      if (item) await ports.tables.put('messages', { ...item, data: { ...item.data, state } });
    },
    /** The files of a part. */
    part: async (jobId: string, part = 1): Promise<ReadonlyMap<string, Buffer>> => {
      const object = await ports.derived.get(partKey(REQUEST_ID, jobId, part));
      if (!object) throw new Error('no such part');
      return readZip(object.body);
    },
  };
}

/** The lines of an index by the ids of their messages, '' for what is of none; cells by their columns. */
export function readIndex(
  files: ReadonlyMap<string, Buffer>,
): ReadonlyMap<string, { readonly [column: string]: string }> {
  const text =
    files
      .get('index.csv')
      ?.toString()
      .replace(/^\ufeff/, '') ?? '';
  const lines = [...text.matchAll(/((?:"(?:[^"]|"")*",?)+)\r\n/g)].map(([, line = '']) =>
    [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell = '']) => cell.replaceAll('""', '"')),
  );
  const [titles = [], ...rows] = lines;
  const read = rows.map((cells) => Object.fromEntries(titles.map((title, at) => [title, cells[at] ?? ''])));
  return new Map(read.map((row) => [row.archiveId ?? '', row]));
}
