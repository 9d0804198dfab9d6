import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MessageRecord } from '../../../../shared/domain/message.ts';
import { LegalHoldError, NotFoundError, StorageError, UnderRetentionError } from '../../../../shared/errors.ts';
import { runPurgingJob } from '../../../../shared/usecases/deletion/run-purging-job.ts';
import { startRetention } from '../../../../shared/usecases/deletion/start-retention.ts';
import { releaseHold } from '../../../../shared/usecases/holds/release-hold.ts';
import { typed } from '../../../../shared/usecases/item-data.ts';
import { getJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { readRaw } from '../../../../shared/usecases/reading/read-message.ts';
import { createPolicy, retirePolicy } from '../../../../shared/usecases/retention/change-policies.ts';
import { decideMessage } from '../../../../shared/usecases/retention/decide-message.ts';
import { type DeletionWorld, deletionWorld, letterWithAttachment } from './deletion-world.ts';
import { dyingAfter } from './dying-ports.ts';
import { protectedAt } from './protected-at.ts';
import { type RequestStep, RequestsModel, requestStep } from './requests-model.ts';

const DAY_MS = 24 * 60 * 60_000;

/** With an attachment that several letters share, large enough to be cut out. */
const letter = fc.integer({ min: 0, max: 3 });
const days = fc.integer({ min: 0, max: 6 });

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('arrive' as const), letter, top: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('remove' as const),
      letter,
      from: fc.constantFrom('a' as const, 'b' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('policy' as const),
      minimum: fc.option(days),
      maximum: fc.option(days),
      priority: fc.integer({ min: 0, max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('retire' as const), nth: fc.nat(3) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('hold' as const),
      of: fc.constantFrom('everything' as const, 'a' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('release' as const), nth: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('lock' as const), days: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('retention' as const), inSlices: fc.boolean(), twice: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('crash' as const), after: fc.integer({ min: 1, max: 120 }) }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('sweep' as const) }) },
);
type Step = (typeof step extends fc.Arbitrary<infer S> ? S : never) | RequestStep;

function isRequestStep(one: Step): one is RequestStep {
  return /^(request|approve|choose|end)/.test(one.does);
}

class Model {
  readonly world: DeletionWorld;
  readonly policies: string[] = [];
  readonly holds: string[] = [];
  readonly requests: RequestsModel;
  arrivals = 0;

  constructor(world: DeletionWorld) {
    this.world = world;
    this.requests = new RequestsModel(world);
  }

  async do(one: Step): Promise<void> {
    const { world } = this;
    // A crash is taken up a day later.
    const takesDay = one.does === 'crash' || one.does === 'requestDay';
    const before = await protectedAt(world, takesDay ? DAY_MS : 0);
    const entitled = await this.requests.entitlements();
    if (isRequestStep(one)) await this.requests.do(one);
    else if (one.does === 'arrive') {
      this.arrivals += 1;
      // Two of them have the same attachment.
      const content = 'zyzx'.charAt(one.letter).repeat(200);
      const letter = letterWithAttachment(`letter ${one.letter}`, content);
      await world.journal((one.top ? 'Received: by mx.x.test\r\n' : '') + letter);
    } else if (one.does === 'remove') {
      const id = (await world.archiveIds())[one.letter];
      if (id) await world.remove(id, world.mailboxes[one.from]).catch(refusedFor(before.has(id)));
    } else if (one.does === 'policy') {
      const { minimum, maximum, priority } = one;
      if (minimum === null && maximum === null) return;
      const times = {
        ...(minimum === null ? {} : { minimum: { days: minimum } }),
        ...(maximum === null ? {} : { maximum: { days: maximum } }),
      };
      const made = await createPolicy(world.ports, {
        name: 'p',
        priority,
        conditions: {},
        countedFrom: 'archived',
        ...times,
      }).catch(() => undefined);
      if (made) this.policies.push(made.policyId);
    } else if (one.does === 'retire') {
      const [policyId] = this.policies.splice(one.nth, 1);
      if (policyId) await retirePolicy(world.ports, policyId);
    } else if (one.does === 'hold') {
      this.holds.push(
        (await world.hold(one.of === 'a' ? { mailboxes: [world.mailboxes.a] } : { everything: true })).holdId,
      );
    } else if (one.does === 'release') {
      const [holdId] = this.holds.splice(one.nth, 1);
      if (holdId) await releaseHold(world, holdId, { reason: 'r', releasedBy: 'admin' });
    } else if (one.does === 'lock') await this.lockAttachments(one.days);
    else if (one.does === 'wait') world.ports.clock.advance(one.days * DAY_MS);
    else if (one.does === 'sweep') await world.sweep();
    else if (one.does === 'crash') await this.crash(one.after);
    else {
      let asked = 0;
      const run = () => world.retention(one.inSlices ? () => ++asked % 2 === 0 : undefined);
      await Promise.all(one.twice ? [run(), run()] : [run()]);
      await this.nothingExpiredStays();
    }
    const after = new Set(await world.archiveIds());
    for (const id of before) if (one.does !== 'release') expect(after, `${one.does} lost ${id}`).toContain(id);
    for (const [id, entitling] of entitled) {
      // What is left of the work of jobs is for their jobs to decide.
      if (!after.has(id)) await this.requests.explain(id, isRequestStep(one) ? entitling : []);
    }
    await this.requests.check();
  }

