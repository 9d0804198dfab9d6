import { describe, expect, test } from 'vitest';
import type { RetentionPolicy } from '../../../../shared/domain/retention/retention-policy.ts';
import { ObjectLockedError } from '../../../../shared/errors.ts';
import { cancelJob, getJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { startDueExtendJob, startExtendJob } from '../../../../shared/usecases/locks/start-extend-job.ts';
import { runJob } from '../../../../shared/usecases/maintenance/run-job.ts';
import { purgeMessage } from '../../../../shared/usecases/purge-message.ts';
import { changePolicy, createPolicy, retirePolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { decideMessage } from '../../../../shared/usecases/retention/decide-message.ts';
import { PolicyBook } from '../../../../shared/usecases/retention/policy-book.ts';
import { whyKept } from '../../../../shared/usecases/retention/why-kept.ts';
import { letter, retentionWorld } from '../retention/retention-world.ts';

type World = Awaited<ReturnType<typeof retentionWorld>>;
const DAY_MS = 24 * 3_600_000;

const lockedWorld = () => retentionWorld({ locks: true });

function minimum(years: number, change: Partial<RetentionPolicy> = {}) {
  return { name: 'm', priority: 0, conditions: {}, countedFrom: 'archived', minimum: { years }, ...change } as const;
}

/** Until when everything below a prefix is locked, by key. */
async function locksOf({ ports }: World, prefix: string): Promise<readonly (string | undefined)[]> {
  const locks: (string | undefined)[] = [];
  for await (const { key } of ports.archive.list(prefix)) {
    locks.push((await ports.archive.head(key))?.retainUntil?.toISOString().slice(0, 10));
  }
  return locks;
}

async function decided({ ports, directory }: World, archiveId: string) {
  const { prepared } = await new PolicyBook(ports).now();
  return (await decideMessage({ ports, directory }, archiveId, prepared, ports.clock.now())).decision;
}

const toAnn = letter({ From: 'bob@far.test', To: 'a@x.test' });
const attachment = Buffer.alloc(50_000, 'a contract that two people got ').toString('base64');
const withAttachment = (subject: string) =>
  `${letter({ From: 'bob@far.test', To: 'a@x.test', 'Message-ID': `<${subject}@far.test>`, Subject: subject }).split('\r\n\r\n')[0]}\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${attachment}\r\n`;

/** Runs the job to its end, with so many slices that end before their time. */
async function runExtend(world: World, jobId: string, slices = 0) {
  const { ports, directory } = world;
  const tools = { directory, locks: { policies: new PolicyBook(ports) } };
  for (let slice = 0; slice < slices; slice += 1) await runJob(ports, tools, jobId, () => false);
  await runJob(ports, tools, jobId);
  return (await getJob(ports, jobId)).data;
}

describe('why a message is kept', () => {
  test('names the policy that it is locked for, and until when, and no policy for the rest of a lock', async () => {
    const world = await lockedWorld();
    const { ports, directory } = world;
    const { policyId } = await createPolicy(ports, minimum(2));
    const archiveId = await world.journal(toAnn);
    const why = () => whyKept({ ports, directory, policies: new PolicyBook(ports) }, archiveId, ports.clock.now());
    const until = new Date('2028-03-02T00:00:00.000Z');
    const minimumBy = { policyId, version: 1, name: 'm' };
    expect(await why()).toMatchObject({ state: 'under_minimum', minimumUntil: until, minimumBy, lockedUntil: until });

    await changePolicy(ports, policyId, { minimum: { years: 1 } });
    const longer = await why();
    expect(longer).toMatchObject({ state: 'under_minimum', minimumUntil: until, lockedUntil: until });
    expect(longer.minimumBy).toBeUndefined();
    ports.clock.advance(3 * 366 * DAY_MS);
    expect((await why()).lockedUntil).toBeUndefined();
  });
});

describe('filing', () => {
  test('locks an arrival from the instant that it exists, until its minimum is over', async () => {
    const world = await lockedWorld();
    await createPolicy(world.ports, minimum(2));
    const seen: unknown[] = [];
    const { put } = world.ports.archive;
    world.ports.archive.put = (key, body, options) => {
      if (key.startsWith('messages/')) seen.push(options);
      return put.call(world.ports.archive, key, body, options);
    };
    await world.journal(toAnn);
    expect(seen).toEqual([{ ifAbsent: true, lock: { retainUntil: new Date('2028-03-02T00:00:00.000Z') } }]);
    expect(await locksOf(world, 'messages/')).toEqual(['2028-03-02']);
  });

  test('locks nothing where no minimum applies, or the storage is not to', async () => {
    const world = await lockedWorld();
    await createPolicy(world.ports, minimum(2, { conditions: { mailboxes: [world.mailboxes.b] } }));
    await world.journal(toAnn);
    expect(await locksOf(world, 'messages/')).toEqual([undefined]);
    const without = await retentionWorld();
    await createPolicy(without.ports, minimum(2));
    await without.journal(toAnn);
    expect(await locksOf(without, 'messages/')).toEqual([undefined]);
  });

  test('a later arrival that brings a longer minimum extends what is there', async () => {
    const world = await lockedWorld();
    await createPolicy(world.ports, minimum(1));
    await createPolicy(world.ports, minimum(5, { conditions: { endpoints: [world.other.endpointId] } }));
    await world.journal(toAnn);
    expect(await locksOf(world, 'messages/')).toEqual(['2027-03-02']);
    await world.journal(`Received: by mx\r\n${toAnn}`, { by: world.other });
    expect(await locksOf(world, 'messages/')).toEqual(['2031-03-02', '2031-03-02']);
  });

  test('so does one whose very bytes are there, and that writes no object', async () => {
    const world = await lockedWorld();
    await createPolicy(world.ports, minimum(5, { conditions: { endpoints: [world.other.endpointId] } }));
    await world.journal(toAnn);
    await world.journal(toAnn, { by: world.other });
    expect(await locksOf(world, 'messages/')).toEqual(['2031-03-02']);
  });

  test('looks at stored locks only where they may be short', async () => {
    const world = await lockedWorld();
    await createPolicy(world.ports, minimum(1));
    await world.journal(toAnn);
    let heads = 0;
    const { head } = world.ports.archive;
    world.ports.archive.head = (key) => {
      heads += 1;
      return head.call(world.ports.archive, key);
    };
    await world.journal(`Received: by mx\r\n${toAnn}`);
    expect(heads).toBe(0);
  });

  test('a policy that grows while an arrival is filed is heeded', async () => {
    const world = await lockedWorld();
    const { policyId } = await createPolicy(world.ports, minimum(1));
    const { put } = world.ports.archive;
    world.ports.archive.put = async (key, body, options) => {
      if (key.startsWith('messages/')) await changePolicy(world.ports, policyId, { minimum: { years: 7 } });
      return await put.call(world.ports.archive, key, body, options);
    };
    await world.journal(toAnn);
    expect(await locksOf(world, 'messages/')).toEqual(['2033-03-02']);
  });

  test.each(['retain', 'putIfAbsent of what is locked'])('an attempt that dies at %s is made up for', async (step) => {
    const world = await lockedWorld();
    await createPolicy(world.ports, minimum(5, { conditions: { endpoints: [world.other.endpointId] } }));
    await world.journal(toAnn);
    const { archive, tables } = world.ports;
    const { retain } = archive;
    const { putIfAbsent } = tables;
    archive.retain = step === 'retain' ? async () => Promise.reject(new Error('died')) : retain;
    tables.putIfAbsent = async (table, item) => {
      if (step !== 'retain' && item.sk.startsWith('facts#locked#')) throw new Error('died');
      return await putIfAbsent.call(tables, table, item);
    };
    const next = `Received: by mx\r\n${toAnn}`;
    await expect(world.journal(next, { by: world.other })).rejects.toThrow('died');
    archive.retain = retain;
    tables.putIfAbsent = putIfAbsent;
    await world.again();
    expect(await locksOf(world, 'messages/')).toEqual(['2031-03-02', '2031-03-02']);
  });

  test('an attachment is locked to the end of the quarter, and extended only when that is short', async () => {
    const world = await lockedWorld();
    await createPolicy(world.ports, minimum(1));
    const retained: string[] = [];
    const { retain } = world.ports.archive;
    world.ports.archive.retain = (key, versionId, until) => {
      retained.push(key.slice(0, 11));
      return retain.call(world.ports.archive, key, versionId, until);
    };
    await world.journal(withAttachment('one'));
    expect(await locksOf(world, 'attachments/')).toEqual(['2027-04-01']);
    world.ports.clock.advance(20 * DAY_MS);
    await world.journal(withAttachment('two'));
    expect(retained).toEqual([]);
    world.ports.clock.advance(20 * DAY_MS);
    await world.journal(withAttachment('three'));
    expect(retained).toEqual(['attachments']);
    expect(await locksOf(world, 'attachments/')).toEqual(['2027-07-01']);
  });

  test('what cannot be filed is locked as long as any mail could have to be', async () => {
    const world = await lockedWorld();
    await createPolicy(world.ports, minimum(3, { conditions: { mailboxes: [world.mailboxes.b] } }));
    await expect(world.journal('\0\0')).rejects.toThrow('nothing was filed');
    expect(await locksOf(world, 'quarantine/')).toEqual(['2029-03-02']);
  });
});

describe('a locked message', () => {
  test('is kept by decisions for as long as storage keeps it, whatever becomes of the policy', async () => {
    const world = await lockedWorld();
    const { policyId } = await createPolicy(world.ports, minimum(2));
    const archiveId = await world.journal(toAnn);
    await retirePolicy(world.ports, policyId);
    await createPolicy(world.ports, minimum(0, { maximum: { days: 1 } }));
    world.ports.clock.advance(10 * DAY_MS);
    expect(await decided(world, archiveId)).toMatchObject({
      state: 'under_minimum',
      minimumUntil: new Date('2028-03-02T00:00:00.000Z'),
    });
    world.ports.clock.advance(800 * DAY_MS);
    expect((await decided(world, archiveId)).state).toBe('expired');
  });

  test('is known to be so after the tables were rebuilt', async () => {
    const world = await lockedWorld();
    const { policyId } = await createPolicy(world.ports, minimum(2));
    await createPolicy(world.ports, minimum(5, { conditions: { endpoints: [world.other.endpointId] } }));
    const archiveId = await world.journal(toAnn);
    await world.journal(`Received: by mx\r\n${toAnn}`, { by: world.other });
    await retirePolicy(world.ports, policyId);
    const again = { ...world, ports: { ...world.ports, ...(await world.rebuilt()).ports } };
    expect((await decided(again, archiveId)).minimumUntil).toEqual(new Date('2031-03-02T00:00:00.000Z'));
  });

  test('keeps its bytes against a purge that should not be', async () => {
    const world = await lockedWorld();
    await createPolicy(world.ports, minimum(2));
    const archiveId = await world.journal(toAnn);
    await expect(purgeMessage(world.ports, archiveId, async () => true)).rejects.toThrow(ObjectLockedError);
    expect(await locksOf(world, 'messages/')).toHaveLength(1);
  });
});

describe('the job that extends locks', () => {
  async function filled() {
    const world = await lockedWorld();
    const { policyId } = await createPolicy(world.ports, minimum(1));
    for (const subject of ['one', 'two', 'three']) {
      await world.journal(withAttachment(subject));
      world.ports.clock.advance(DAY_MS);
    }
    await expect(world.journal('\0\0')).resolves.toBeDefined();
    return { world, policyId };
  }

  test('extends messages, attachments and quarantine where a policy grew', async () => {
    const { world, policyId } = await filled();
    await changePolicy(world.ports, policyId, { minimum: { years: 4 } });
    const { jobId } = await startExtendJob(world.ports);
    const job = await runExtend(world, jobId);
    expect(job).toMatchObject({ outcome: 'succeeded', details: { looked: 4, extended: 5, damaged: 0 } });
    expect([...(await locksOf(world, 'messages/'))].toSorted()).toEqual(['2030-03-02', '2030-03-03', '2030-03-04']);
    expect(await locksOf(world, 'attachments/')).toEqual(['2030-04-01']);
    expect(await locksOf(world, 'quarantine/')).toEqual(['2030-03-05']);
    const again = await runExtend(world, (await startExtendJob(world.ports)).jobId);
    expect(again.details).toMatchObject({ looked: 4, extended: 0 });
  });

  test('shortens nothing', async () => {
    const { world, policyId } = await filled();
    await changePolicy(world.ports, policyId, { minimum: { days: 1 } });
    const job = await runExtend(world, (await startExtendJob(world.ports)).jobId);
    expect(job.details).toMatchObject({ extended: 0 });
    expect((await locksOf(world, 'messages/')).every((until) => until?.startsWith('2027-03'))).toBe(true);
  });

  test('goes on in slices with what it has done', async () => {
    const { world, policyId } = await filled();
    await changePolicy(world.ports, policyId, { minimum: { years: 4 } });
    const job = await runExtend(world, (await startExtendJob(world.ports)).jobId, 1);
    expect(job).toMatchObject({ outcome: 'succeeded', details: { looked: 4, extended: 5 } });
  });

  test('ends when somebody cancels it', async () => {
    const { world } = await filled();
    const { jobId } = await startExtendJob(world.ports);
    await cancelJob(world.ports, jobId);
    expect(await runExtend(world, jobId)).toMatchObject({ state: 'finished', outcome: 'cancelled' });
  });

  test('is started by a new or longer minimum, once, and by nothing else', async () => {
    const world = await lockedWorld();
    const isStarted = () => startDueExtendJob(world.ports);
    expect(await isStarted()).toBe(false);
    const { policyId } = await createPolicy(world.ports, minimum(1));
    expect(await isStarted()).toBe(true);
    expect(await isStarted()).toBe(false);
    await changePolicy(world.ports, policyId, { name: 'another name' });
    expect(await isStarted()).toBe(false);
    await changePolicy(world.ports, policyId, { minimum: { years: 2 } });
    expect(await isStarted()).toBe(true);
    const { minimum: _none, ...terms } = minimum(0);
    await createPolicy(world.ports, { ...terms, maximum: { years: 9 } });
    expect(await isStarted()).toBe(false);
    await retirePolicy(world.ports, policyId);
    expect(await isStarted()).toBe(false);
  });
});
