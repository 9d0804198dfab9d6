import * as fc from 'fast-check';
import { expect } from 'vitest';
import type { MessageRecord } from '../../../../shared/domain/message.ts';
import type { DataRequest } from '../../../../shared/domain/requests/data-request.ts';
import { ConflictError, StorageError } from '../../../../shared/errors.ts';
import { runPurgingJob } from '../../../../shared/usecases/deletion/run-purging-job.ts';
import { filingItems } from '../../../../shared/usecases/filings/mailbox-filings.ts';
import { typed } from '../../../../shared/usecases/item-data.ts';
import { getJob } from '../../../../shared/usecases/jobs/jobs.ts';
import { recordKey } from '../../../../shared/usecases/message-keys.ts';
import { isAtWork } from '../../../../shared/usecases/requests/request-job.ts';
import type { DeletionWorld } from './deletion-world.ts';
import { dyingAfter } from './dying-ports.ts';
import { protectedAt } from './protected-at.ts';
import { type RequestsIn, requestsIn } from './requests-in.ts';

const nth = fc.nat(3);
const mailbox = fc.constantFrom('a' as const, 'b' as const);

/** What people and jobs do about requests. */
export const requestStep = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('request' as const),
      kind: fc.constantFrom('erasure' as const, 'bulk-deletion' as const),
      action: fc.constantFrom('purge' as const, 'remove' as const),
      from: mailbox,
      letters: fc.uniqueArray(fc.nat(3), { minLength: 1 }),
      isApproved: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('approve' as const), nth }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('choose' as const), nth, letter: nth }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('end' as const), nth }) },
  {
    weight: 3,
    arbitrary: fc.record({ does: fc.constant('requests' as const), inSlices: fc.boolean(), twice: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('requestDay' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('requestCrash' as const), after: fc.integer({ min: 1, max: 90 }) }),
  },
);
export type RequestStep = typeof requestStep extends fc.Arbitrary<infer S> ? S : never;

/** A request as those who made it remember it. */
interface Remembered {
  readonly request: DataRequest;
  readonly mailboxId: string;
  /** What it found and nobody chose to keep. */
  readonly wanted: Set<string>;
  jobId?: string;
  isEnded: boolean;
}

/** Approved requests each of which is enough for a message to go. */
export type Entitlement = readonly DataRequest[];

/** What requests entitle to, by what was asked for alone. */
export class RequestsModel {
  readonly #world: DeletionWorld;
  readonly #requests: RequestsIn;
  readonly #all: Remembered[] = [];

  constructor(world: DeletionWorld) {
    this.#world = world;
    this.#requests = requestsIn(world);
  }

