import { beforeEach, describe, expect, test } from 'vitest';
import { StorageError, UnreadableError } from '../../../../../shared/errors.ts';
import { FLAGS } from '../../../../../shared/search/index-document.ts';
import { liftRestriction, restrictMessage } from '../../../../../shared/usecases/filings/restrict-message.ts';
import { markPrivate } from '../../../../../shared/usecases/private-mail/mark-private.ts';
import { indexUnit } from '../../../../../shared/usecases/search/index/index-unit-run.ts';
import { pendingUnits } from '../../../../../shared/usecases/search/index/marks.ts';
import { unitsWithIndex } from '../../../../../shared/usecases/search/read/unit-reader.ts';
import { nested, report } from '../../../mail/carrier-mail.ts';
import { type IndexWorld, indexWorld, letter } from './index-world.ts';

let world: IndexWorld;
beforeEach(async () => {
  world = await indexWorld();
});

/** Indexes whatever waits anywhere. */
async function indexAll(context = world.contextOn()): Promise<void> {
  for (let rounds = 0; rounds < 5; rounds += 1) {
    const units = [];
    for await (const { unit } of pendingUnits(world.ports)) units.push(unit);
    if (units.length === 0) return;
    for (const unit of units) await indexUnit(context, unit);
  }
  throw new Error('something waits for ever');
}

const subjects = async (unit: IndexWorld['ann']) => (await world.found(unit)).map(({ subject }) => subject);

describe('what is filed', () => {
  test('is found in each mailbox it was filed in, once, and its marks are gone', async () => {
    await world.file(letter(1), letter(2));
    await indexAll();
    expect(await subjects(world.ann)).toEqual(['letter 1', 'letter 2']);
    expect(await subjects(world.bob)).toEqual(['letter 1', 'letter 2']);
    const units = await unitsWithIndex(world.ports, world.journal);
    const journaled = (await Promise.all(units.map(subjects))).flat();
    expect(journaled.toSorted()).toEqual(['letter 1', 'letter 2']);
    expect(await world.pending(world.ann)).toBe(0);
  });

  test('is told by its flags: whose it is, and that the endpoint has it too', async () => {
    await world.file(letter(1));
    await indexAll();
    const [sent] = await world.found(world.ann);
    const [received] = await world.found(world.bob);
    expect(sent).toMatchObject({ folders: ['Sent'], flags: FLAGS.sent | FLAGS.covered });
    expect(received).toMatchObject({ folders: ['Inbox'], flags: FLAGS.received | FLAGS.covered });
    const [unit] = await unitsWithIndex(world.ports, world.journal);
    expect(unit && (await world.found(unit))[0]?.flags).toBe(FLAGS.received);
    expect((await world.manifestOf(world.bob)).segments[0]?.covered).toBe(1);
  });

  test('later becomes a further segment', async () => {
    await world.file(letter(1));
    await indexAll();
    await world.file(letter(2));
    await indexAll();
    expect(await subjects(world.bob)).toEqual(['letter 1', 'letter 2']);
    expect((await world.manifestOf(world.bob)).segments).toHaveLength(2);
  });

  test('again changes nothing, whichever mark says so', async () => {
    await world.file(letter(1));
    await indexAll();
    const { segments } = await world.manifestOf(world.bob);
    await world.file(letter(1));
    await indexAll();
    expect((await world.manifestOf(world.bob)).segments).toEqual(segments);
    expect(await world.pending(world.bob)).toBe(0);
  });

  test('in another month belongs to the part of the month its message was archived in', async () => {
    await world.file(letter(1));
    world.clock.advance(40 * 86_400_000);
    await world.file(letter(1, undefined, []), letter(2));
    await indexAll();
    const parts = (await unitsWithIndex(world.ports, world.journal)).map(({ part }) => part.slice(0, 7));
    expect(parts.toSorted()).toEqual(['2026-03', '2026-04']);
  });
});

