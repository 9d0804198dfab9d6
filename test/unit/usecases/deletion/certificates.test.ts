import { beforeEach, describe, expect, test } from 'vitest';
import { createMemoryTables } from '../../../../shared/adapters/memory/memory-tables.ts';
import { NotFoundError, StorageError } from '../../../../shared/errors.ts';
import { listCertificates } from '../../../../shared/usecases/deletion/certificate-book.ts';
import { readCertificate } from '../../../../shared/usecases/deletion/certify-job.ts';
import { runPurgingJob } from '../../../../shared/usecases/deletion/run-purging-job.ts';
import { askForKey, asksForKey, publishedKey, publishKey } from '../../../../shared/usecases/deletion/signing-key.ts';
import { startRetention } from '../../../../shared/usecases/deletion/start-retention.ts';
import { whyGone } from '../../../../shared/usecases/deletion/why-gone.ts';
import { getJob, startJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { rebuildTables } from '../../../../shared/usecases/maintenance/rebuild-tables.ts';
import { createPolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { type DeletionWorld, deletionWorld, letterOf } from './deletion-world.ts';
import { dyingAfter, dyingPorts } from './dying-ports.ts';
import { requestsIn } from './requests-in.ts';

const DAY_MS = 24 * 60 * 60_000;

let world: DeletionWorld;
beforeEach(async () => {
  world = await deletionWorld();
});

const expiring = ({ ports }: DeletionWorld = world) =>
  createPolicy(ports, { name: 'm', priority: 0, conditions: {}, countedFrom: 'archived', maximum: { days: 1 } });
const letters = async (count: number) => await requestsIn(world).letters(count);
const later = (days: number) => world.ports.clock.advance(days * DAY_MS);
const listed = async () => (await listCertificates(world.ports, { limit: 10 })).items;
const rebuild = async () => {
  const tables = createMemoryTables();
  await rebuildTables({ ...world.ports, tables }, world.directory);
  Object.assign(world.ports.tables, tables);
};

describe('the list of certificates', () => {
  test('names each with what it is about, the newest first, also after a rebuild of the tables', async () => {
    await expiring();
    const requests = requestsIn(world);
    const [one = ''] = await letters(1);
    const { requestId, jobId } = await requests.approved([one]);
    await requests.run(jobId);
    await letters(2);
    later(3);
    const retention = await world.retention();
    const certificates = await listed();
    expect(certificates).toMatchObject([
      { jobId: retention.jobId, cause: 'retention', messages: 2, parts: 1, bytesLocked: 0 },
      { jobId, cause: 'erasure', requestId, messages: 1 },
    ]);
    await rebuild();
    expect(await listed()).toEqual(certificates);
    expect((await readCertificate(world.ports, jobId)).certificate).toHaveLength(1);
  });

  test('names one once, whichever write its job died at', async () => {
    await expiring();
    await letters(2);
    later(3);
    const { jobId } = await startRetention(world.ports);
    for (let writes = 1; (await getJob(world.ports, jobId)).data.state !== 'finished'; writes += 1) {
      await runPurgingJob(await world.contextOn(dyingAfter(world.ports, writes)), jobId).catch((error: unknown) => {
        if (!(error instanceof StorageError)) throw error;
      });
    }
    expect(await listed()).toMatchObject([{ jobId, messages: 2 }]);
  });
});

describe('a job without a certificate', () => {
  test('says why it has none', async () => {
    await expiring();
    const nothing = await world.retention();
    const begun = await startRetention(world.ports);
    const other = await startJob(world.ports, 'sweep');
    const why = async (jobId: string) =>
      await readCertificate(world.ports, jobId).catch((error: unknown) => {
        expect(error).toBeInstanceOf(NotFoundError);
        return error instanceof Error ? error.message : '';
      });
    expect(await why(nothing.jobId)).toContain('purged nothing');
    expect(await why(begun.jobId)).toContain('has not ended yet');
    expect(await why(other.jobId)).toContain('none that deletes');
    expect(await why('job-0')).toBe('a certificate of job job-0 not found');
  });
});

describe('the key of certificates', () => {
  test('is asked for until it is there, and again after a rebuild of the tables', async () => {
    const asked = () => world.sent.splice(0).filter(({ body }) => asksForKey(JSON.parse(body)));
    expect([await askForKey(world.ports), asked()]).toEqual([true, [expect.objectContaining({ queue: 'purges' })]]);
    const { proof } = world.context;
    await publishKey(world.ports, proof);
    expect([await askForKey(world.ports), asked()]).toEqual([false, []]);
    await rebuild();
    expect(await publishedKey(world.ports)).toBeUndefined();
    expect(await askForKey(world.ports)).toBe(true);
  });
});

describe('a job that dies while it purges', () => {
  test('ends with what it purged, as it is certified', async () => {
    await expiring();
    await letters(5);
    later(3);
    const { jobId } = await startRetention(world.ports);
    // All is gone by then, and nothing of it counted.
    const dying = dyingPorts(world.ports, (method, key) => method.startsWith('put') && key === 'retention-day');
    await expect(runPurgingJob(await world.contextOn(dying), jobId)).rejects.toThrow(StorageError);
    expect(await world.archiveIds()).toEqual([]);
    await runPurgingJob(world.context, jobId);
    const { data: job } = await getJob(world.ports, jobId);
    const [payload] = (await readCertificate(world.ports, jobId)).certificate.map((part) => part.payload);
    expect(job.details).toMatchObject({ decided: 5, purged: 5, bytes: payload?.totals.bytes });
    expect(payload?.totals.messages).toBe(5);
  });

  test('shows how far it has come, and another attempt goes on there', async () => {
    await expiring();
    await letters(130);
    later(3);
    const { jobId } = await startRetention(world.ports);
    let plans = 0;
    const slow = () => {
      world.ports.clock.advance(3_000);
      return true;
    };
    const context = await world.contextOn({
      ...world.ports,
      tables: {
        ...world.ports.tables,
        batchPut: async (table, items) => {
          // The second time it says what it asks for.
          if (items[0]?.pk === `job-purge#${jobId}` && ++plans > 1) throw new StorageError('the process died');
          await world.ports.tables.batchPut(table, items);
        },
      },
    });
    await expect(runPurgingJob(context, jobId, slow)).rejects.toThrow(StorageError);
    expect((await getJob(world.ports, jobId)).data).toMatchObject({
      state: 'running',
      details: { decided: 64, purged: 64 },
    });
    await runPurgingJob(world.context, jobId);
    expect((await getJob(world.ports, jobId)).data).toMatchObject({ details: { days: 1, decided: 130, purged: 130 } });
  });
});

describe('why a message went', () => {
  test('is told by what asked for it, with the policy as it was named', async () => {
    const policy = await expiring();
    const [one = '', two = '', three = ''] = [...(await letters(2)), await world.journal(letterOf('there'))];
    const requests = requestsIn(world);
    const { requestId, jobId } = await requests.approved([one]);
    await requests.run(jobId);
    for (const mailboxId of Object.values(world.mailboxes)) await world.remove(two, mailboxId);
    await world.work(two);
    expect(await whyGone(world.ports, one)).toMatchObject({ cause: 'erasure', requestId, jobId });
    expect(await whyGone(world.ports, two)).toMatchObject({ cause: 'person', purgedAt: expect.any(String) });
    expect(await whyGone(world.ports, three)).toBeUndefined();
    later(3);
    await world.retention();
    expect(await whyGone(world.ports, three)).toMatchObject({
      cause: 'retention',
      policy: { policyId: policy.policyId, version: 1, name: 'm' },
    });
    expect(await whyGone(world.ports, `1-${'0'.repeat(64)}`)).toBeUndefined();
  });
});
