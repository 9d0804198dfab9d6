import { describe, expect, test } from 'vitest';
import { messagePrefix } from '../../../../shared/domain/archive-id.ts';
import { StorageError } from '../../../../shared/errors.ts';
import { cancelJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { closeRequest } from '../../../../shared/usecases/requests/close-request.ts';
import { addressOfPart, readExport } from '../../../../shared/usecases/requests/read-export.ts';
import { createPolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { exportWorld, mailOf, PERSON, readIndex } from './export-world.ts';

const REQUEST = { requestId: 'access-0' };
/** Beyond what two such have in one part. */
const LARGE = { sizeBytes: 40 * 1024 * 1024 };

function fileOf(archiveId: string): string {
  return `messages/2026-02-01_${archiveId}.eml`;
}

describe('an export', () => {
  test('has every original, byte for byte, and an index of them', async () => {
    const world = await exportWorld();
    const one = mailOf('one', {}, 'caf\xe9 \x00 \r bare');
    const [first, second] = [await world.found(one), await world.found(mailOf('=1+1', { From: 'b@x.test' }))];
    const jobId = await world.start();
    expect(await world.run(jobId)).toMatchObject({ outcome: 'succeeded', details: { exported: 2, parts: 1 } });
    const files = await world.part(jobId);
    expect([...files.keys()].toSorted()).toEqual(['index.csv', fileOf(first), fileOf(second)].toSorted());
    expect(files.get(fileOf(first))).toEqual(Buffer.from(one));
    const index = readIndex(files);
    expect(index.get(first)).toEqual({
      file: fileOf(first),
      date: '2026-02-01T09:00:00.000Z',
      receivedAt: '2026-03-01T10:00:00.000Z',
      fromName: 'A',
      fromAddress: 'a@x.test',
      to: `${PERSON}\nb@x.test`,
      subject: 'one',
      mailboxes: 'a@x.test\nb@x.test\njournal',
      archivedAt: '2026-03-01T10:00:00.000Z',
      keptUntil: '',
      deletedFrom: '',
      keptBecause: '',
      archiveId: first,
      note: '',
    });
    // A spreadsheet must not run what a sender wrote.
    expect(index.get(second)?.subject).toBe("'=1+1");
    expect(await world.stateOf(first)).toBe('exported');
    expect((await world.request()).state).toBe('open');
  });

  test('says until when a message is kept, and because of what', async () => {
    const world = await exportWorld();
    await createPolicy(world.ports, {
      name: 'letters',
      priority: 1,
      conditions: {},
      countedFrom: 'archived',
      minimum: { months: 0, days: 10 },
      maximum: { months: 0, days: 20 },
    });
    const archiveId = await world.found(mailOf('one'));
    const jobId = await world.start();
    await world.run(jobId);
    const row = readIndex(await world.part(jobId)).get(archiveId);
    expect(row).toMatchObject({
      keptUntil: '2026-03-12T00:00:00.000Z',
      deletedFrom: '2026-03-22T00:00:00.000Z',
      keptBecause: 'letters',
    });
  });

  test('leaves out what somebody keeps back: only their number is told', async () => {
    const world = await exportWorld();
    const chosen = { by: 'ann', at: '2026-03-01T10:00:00.000Z', reason: 'of others' };
    const withheld = await world.found(mailOf('secret'), { chosen });
    const later = await world.found(mailOf('later'), { foundAt: '2026-03-01T10:00:00.001Z' });
    const given = await world.found(mailOf('one'));
    const jobId = await world.start();
    expect(await world.run(jobId)).toMatchObject({ outcome: 'succeeded', details: { exported: 1, withheld: 2 } });
    const files = await world.part(jobId);
    expect([...files.keys()]).toEqual([fileOf(given), 'index.csv']);
    const index = readIndex(files);
    expect([...index.keys()]).toEqual([given, '']);
    expect(index.get('')).toMatchObject({ note: 'withheld: 2', subject: '', fromAddress: '' });
    expect(await world.stateOf(withheld)).toBe('kept');
    expect(await world.stateOf(later)).toBe('waiting');
  });

  test('tells of what cannot be read, and ends with errors', async () => {
    const world = await exportWorld();
    const [damaged, gone, going] = [
      await world.found(mailOf('damaged')),
      await world.found(mailOf('gone')),
      await world.found(mailOf('going')),
    ];
    for await (const { key } of world.ports.archive.list(messagePrefix(damaged))) await world.ports.archive.delete(key);
    await world.setRecord(gone, 'purged');
    await world.setRecord(going, 'purging');
    const jobId = await world.start();
    const { outcome, details } = await world.run(jobId);
    expect({ outcome, details }).toMatchObject({
      outcome: 'completedWithErrors',
      details: { exported: 0, gone: 1, damaged: 2 },
    });
    const index = readIndex(await world.part(jobId));
    expect(index.get(damaged)).toMatchObject({ file: '', subject: 'damaged', note: 'unreadable' });
    expect(index.get(gone)).toMatchObject({ file: '', subject: '', note: 'deleted' });
    expect(index.get(going)).toMatchObject({ file: '', subject: '', note: 'being_deleted' });
    expect([await world.stateOf(damaged), await world.stateOf(gone)]).toEqual(['waiting', 'gone']);
    expect((await world.request()).results).toMatchObject({ gone: 1 });
  });

  test('can be made again, and is then the one that is read', async () => {
    const world = await exportWorld();
    await world.found(mailOf('one'));
    const first = await world.start();
    await world.run(first);
    const second = await world.start();
    expect(await world.run(second)).toMatchObject({ details: { exported: 1 } });
    expect((await readExport(world.ports, REQUEST))?.jobId).toBe(second);
    expect((await world.request()).state).toBe('open');
  });

  test('ends without anything where it is cancelled, or the request is closed', async () => {
    const world = await exportWorld();
    await world.found(mailOf('one'));
    const jobId = await world.start();
    await cancelJob(world.ports, jobId);
    expect(await world.run(jobId)).toMatchObject({ outcome: 'cancelled', details: { exported: 0 } });
    expect((await world.request()).state).toBe('open');
    const second = await world.start();
    await closeRequest(world.ports, 'access', REQUEST.requestId, { by: 'ann', reason: 'withdrawn' });
    expect(await world.run(second)).toMatchObject({ outcome: 'cancelled', details: { exported: 0 } });
    expect((await world.request()).state).toBe('closed');
    expect(await readExport(world.ports, REQUEST)).toBeUndefined();
  });
});

describe('parts of an export', () => {
  test('are bounded, each with the index of its own messages, and go on in slices', async () => {
    const world = await exportWorld();
    const ids = [await world.found(mailOf('one'), LARGE), await world.found(mailOf('two'), LARGE)].toSorted();
    const jobId = await world.start();
    expect(await world.run(jobId, () => false)).toMatchObject({ state: 'running', details: { parts: 1 } });
    expect(await readExport(world.ports, REQUEST)).toBeUndefined();
    expect(await world.run(jobId, () => false)).toMatchObject({ state: 'finished', details: { parts: 2 } });
    for (const [at, archiveId] of ids.entries()) {
      const files = await world.part(jobId, at + 1);
      expect([...files.keys()]).toEqual([fileOf(archiveId), 'index.csv']);
      expect([...readIndex(files).keys()]).toEqual([archiveId]);
    }
    const view = await readExport(world.ports, REQUEST);
    expect(view?.parts.map(({ part, messages }) => ({ part, messages }))).toEqual([
      { part: 1, messages: 1 },
      { part: 2, messages: 1 },
    ]);
    expect(view?.expiresAt).toBe('2026-03-02T10:00:00.000Z');
  });

  test('are the same bytes when a run that died repeats them', async () => {
    const world = await exportWorld();
    await world.found(mailOf('one'), LARGE);
    await world.found(mailOf('two'), LARGE);
    const jobId = await world.start();
    const written: { readonly key: string; readonly body: Buffer }[] = [];
    const { derived, tables } = world.ports;
    const failing = {
      derived: {
        ...derived,
        put: async (...[key, body, options]: Parameters<typeof derived.put>) => {
          const chunks: Uint8Array[] = [];
          if (body instanceof Uint8Array) chunks.push(body);
          else for await (const chunk of body) chunks.push(chunk);
          const whole = Buffer.concat(chunks);
          if (key.endsWith('.zip')) written.push({ key, body: whole });
          return await derived.put(key, whole, options);
        },
      },
      tables: {
        ...tables,
        put: async (...[table, item]: Parameters<typeof tables.put>) => {
          // It dies before it knows that the first part is done.
          if (item.pk === `job-checkpoint#${jobId}` && item.data.after !== undefined && written.length === 1)
            throw new Error('killed');
          await tables.put(table, item);
        },
      },
    };
    await expect(world.runUncaught(jobId, failing)).rejects.toThrow('killed');
    world.ports.clock.advance(3_600_000);
    expect(await world.run(jobId, undefined, { derived: failing.derived })).toMatchObject({ details: { exported: 2 } });
    expect(written.map(({ key }) => key.slice(key.lastIndexOf('/')))).toEqual([
      '/part-1.zip',
      '/part-1.zip',
      '/part-2.zip',
    ]);
    expect(written[1]?.body).toEqual(written[0]?.body);
  });

  test('are found done where a run died behind its end', async () => {
    const world = await exportWorld();
    await world.found(mailOf('one'));
    const jobId = await world.start();
    const { tables } = world.ports;
    const dying = {
      tables: {
        ...tables,
        putIfVersion: async (...[table, item, expected]: Parameters<typeof tables.putIfVersion>) => {
          const stored = await tables.putIfVersion(table, item, expected);
          if (item.data.state === 'open' && !item.indexes?.unlogged) throw new Error('killed');
          return stored;
        },
      },
    };
    await expect(world.runUncaught(jobId, dying)).rejects.toThrow('killed');
    expect(await world.run(jobId)).toMatchObject({ outcome: 'succeeded', details: { exported: 1, parts: 1 } });
  });

  test('stop the job where storage fails, and can be exported again', async () => {
    const world = await exportWorld();
    await world.found(mailOf('one'));
    const jobId = await world.start();
    const { derived } = world.ports;
    const put = async () => {
      throw new StorageError('put');
    };
    expect(await world.run(jobId, undefined, { derived: { ...derived, put } })).toMatchObject({ outcome: 'failed' });
    const again = await world.start();
    expect(await world.run(again)).toMatchObject({ outcome: 'succeeded', details: { exported: 1 } });
  });

  test('are fetched by an address until they expire', async () => {
    const world = await exportWorld();
    await world.found(mailOf('one'));
    const jobId = await world.start();
    await world.run(jobId);
    expect(await addressOfPart(world.ports, REQUEST, 1)).toContain(`exports/access/access-0/${jobId}/part-1.zip`);
    expect(await addressOfPart(world.ports, REQUEST, 0)).toBeUndefined();
    expect(await addressOfPart(world.ports, REQUEST, 2)).toBeUndefined();
    world.ports.clock.advance(24 * 60 * 60_000);
    expect(await readExport(world.ports, REQUEST)).toBeUndefined();
    expect(await addressOfPart(world.ports, REQUEST, 1)).toBeUndefined();
  });
});
