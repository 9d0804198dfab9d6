import { beforeEach, describe, expect, test } from 'vitest';
import { sweep } from '../../../../../shared/usecases/maintenance/sweep.ts';
import { purgeMessage } from '../../../../../shared/usecases/purge-message.ts';
import { unitNamed } from '../../../../../shared/usecases/search/index/index-unit.ts';
import { indexUnit } from '../../../../../shared/usecases/search/index/index-unit-run.ts';
import type { IndexNudge } from '../../../../../shared/usecases/search/index/marks.ts';
import { docxOf } from '../../../mail/index-text/documents.ts';
import { multipart } from '../../../mail/message.ts';
import { type IndexWorld, indexWorld, letter } from './index-world.ts';

const HOUR_MS = 3_600_000;

let world: IndexWorld;
beforeEach(async () => {
  world = await indexWorld();
});

/** Delivers what was sent to the queue `index` until nothing more is. */
async function deliver(): Promise<void> {
  const context = world.contextOn();
  for (let nudges = world.sent.splice(0); nudges.length > 0; nudges = world.sent.splice(0)) {
    for (const { queue, body } of nudges) {
      const { unit = '', isTidying = false }: Partial<IndexNudge> = queue === 'index' ? JSON.parse(body) : {};
      const named = unitNamed(unit);
      if (named) await indexUnit(context, named, { isTidying });
    }
  }
}

async function laterOn(hours: number): Promise<void> {
  world.clock.advance(hours * HOUR_MS);
  await sweep(world.ports, world.clock.now());
  await deliver();
}

async function files(prefix = 'segments/data/'): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { key } of world.ports.derived.list(prefix)) keys.push(key);
  return keys;
}

describe('a purged message', () => {
  beforeEach(async () => {
    await world.file(letter(1, 'quicksilver'), letter(2), letter(3), letter(4), letter(5), letter(6));
    await deliver();
  });

  async function purged(): Promise<void> {
    const one = (await world.found(world.ann)).find(({ subject }) => subject === 'letter 1');
    expect(await purgeMessage(world.ports, one?.archiveId ?? '', async () => true)).toBe(true);
  }

  test('is not found from the next run on', async () => {
    await purged();
    await deliver();
    for (const unit of [world.ann, world.bob]) expect(await world.found(unit)).toHaveLength(5);
  });

  test('leaves every object of the index within hours', async () => {
    const before = await files();
    const holding = before.filter((key) => key.includes(world.bob.mailboxId) || key.includes(world.ann.mailboxId));
    expect(holding).toHaveLength(4);
    await purged();
    await deliver();
    await laterOn(2);
    await laterOn(2);
    const after = await files();
    expect(after.filter((key) => holding.includes(key))).toEqual([]);
    for (const unit of [world.ann, world.bob]) {
      expect(await world.found(unit)).toHaveLength(5);
      expect(await world.matches(unit, 'body', 'quicksilver')).toBe(0);
      expect((await world.manifestOf(unit)).segments.some(({ holdsPurged }) => holdsPurged)).toBe(false);
    }
  });

  test('leaves a segment too in which it was replaced, or removed, long before', async () => {
    const one = (await world.found(world.bob)).find(({ subject }) => subject === 'letter 1');
    await world.changeFilings(
      { archiveId: one?.archiveId ?? '', mailboxId: world.bob.mailboxId },
      { removedAt: 'now' },
    );
    await deliver();
    const [segment] = (await world.manifestOf(world.bob)).segments;
    await purged();
    await deliver();
    await laterOn(2);
    await laterOn(2);
    expect((await files()).filter((key) => key.includes(segment?.segmentId ?? ''))).toEqual([]);
  });

  test('takes what is kept of the texts in its attachments along', async () => {
    const document = docxOf('<w:t>quicksilver</w:t>').toString('base64');
    const part =
      'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=plan.docx\r\n' +
      `Content-Transfer-Encoding: base64\r\n\r\n${document}`;
    await world.file(letter(7, multipart('b', part), ['Content-Type: multipart/mixed; boundary=b']));
    await deliver();
    expect(await files('segments/texts/')).toHaveLength(1);
    const one = (await world.found(world.ann)).find(({ subject }) => subject === 'letter 7');
    await purgeMessage(world.ports, one?.archiveId ?? '', async () => true);
    expect(await files('segments/texts/')).toEqual([]);
  });

  test('goes on being found where the decision was against it', async () => {
    const [one] = await world.found(world.bob);
    expect(await purgeMessage(world.ports, one?.archiveId ?? '', async () => false)).toBe(false);
    await deliver();
    expect(await world.found(world.bob)).toHaveLength(6);
  });
});

describe('files that no manifest names', () => {
  test('stay for as long as a reader may have an older manifest, and go then', async () => {
    for (let number = 1; number <= 10; number += 1) {
      await world.file(letter(number));
      await deliver();
    }
    const own = async () => (await files()).filter((key) => key.includes(world.bob.mailboxId));
    expect((await world.manifestOf(world.bob)).segments).toHaveLength(1);
    expect(await own()).toHaveLength(22);
    await laterOn(0.9);
    expect(await own()).toHaveLength(22);
    await laterOn(1);
    expect(await own()).toHaveLength(2);
    expect(await world.found(world.bob)).toHaveLength(10);
    const { items } = await world.ports.tables.scan('messages', { limit: 1_000 });
    expect(items.filter(({ pk }) => pk.startsWith('tidying#'))).toEqual([]);
  });

  test('of a run that died go with the next tidying; those of one that may be under way stay', async () => {
    const left = `segments/data/${world.bob.mailboxId}/all/left.idx`;
    await world.ports.derived.put(left, Buffer.from('x'));
    for (let number = 1; number <= 10; number += 1) {
      await world.file(letter(number));
      await deliver();
    }
    world.clock.advance(2 * HOUR_MS);
    const young = `segments/data/${world.bob.mailboxId}/all/young.idx`;
    await world.ports.derived.put(young, Buffer.from('x'));
    await laterOn(0);
    const after = await files();
    expect(after).not.toContain(left);
    expect(after).toContain(young);
  });
});
