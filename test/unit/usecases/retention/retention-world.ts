import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import { domainOf } from '../../../../shared/domain/address.ts';
import type { ArrivalFacts } from '../../../../shared/domain/arrival.ts';
import type { ObjectStore } from '../../../../shared/ports/object-store.ts';
import { ByteBudget } from '../../../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { addDomain } from '../../../../shared/usecases/domains/own-domains.ts';
import { createEndpoint } from '../../../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptArrival } from '../../../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../../../shared/usecases/filing/book-directory.ts';
import { fileBatch } from '../../../../shared/usecases/filing/file-batch.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { rebuildTables } from '../../../../shared/usecases/maintenance/rebuild-tables.ts';
import { retainedMessage } from '../../../../shared/usecases/retention/facts-of-message.ts';
import { PolicyBook } from '../../../../shared/usecases/retention/policy-book.ts';
import { createMemoryPorts } from '../memory-ports.ts';

/**
 * An archive of an organisation with the domain x.test, an endpoint, and the mailboxes of a@x.test and b@x.test; with
 * `locks` its storage locks what policies keep.
 */
export async function retentionWorld({
  locks = false,
  archive,
}: {
  readonly locks?: boolean;
  /** Mail lies there, by the time of its server; in memory where it is left out. */
  readonly archive?: ObjectStore;
} = {}) {
  const memory = createMemoryPorts('retention');
  if (archive) memory.clock.advance(Date.now() - memory.clock.now().getTime());
  const ports = { ...memory, archive: archive ?? memory.archive };
  const configuration = createConfigurationContext(ports, { journalDomain: 'journal.test', ttlMs: 0 });
  const endpoint = await createEndpoint(configuration, { name: 'journal' });
  const other = await createEndpoint(configuration, { name: 'other' });
  await addDomain(ports, 'x.test');
  const mailboxOf = async (primaryAddress: string) =>
    (await createMailbox(configuration, { name: primaryAddress, primaryAddress })).mailboxId;
  const mailboxes = { a: await mailboxOf('a@x.test'), b: await mailboxOf('b@x.test') };
  const directory = bookDirectory(configuration);
  const context = {
    ports,
    directory,
    journalDomain: 'journal.test',
    singleInstanceBytes: 32_768,
    ...(locks ? { locks: { policies: new PolicyBook(ports) } } : {}),
  };

  const waiting: Awaited<ReturnType<typeof acceptArrival>>[] = [];
  async function file(facts: ArrivalFacts, raw: string): Promise<string> {
    const nudge = await acceptArrival(ports, facts, Buffer.from(raw));
    const unfiled = await fileBatch(context, new ByteBudget(1_000_000), [nudge]);
    if (unfiled[0]) {
      waiting.push(nudge);
      throw unfiled[0].error;
    }
    const { items } = await ports.tables.scan('messages', { limit: 1_000 });
    const records = items.filter(({ sk }) => sk === 'record').map(({ pk }) => pk.slice('message#'.length));
    const last = records.at(-1);
    if (last === undefined) throw new Error('nothing was filed');
    return last;
  }

  return {
    ports,
    configuration,
    directory,
    mailboxes,
    endpoint,
    other,
    /** Files again what failed. */
    again: async () => {
      const unfiled = await fileBatch(context, new ByteBudget(1_000_000), waiting.splice(0));
      if (unfiled[0]) throw unfiled[0].error;
    },
    /** Files a journaled message and answers the id of the only message there is. */
    journal: (raw: string, options: { readonly receivedAt?: Date; readonly by?: typeof endpoint } = {}) => {
      const { receivedAt = ports.clock.now(), by = endpoint } = options;
      return file(
        {
          receivedAt: receivedAt.toISOString(),
          source: { kind: 'journal', endpointIds: [by.endpointId] },
          envelope: { mailFrom: '', rcptTo: [`${by.localPart}@journal.test`] },
        },
        raw,
      );
    },
    /** Files a fetched message into a folder of a@x.test. */
    fetch: (raw: string, { internalDate, uid = 1 }: { readonly internalDate?: string; readonly uid?: number } = {}) => {
      const place = {
        profileId: 'pr-1',
        account: 'a',
        folder: 'INBOX',
        validity: '1',
        key: String(uid).padStart(10, '0'),
      };
      const marks = { flags: [], sizeBytes: raw.length, ...(internalDate === undefined ? {} : { internalDate }) };
      const target = { mailboxId: mailboxes.a, folder: 'Old/Mail' };
      return file(
        {
          receivedAt: internalDate ?? ports.clock.now().toISOString(),
          source: { kind: 'fetch', endpointIds: [], fetched: { ...place, ...marks, jobId: 'job-1', target } },
          envelope: { mailFrom: '', rcptTo: [] },
        },
        raw,
      );
    },
    factsOf: async (archiveId: string) => (await retainedMessage({ ports, directory }, archiveId)).facts,
    /** The same archive with tables that were rebuilt from the bucket alone. */
    rebuilt: async () => {
      const again = { ...ports, tables: createMemoryTables() };
      const configured = createConfigurationContext(again, { journalDomain: 'journal.test', ttlMs: 0 });
      const rebuiltDirectory = bookDirectory(configured);
      await rebuildTables(again, rebuiltDirectory);
      return {
        ports: again,
        factsOf: async (archiveId: string) =>
          (await retainedMessage({ ports: again, directory: rebuiltDirectory }, archiveId)).facts,
      };
    },
  };
}

/** A letter with these fields, and a Date of long ago. */
export function letter(fields: { readonly [name: string]: string }): string {
  const { Received, ...rest } = fields;
  const all = {
    ...(Received === undefined ? {} : { Received }),
    Date: 'Thu, 1 Jan 1998 10:00:00 +0000',
    'Message-ID': `<${domainOf(fields.From ?? '')}@x.test>`,
    ...rest,
  };
  return `${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\nbody\r\n`;
}