describe('what changes', () => {
  test('moves in a segment that was written long before', async () => {
    await world.file(letter(1), letter(2));
    await indexAll();
    const [one] = await world.found(world.bob);
    await world.changeFilings({ archiveId: one?.archiveId ?? '', mailboxId: world.bob.mailboxId }, { folder: 'Done' });
    await indexAll();
    expect((await world.found(world.bob)).map(({ folders }) => folders)).toEqual([['Done'], ['Inbox']]);
    expect((await world.manifestOf(world.bob)).segments).toHaveLength(1);
    await world.changeFilings({ archiveId: one?.archiveId ?? '', mailboxId: world.bob.mailboxId }, { folder: 'Two' });
    await indexAll();
    expect((await world.found(world.bob)).map(({ folders }) => folders)).toEqual([['Two'], ['Inbox']]);
  });

  test('is no longer found once it is removed, and found again once it is back', async () => {
    await world.file(letter(1), letter(2), letter(3), letter(4), letter(5));
    await indexAll();
    const [one] = await world.found(world.bob);
    const place = { archiveId: one?.archiveId ?? '', mailboxId: world.bob.mailboxId };
    await world.changeFilings(place, { removedAt: '2026-03-01T12:00:00.000Z' });
    await indexAll();
    expect(await subjects(world.bob)).not.toContain('letter 1');
    expect(await subjects(world.ann)).toContain('letter 1');
    await world.changeFilings(place, { removedAt: undefined });
    await indexAll();
    expect(await subjects(world.bob)).toContain('letter 1');
  });

  test('to private counts in every mailbox', async () => {
    await world.file(letter(1));
    await indexAll();
    const [one] = await world.found(world.bob);
    const archiveId = one?.archiveId ?? '';
    await markPrivate(world.ports, { archiveId, mailboxId: world.bob.mailboxId, by: 'bob' });
    await indexAll();
    for (const unit of [world.ann, world.bob]) {
      expect((await world.found(unit))[0]?.flags).toSatisfy((flags: number) => (flags & FLAGS.private) !== 0);
    }
  });

  test('to restricted counts in every mailbox, until that is lifted', async () => {
    await world.file(letter(1), letter(2));
    await indexAll();
    const [one] = await world.found(world.bob);
    const archiveId = one?.archiveId ?? '';
    const flagged = async () => {
      const journaled = await unitsWithIndex(world.ports, world.journal);
      const found = await Promise.all([world.ann, world.bob, ...journaled].map((unit) => world.found(unit)));
      return found.flat().filter(({ flags }) => (flags & FLAGS.restricted) !== 0);
    };
    const { covered } = (await world.manifestOf(world.bob)).segments[0] ?? {};
    await restrictMessage(world.ports, archiveId, 'r-1');
    await indexAll();
    expect((await flagged()).map((found) => found.archiveId)).toEqual([archiveId, archiveId, archiveId]);
    expect((await world.manifestOf(world.bob)).segments).toMatchObject([{ documents: 2, covered }]);
    // A late arrival changes nothing of it.
    await world.file(letter(1, undefined, ['Received: by mx.test']));
    await indexAll();
    expect(await flagged()).toHaveLength(3);
    await liftRestriction(world.ports, archiveId, 'r-1');
    await indexAll();
    expect(await flagged()).toEqual([]);
    expect(covered).toBe(2);
  });

  test('before it was indexed at all is indexed as it is then', async () => {
    await world.file(letter(1), letter(2));
    const marked = await world.ports.tables.scan('messages', { limit: 1_000 });
    const filing = marked.items.find(({ sk }) => sk.startsWith(`filing#${world.bob.mailboxId}`));
    const archiveId = filing?.pk.slice('message#'.length) ?? '';
    await world.changeFilings({ archiveId, mailboxId: world.bob.mailboxId }, { removedAt: 'now' });
    await indexAll();
    expect(await subjects(world.bob)).toHaveLength(1);
  });
});