  /** As a longer minimum of another message would have it. */
  async lockAttachments(days: number): Promise<void> {
    const { archive, clock } = this.world.ports;
    const until = new Date(clock.now().getTime() + days * DAY_MS);
    for await (const { key } of archive.list('attachments/')) {
      const { versionId = '', retainUntil } = (await archive.head(key)) ?? {};
      if (!retainUntil || retainUntil < until) await archive.retain(key, versionId, until);
    }
  }

  /** Once all locks have ended, of what went nothing is left, and nothing was refused after it had gone. */
  async checkLocked(): Promise<void> {
    const { world } = this;
    for (let pass = 0; pass < 3; pass += 1) {
      world.ports.clock.advance(10 * DAY_MS);
      await world.sweep();
    }
    const { items } = await world.ports.tables.scan('messages', { limit: 1_000 });
    for (const id of await world.archiveIds('purged')) {
      const record = items.find(({ pk, sk }) => pk === `message#${id}` && sk === 'record');
      const { bytesLocked } = (record && typed<MessageRecord>(record).data.tombstone) ?? {};
      expect(bytesLocked?.goneAt === undefined && bytesLocked, `${id} has bytes left`).toBeFalsy();
    }
    if ((await world.archiveIds()).length > 0) return;
    for await (const { key } of world.ports.archive.list('attachments/')) throw new Error(`${key} is left`);
  }

  /** A run that dies at some write, and what takes it up a day later. */
  async crash(after: number): Promise<void> {
    const { world } = this;
    const { jobId } = await startRetention(world.ports);
    const context = await world.contextOn(dyingAfter(world.ports, after));
    await runPurgingJob(context, jobId).catch((error: unknown) => {
      if (!(error instanceof StorageError)) throw error;
    });
    await runPurgingJob(world.context, jobId);
    expect((await getJob(world.ports, jobId)).data.state).toBe('finished');
    world.ports.clock.advance(DAY_MS);
    await world.sweep();
    await world.retention();
    await this.nothingExpiredStays();
  }

  async nothingExpiredStays(): Promise<void> {
    const { context, ports } = this.world;
    const { prepared } = await context.policies.now();
    for (const id of await this.world.archiveIds()) {
      const message = await decideMessage(context, id, prepared, ports.clock.now());
      const isHeld = (await context.holdsOn(id, message)).length > 0;
      expect(message.decision.state === 'expired' && !isHeld, `${id} is expired and free`).toBe(false);
    }
  }

  /** Every living message can be read whole, of purged ones nothing is left, and every arrival is in the ledger once. */
  async check(): Promise<void> {
    const { ports } = this.world;
    for (const id of await this.world.archiveIds()) expect((await readRaw(ports, id)).length).toBeGreaterThan(300);
    expect(await this.world.archiveIds('purging')).toEqual([]);
    const { items } = await ports.tables.scan('messages', { limit: 1_000 });
    for (const id of await this.world.archiveIds('purged')) {
      for await (const { key } of ports.archive.list(`messages/${id.slice(2, 4)}/${id}/`))
        throw new Error(`${key} is left`);
      const left = items.filter(
        ({ pk, sk }) => pk === `message#${id}` && sk !== 'record' && !/^(attachment|filing)#/.test(sk),
      );
      expect(left).toEqual([]);
      const own = items.filter(({ pk, sk }) => pk === `message#${id}` && sk.startsWith('filing#'));
      for (const { indexes, data } of own)
        expect([indexes, JSON.stringify(data)]).toEqual([undefined, expect.not.stringContaining('letter')]);
      const record = items.find(({ pk, sk }) => pk === `message#${id}` && sk === 'record');
      expect(record && typed<MessageRecord>(record).data.summary.subject).toBe('');
    }
    expect(items.filter(({ pk }) => pk.startsWith('ledger#'))).toHaveLength(this.arrivals);
  }
}

function refusedFor(isProtected: boolean) {
  return (error: unknown) => {
    const isRefused = error instanceof LegalHoldError || error instanceof UnderRetentionError;
    // It lies nowhere there any more, or never did.
    if (error instanceof NotFoundError || (isRefused && isProtected)) return;
    throw error;
  };
}

test('nothing under a minimum or hold is ever gone, nothing unapproved, nothing expired or approved and free stays beyond a run, and all adds up', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof({ weight: 2, arbitrary: step }, { weight: 1, arbitrary: requestStep }), {
        minLength: 4,
        maxLength: 25,
      }),
      async (steps) => {
        const model = new Model(await deletionWorld('properties'));
        for (const one of steps) await model.do(one);
        await model.check();
        await model.checkLocked();
      },
    ),
    { numRuns: 150 },
  );
}, 110_000);
