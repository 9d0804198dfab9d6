import { describe, expect, test } from 'vitest';
import { copiesPrefix } from '../../../../shared/domain/download-copies.ts';
import { EXPORT_PREFIX, messagePartition } from '../../../../shared/usecases/message-keys.ts';
import { forgetAttachments, purgeMessage } from '../../../../shared/usecases/purge-message.ts';
import { addressOfPart, readExport } from '../../../../shared/usecases/requests/read-export.ts';
import { exportWorld, mailOf } from './export-world.ts';

const REQUEST = { requestId: 'access-0' };
const LARGE = { sizeBytes: 40 * 1024 * 1024 };

type World = Awaited<ReturnType<typeof exportWorld>>;

const purge = ({ ports }: World, archiveId: string) => purgeMessage(ports, archiveId, async () => true);

async function marksOf({ ports }: World, archiveId: string) {
  const page = await ports.tables.query('messages', messagePartition(archiveId), { prefix: EXPORT_PREFIX, limit: 100 });
  return page.items;
}

async function exportKeys({ ports }: World): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of ports.derived.list('exports/access/')) keys.push(key);
  return keys;
}

describe('a purge of what was exported', () => {
  test('deletes the parts that have it, of all exports, and says which are missing', async () => {
    const world = await exportWorld();
    const [one, two] = [await world.found(mailOf('one'), LARGE), await world.found(mailOf('two'), LARGE)].toSorted();
    const first = await world.start();
    await world.run(first);
    world.ports.clock.advance(1_000);
    const second = await world.start();
    await world.run(second);
    expect(await purge(world, one ?? '')).toBe(true);
    expect(await exportKeys(world)).toEqual([
      'exports/access/access-0/export.json',
      `exports/access/access-0/${first}/part-2.zip`,
      `exports/access/access-0/${second}/part-2.zip`,
    ]);
    const view = await readExport(world.ports, REQUEST);
    expect({ parts: view?.parts.map(({ part }) => part), deleted: view?.deletedParts }).toEqual({
      parts: [2],
      deleted: [1],
    });
    expect(await addressOfPart(world.ports, REQUEST, 1)).toBeUndefined();
    expect(await addressOfPart(world.ports, REQUEST, 2)).toBeDefined();
    expect(await marksOf(world, two ?? '')).toHaveLength(2);
  });

  test('finds a part that was written beside it when it comes again, and forgets that there was one', async () => {
    const world = await exportWorld();
    const archiveId = await world.found(mailOf('one'));
    const jobId = await world.start();
    const { derived } = world.ports;
    const slow = {
      ...derived,
      put: async (...[key, body, options]: Parameters<typeof derived.put>) => {
        if (!key.endsWith('.zip') || body instanceof Uint8Array) return await derived.put(key, body, options);
        const chunks: Uint8Array[] = [];
        for await (const chunk of body) chunks.push(chunk);
        // All was read: what comes now is not seen any more.
        expect(await purge(world, archiveId)).toBe(true);
        return await derived.put(key, Buffer.concat(chunks), options);
      },
    };
    await world.run(jobId, undefined, { derived: slow });
    expect(await exportKeys(world)).toContain(`exports/access/access-0/${jobId}/part-1.zip`);
    await purge(world, archiveId);
    await forgetAttachments(world.ports, archiveId);
    expect(await exportKeys(world)).toEqual(['exports/access/access-0/export.json']);
    expect(await marksOf(world, archiveId)).toEqual([]);
  });

  test('leaves nothing for an export that comes later', async () => {
    const world = await exportWorld();
    const archiveId = await world.found(mailOf('one'));
    await purge(world, archiveId);
    const jobId = await world.start();
    expect(await world.run(jobId)).toMatchObject({ details: { exported: 0, gone: 1 } });
    expect([...(await world.part(jobId)).keys()]).toEqual(['index.csv']);
    expect((await world.part(jobId)).get('index.csv')?.toString()).not.toContain('one');
  });

  test('is known of by a mark beside the message that vanishes some time after the part', async () => {
    const world = await exportWorld();
    const archiveId = await world.found(mailOf('one'));
    const jobId = await world.start();
    await world.run(jobId);
    const [mark] = await marksOf(world, archiveId);
    const days = ((mark?.expiresAt ?? 0) - world.ports.clock.now().getTime() / 1_000) / 86_400;
    expect(days).toBe(8);
  });
});

describe('a purge of what was downloaded', () => {
  test('deletes all copies of it, whatever they are named, and no other', async () => {
    const world = await exportWorld();
    const [one = '', two = ''] = [await world.found(mailOf('one')), await world.found(mailOf('two'))];
    for (const id of [one, `${one}.2`, two]) await world.ports.derived.put(`${copiesPrefix(id)}a`, Buffer.from('copy'));
    await purge(world, one);
    const left: string[] = [];
    for await (const { key } of world.ports.derived.list('exports/copies/')) left.push(key);
    expect(left).toEqual([`${copiesPrefix(`${one}.2`)}a`, `${copiesPrefix(two)}a`].toSorted());
  });
});