describe('blind copies', () => {
  const blind = letter(1, undefined, ['Bcc: dora@x.test']);

  test('are found by the sender, in the mailbox of the endpoint and by those they name; by others never', async () => {
    const dora = { mailboxId: await world.mailbox('dora'), part: 'all' };
    await world.file(blind);
    await indexAll();
    const [unit] = await unitsWithIndex(world.ports, world.journal);
    const counts = async (one: IndexWorld['ann']) => [
      await world.matches(one, 'bcc', 'dora'),
      await world.matches(one, 'hiddenBcc', 'dora'),
    ];
    expect(await counts(world.ann)).toEqual([1, 0]);
    expect(unit && (await counts(unit))).toEqual([1, 0]);
    expect(await counts(dora)).toEqual([1, 0]);
    expect(await counts(world.bob)).toEqual([0, 1]);
  });

  test('that a later report tells of are found, in mailboxes that it does not concern too', async () => {
    const text = (...lines: readonly string[]) => ['Sender: ann@x.test', ...lines, ''].join('\r\n');
    const around = (...lines: readonly string[]) =>
      Buffer.from(report({ text: text(...lines), originals: [nested(letter(1).toString())] }));
    await world.file(around('To: bob@x.test'));
    await indexAll();
    expect(await world.matches(world.ann, 'bcc', 'zoe')).toBe(0);
    await world.file(around('Bcc: zoe@y.test'));
    await indexAll();
    expect(await world.matches(world.ann, 'bcc', 'zoe')).toBe(1);
    expect(await world.matches(world.bob, 'hiddenBcc', 'zoe')).toBe(1);
    expect(await subjects(world.bob)).toEqual(['letter 1']);
  });
});

test('who sent a message by the word of its journal report is found as whom it is from', async () => {
  const text = ['Sender: eve@x.test', 'On-Behalf-Of: ann@x.test', 'To: bob@x.test', ''].join('\r\n');
  await world.file(Buffer.from(report({ text, originals: [nested(letter(1).toString())] })));
  await indexAll();
  expect(await world.matches(world.bob, 'from', 'eve')).toBe(1);
  expect(await world.matches(world.bob, 'from', 'ann')).toBe(1);
});

describe('what cannot be read', () => {
  test('now stays marked and holds up nothing else', async () => {
    await world.file(letter(1), letter(2));
    const { archive } = world.ports;
    let failing = '';
    const get: typeof archive.get = async (key, range) => {
      if (key.startsWith('messages/')) failing ||= key;
      if (key === failing) throw new StorageError('reading', { cause: new Error('down') });
      return await archive.get(key, range);
    };
    const { postponed } = await indexUnit(world.contextOn({ archive: { ...archive, get } }), world.bob);
    expect(postponed).toBe(1);
    expect(await subjects(world.bob)).toHaveLength(1);
    expect(await world.pending(world.bob)).toBe(1);
    await indexAll();
    expect(await subjects(world.bob)).toEqual(['letter 1', 'letter 2']);
  });

  test('ever is found by its summary', async () => {
    await world.file(letter(1));
    for await (const { key } of world.ports.archive.list('messages/')) {
      await world.ports.archive.put(key, Buffer.from('other bytes'));
    }
    await indexAll();
    expect(await subjects(world.bob)).toEqual(['letter 1']);
  });
});

test('mail that kills its reader is found by its subject and whom it is from and to', async () => {
  await world.file(letter(1));
  const reader = { ...world.ports.reader };
  reader.readForIndex = async () => {
    throw new UnreadableError('its reader ended');
  };
  await indexUnit(world.contextOn({ reader }), world.bob);
  expect(await world.matches(world.bob, 'subject', 'letter')).toBe(1);
  expect(await world.matches(world.bob, 'from', 'ann')).toBe(1);
  expect(await world.pending(world.bob)).toBe(0);
});

test('a message that ends every process that reads it is found by its summary, and those beside it by their text', async () => {
  await world.file(letter(1, 'alpha'), letter(2, 'deadly'), letter(3, 'gamma'));
  const reader = { ...world.ports.reader };
  reader.readForIndex = async (original, headers) => {
    if (Buffer.from(original).includes('deadly')) throw new Error('the process died');
    return await world.ports.reader.readForIndex(original, headers);
  };
  const run = (isCareful: boolean) => indexUnit(world.contextOn({ reader }), world.bob, { isCareful });
  await expect(run(false)).rejects.toThrow('died');
  await expect(run(true)).rejects.toThrow('died');
  expect(await run(true)).toMatchObject({ isLeft: false });
  expect(await subjects(world.bob)).toEqual(['letter 1', 'letter 2', 'letter 3']);
  expect(await world.matches(world.bob, 'body', 'gamma')).toBe(1);
  expect(await world.pending(world.bob)).toBe(0);
});

test('a run that may not go on leaves the rest, and says so', async () => {
  await world.file(letter(1));
  expect(await indexUnit(world.contextOn(), world.bob, { mayGoOn: () => false })).toMatchObject({ isLeft: true });
  expect(await world.pending(world.bob)).toBe(1);
});
