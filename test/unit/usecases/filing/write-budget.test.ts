import { describe, expect, test } from 'vitest';
import type { ObjectStore } from '../../../../shared/ports/object-store.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import type { Item, Tables } from '../../../../shared/ports/tables.ts';
import { ByteBudget } from '../../../../shared/usecases/byte-budget.ts';
import { createConfigurationContext } from '../../../../shared/usecases/configuration-context.ts';
import { createEndpoint } from '../../../../shared/usecases/endpoints/create-endpoint.ts';
import { acceptArrival } from '../../../../shared/usecases/filing/accept-arrival.ts';
import { bookDirectory } from '../../../../shared/usecases/filing/book-directory.ts';
import { fileBatch } from '../../../../shared/usecases/filing/file-batch.ts';
import { SINGLE_INSTANCE_BYTES } from '../../../../shared/usecases/filing/store-attachments.ts';
import { ObjectLog } from '../../../../shared/usecases/log/object-log.ts';
import { createMailbox } from '../../../../shared/usecases/mailboxes/create-mailbox.ts';
import { createMemoryPorts } from '../memory-ports.ts';

/** What was written, by the first part of its key. */
class Written {
  readonly counts = new Map<string, number>();

  note(kind: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  objects(store: ObjectStore): ObjectStore {
    return {
      ...store,
      put: async (key, ...rest) => {
        const put = await store.put(key, ...rest);
        if (put.outcome === 'stored') this.note(`object ${key.split('/')[0]}`);
        return put;
      },
    };
  }

  tables(tables: Tables): Tables {
    const item = ({ pk, sk }: Item) =>
      this.note(`item ${/^(message|attachment)#/.test(pk) ? sk.split('#')[0] : pk.split('#')[0]}`);
    return {
      ...tables,
      put: (table, one) => {
        item(one);
        return tables.put(table, one);
      },
      putIfAbsent: (table, one) => {
        item(one);
        return tables.putIfAbsent(table, one);
      },
      putIfVersion: (table, one, expected) => {
        item(one);
        return tables.putIfVersion(table, one, expected);
      },
      batchPut: (table, items) => {
        for (const one of items) item(one);
        return tables.batchPut(table, items);
      },
    };
  }
}

/** Files `raws` as one batch into an endpoint and the mailboxes of a@x.test and b@x.test; answers what that wrote. */
async function writesOf(raws: readonly string[]): Promise<Record<string, number>> {
  const bare: Ports = createMemoryPorts('budget');
  const { archive, clock, entropy } = bare;
  const configuration = createConfigurationContext(bare, { journalDomain: 'journal.test' });
  const endpoint = await createEndpoint(configuration, { name: 'journal' });
  for (const address of ['a@x.test', 'b@x.test'])
    await createMailbox(configuration, { name: address, primaryAddress: address });

  const written = new Written();
  const counted = written.objects(archive);
  const ports: Ports = {
    ...bare,
    intake: written.objects(bare.intake),
    archive: counted,
    tables: written.tables(bare.tables),
    log: new ObjectLog({ archive: counted, clock, entropy }),
  };
  const directory = bookDirectory(configuration);
  const context = { ports, directory, journalDomain: 'journal.test', singleInstanceBytes: SINGLE_INSTANCE_BYTES };
  const facts = {
    receivedAt: clock.now().toISOString(),
    source: { kind: 'journal', endpointIds: [endpoint.endpointId] },
    envelope: { mailFrom: '', rcptTo: [`${endpoint.localPart}@journal.test`] },
  } as const;
  const nudges = [];
  for (const raw of raws) nudges.push(await acceptArrival(ports, facts, Buffer.from(raw)));
  expect(await fileBatch(context, new ByteBudget(1_000_000), nudges)).toEqual([]);
  return Object.fromEntries(written.counts);
}

const mail = (id: string, received = '') =>
  `${received}From: a@x.test\r\nTo: b@x.test\r\nDate: Sun, 1 Mar 2026 10:00:00 +0000\r\nMessage-ID: <${id}@x.test>\r\nSubject: s\r\n\r\nbody\r\n`;

describe('the writes of a message', () => {
  test('are two objects, one record, one ledger entry and its filings; log, marks and volume are per batch, days per day', async () => {
    const writes = await writesOf([mail('1')]);
    expect(writes).toEqual({
      'object incoming': 1,
      'object messages': 1,
      'object log': 1,
      'item record': 1,
      'item filing': 3,
      'item ledger': 1,
      'item folder': 3,
      'item marks': 3,
      'item volume': 1,
      // Once a day.
      'item candidate-day': 1,
    });
  });

  test('share log object and marks with the batch, and folders with all mail before', async () => {
    const writes = await writesOf(Array.from({ length: 20 }, (_, index) => mail(String(index))));
    expect(writes).toMatchObject({
      'object incoming': 20,
      'object messages': 20,
      'object log': 1,
      'item record': 20,
      'item filing': 60,
      'item ledger': 20,
      'item volume': 1,
    });
    expect(writes['item marks']).toBeLessThanOrEqual(2 + 8);
  });

  test('of the very same bytes again are no second object', async () => {
    const writes = await writesOf([mail('1')]);
    const again = await writesOf([mail('1'), mail('2')]);
    expect(writes['object messages']).toBe(1);
    expect(again['object messages']).toBe(2);
  });

  test('store a large attachment once, however many messages have it and however it is encoded', async () => {
    const content = Buffer.alloc(40_000, 'a large attachment ');
    const letter = (id: string, lineLength: number) => {
      const lines = content.toString('base64').match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
      const fields = 'Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n';
      return mail(id, fields).replace('body', lines.join('\r\n'));
    };
    const writes = await writesOf([letter('1', 76), letter('2', 76), letter('3', 60)]);
    expect(writes).toMatchObject({ 'object attachments': 1, 'item reference': 3, 'object messages': 3 });
  });
});