  async do(one: RequestStep): Promise<void> {
    switch (one.does) {
      case 'request': {
        const live = await this.#world.archiveIds();
        const ids = live.filter((_, index) => one.letters.includes(index));
        if (ids.length === 0) return;
        const mailboxId = this.#world.mailboxes[one.from];
        const request = await this.#requests.found(ids, { ...one, mailboxIds: [mailboxId] });
        const made: Remembered = { request, mailboxId, wanted: new Set(ids), isEnded: false };
        this.#all.push(made);
        if (one.isApproved) await this.#approve(made);
        return;
      }
      case 'approve':
        return await this.#approve(this.#all[one.nth]);
      case 'choose': {
        const of = this.#all[one.nth];
        const id = of && [...of.wanted][one.letter];
        if (!id) return;
        await this.#requests.keep(of.request, id).then(
          () => of.wanted.delete(id),
          (error: unknown) => {
            if (!(error instanceof ConflictError)) throw error;
          },
        );
        return;
      }
      case 'end': {
        const of = this.#all[one.nth];
        if (!of) return;
        await this.#requests.close(of.request);
        of.isEnded = true;
        return;
      }
      case 'requests': {
        let asked = 0;
        const mayGoOn = one.inSlices ? () => ++asked % 2 === 0 : undefined;
        return await this.#runWaiting(async (jobId) => {
          const run = () => this.#requests.run(jobId, mayGoOn);
          await Promise.all(one.twice ? [run(), run()] : [run()]);
        });
      }
      case 'requestDay': {
        await this.#requests.nextDay();
        return await this.#nothingFreeStays();
      }
      case 'requestCrash':
        return await this.#runWaiting(async (jobId) => {
          const context = await this.#world.contextOn(dyingAfter(this.#world.ports, one.after));
          await runPurgingJob(context, jobId).catch((error: unknown) => {
            if (!(error instanceof StorageError)) throw error;
          });
          await this.#requests.run(jobId);
        });
    }
  }

  async #approve(of: Remembered | undefined): Promise<void> {
    if (!of || of.isEnded || of.jobId) return;
    of.jobId = await this.#requests.approve(of.request);
  }

  async #runWaiting(run: (jobId: string) => Promise<void>): Promise<void> {
    for (const { request, jobId } of this.#all) {
      if (jobId === undefined) continue;
      const now = await this.#requests.now(request.requestId);
      if (await isAtWork(this.#world.ports, now)) await run(now.jobIds.at(-1) ?? jobId);
    }
  }

  async #nothingFreeStays(): Promise<void> {
    const kept = await protectedAt(this.#world, 0);
    const free = (await this.#world.archiveIds()).filter((id) => !kept.has(id));
    for (const { request, wanted, jobId, isEnded } of this.#all) {
      // A bulk deletion is over once it was done.
      if (!jobId || isEnded || request.action !== 'purge' || request.kind !== 'erasure') continue;
      if (await isAtWork(this.#world.ports, await this.#requests.now(request.requestId))) continue;
      expect(
        free.filter((id) => wanted.has(id)),
        'what was approved and is free',
      ).toEqual([]);
    }
  }

  /** What requests entitle to, of each message that is there. */
  async entitlements(): Promise<ReadonlyMap<string, Entitlement>> {
    const { ports, mailboxes } = this.#world;
    const found = new Map<string, Entitlement>();
    for (const id of await this.#world.archiveIds()) {
      const filings = (await filingItems(ports, id)).map(({ data }) => data);
      const lying = filings.filter(({ removedAt }) => removedAt === undefined).map(({ mailboxId }) => mailboxId);
      const by = this.#all.filter(({ jobId, isEnded, wanted }) => jobId && !isEnded && wanted.has(id));
      const isLeft = [mailboxes.a, mailboxes.b].every(
        (one) => !lying.includes(one) || by.some(({ mailboxId }) => mailboxId === one),
      );
      const entitling = by.filter(({ request: { action } }) => action === 'purge' || isLeft);
      found.set(
        id,
        entitling.map(({ request }) => request),
      );
    }
    return found;
  }

  /** Throws where a message went for a request that did not entitle to it. */
  async explain(archiveId: string, entitling: Entitlement): Promise<void> {
    const item = await this.#world.ports.tables.get('messages', recordKey(archiveId));
    const { cause, jobId = '' } = (item && typed<MessageRecord>(item).data.tombstone) ?? {};
    if (cause !== 'erasure' && cause !== 'bulk-deletion') return;
    const ofJob = await Promise.all(
      entitling.map(async ({ requestId }) => (await this.#requests.now(requestId)).jobIds.includes(jobId)),
    );
    expect(ofJob, `${archiveId} went for ${cause} without an approved request of ${jobId}`).toContain(true);
    expect((await getJob(this.#world.ports, jobId)).data.kind).toBe(cause);
  }

  /**
   * What erasures wait for is restricted, but for what is to go from some mailboxes only. What retention purged meanwhile
   * is gone, and the request learns of it the next day.
   */
  async check(): Promise<void> {
    const live = new Set(await this.#world.archiveIds());
    for (const { request, isEnded } of this.#all) {
      if (isEnded || request.kind !== 'erasure') continue;
      for (const { archiveId, state, action } of await this.#requests.items(request.requestId)) {
        if (state !== 'blocked' || action !== 'purge' || !live.has(archiveId)) continue;
        const filings = (await filingItems(this.#world.ports, archiveId)).map(({ data }) => data);
        expect(filings.every(({ restrictedBy = [] }) => restrictedBy.includes(request.requestId))).toBe(true);
      }
    }
  }
}
