import { beforeEach, describe, expect, test } from 'vitest';
import type { DataRequest, RequestKind } from '../../../../shared/domain/requests/data-request.ts';
import { approvedAction } from '../../../../shared/domain/requests/requested-message.ts';
import { ConflictError, ForbiddenError, InvalidRequestError, NotFoundError } from '../../../../shared/errors.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';
import { isRestricted, restrictMessage } from '../../../../shared/usecases/filings/restrict-message.ts';
import { finishJob } from '../../../../shared/usecases/jobs/finish-job.ts';
import { checkpointOf, getJob, listJobs } from '../../../../shared/usecases/jobs/jobs.ts';
import { approveRequest } from '../../../../shared/usecases/requests/approve-request.ts';
import { type Choice, chooseAction } from '../../../../shared/usecases/requests/choose-action.ts';
import { closeRequest } from '../../../../shared/usecases/requests/close-request.ts';
import { changeRequest, findRequest, requestItem } from '../../../../shared/usecases/requests/request-book.ts';
import {
  changeRequested,
  listRequested,
  requestedItem,
} from '../../../../shared/usecases/requests/requested-messages.ts';
import { startFind } from '../../../../shared/usecases/requests/start-find.ts';
import { type RequestMail, requestMail } from './request-mail.ts';

let mail: RequestMail;
let isAllowed: boolean;

beforeEach(async () => {
  mail = await requestMail([1, 2, 3]);
  isAllowed = true;
});

const settings = { get: async () => ({ allowed: isAllowed }) };
const approve = ({ kind, requestId }: DataRequest, ports: Ports = mail.ports) =>
  approveRequest(ports, settings, kind, requestId, ['ann', 'bob']);
const choose = ({ kind, requestId }: DataRequest, number: number, choice: Partial<Choice>) =>
  chooseAction(mail.ports, kind, requestId, mail.id(number), { reason: 'so', by: 'admin', ...choice });
const setState = async (request: DataRequest, state: DataRequest['state']) =>
  (await changeRequest(mail.ports, await findRequest(mail.ports, request.requestId), { state })).data;

async function finish(jobId: string): Promise<void> {
  await finishJob(mail.ports, await getJob(mail.ports, jobId), 'failed', { by: 'test' });
}

describe('an approval', () => {
  test.each([
    { kind: 'erasure', job: 'erasure', queue: 'purges' },
    { kind: 'bulk-deletion', job: 'bulk-deletion', queue: 'purges' },
    { kind: 'access', job: 'export-messages', queue: 'jobs' },
  ] as const)('of kind $kind has a job $job do what was decided', async ({ kind, job, queue }) => {
    const request = await mail.request({ kind });
    const { jobId } = await approve(request);
    expect(await mail.now(request)).toMatchObject({
      state: 'running',
      approvedAt: mail.clock.now().toISOString(),
      approvedBy: ['ann', 'bob'],
      jobIds: [...request.jobIds, jobId],
    });
    expect((await getJob(mail.ports, jobId)).data).toMatchObject({ kind: job, state: 'queued' });
    expect(await checkpointOf(mail.ports, jobId)).toEqual({ requestId: request.requestId });
    expect(mail.sent.at(-1)).toEqual({ queue, body: JSON.stringify({ jobId }) });
  });

  test('is refused before its messages are found, while it is at work, and once it is closed', async () => {
    const request = await mail.make();
    await expect(approve(request)).rejects.toThrow(ConflictError);
    await mail.run();
    const { jobId } = await approve(request);
    await expect(approve(request)).rejects.toThrow(ConflictError);
    await expect(startFind(mail.ports, 'erasure', request.requestId)).rejects.toThrow(ConflictError);
    await finish(jobId);
    // A job that failed is repeated so.
    await approve(request);
    await setState(request, 'open');
    await expect(approve(request)).rejects.toThrow(ConflictError);
    await closeRequest(mail.ports, 'erasure', request.requestId, { by: 'admin', reason: 'done' });
    await expect(approve(request)).rejects.toThrow(ConflictError);
  });

  test('is refused to whoever comes before the job of another is there', async () => {
    const request = await mail.request();
    let second: unknown;
    const log: Ports['log'] = {
      ...mail.ports.log,
      append: async (entries) => {
        await mail.ports.log.append(entries);
        second ??= await approve(request).catch((error: unknown) => error);
      },
    };
    await approve(request, { ...mail.ports, log });
    expect(second).toBeInstanceOf(ConflictError);
  });

  test('is refused while deletion is switched off, but for access; what was exported is exported again', async () => {
    const [erasure, access] = [await mail.request(), await mail.request({ kind: 'access' })];
    isAllowed = false;
    await expect(approve(erasure)).rejects.toThrow(ForbiddenError);
    const { jobId } = await approve(access);
    await finish(jobId);
    await setState(access, 'open');
    await approve(access);
  });

  test('is not one of another kind', async () => {
    const { requestId } = await mail.request();
    await expect(approveRequest(mail.ports, settings, 'access', requestId, ['ann'])).rejects.toThrow(NotFoundError);
  });

  test('made twice at once starts one job', async () => {
    const request = await mail.request();
    const outcomes = await Promise.allSettled([approve(request), approve(request)]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const { items } = await listJobs(mail.ports, { limit: 100 });
    expect(items.filter(({ kind }) => kind === 'erasure')).toHaveLength(1);
  });

  test('that died before its job was queued can be made again a moment later', async () => {
    const request = await mail.request();
    const dying = { ...mail.ports, queue: { send: () => Promise.reject(new Error('dies')) } };
    const tables = { ...mail.ports.tables, put: () => Promise.reject(new Error('dies')) };
    await expect(approve(request, { ...dying, tables })).rejects.toThrow('dies');
    expect(await mail.now(request)).toMatchObject({ state: 'running' });
    mail.clock.advance(31_000);
    await approve(request);
  });

  const at = (minute: number) => `2026-03-01T10:0${minute}:00.000Z`;
  test.each([
    { name: 'as was found', item: { foundAt: at(1) }, action: 'purge' },
    { name: 'as somebody chose before', item: { foundAt: at(1), chosen: at(2) }, action: 'purge' },
    { name: 'not what was found later', item: { foundAt: at(4) }, action: 'keep' },
    { name: 'not what somebody chose later', item: { foundAt: at(1), chosen: at(4) }, action: 'keep' },
  ] as const)('lets become of messages $name', ({ item: { foundAt, ...more }, action }) => {
    const chosen = 'chosen' in more ? { chosen: { by: 'ann', at: more.chosen, reason: '' } } : {};
    expect(approvedAction({ foundAt, action: 'purge', ...chosen }, at(3))).toBe(action);
  });
});

describe('a choice', () => {
  test.each([
    { kind: 'erasure', more: {}, possible: ['purge', 'remove', 'keep'] },
    { kind: 'access', more: {}, possible: ['keep', undefined] },
    { kind: 'bulk-deletion', more: { ownedBy: 'u-1' }, possible: ['remove', 'keep'] },
  ] as const)('of kind $kind is one of $possible', async ({ kind, more, possible }) => {
    const request = await ownOrOther(kind, more);
    for (const action of ['purge', 'remove', 'keep', undefined] as const) {
      const choosing = choose(request, 1, action === undefined ? {} : { action });
      if (possible.some((one) => one === action)) await choosing;
      else await expect(choosing).rejects.toThrow(InvalidRequestError);
    }
  });

  test('stands with who made it, and why; of access it can be taken back', async () => {
    const request = await mail.request({ kind: 'access' });
    const at = mail.clock.now().toISOString();
    await choose(request, 1, { action: 'keep', reason: 'not hers' });
    const item = await requestedItem(mail.ports, request.requestId, mail.id(1));
    expect(item.data).toMatchObject({ action: 'keep', chosen: { by: 'admin', at, reason: 'not hers' } });
    expect(await choose(request, 1, {})).not.toHaveProperty('chosen');
  });

  test('is listed by its action, and by state', async () => {
    const request = await mail.request();
    await choose(request, 2, { action: 'keep' });
    const kept = await listRequested(mail.ports, request, { limit: 10, action: 'keep' });
    expect(kept.items).toMatchObject([{ archiveId: mail.id(2), summary: { subject: 'letter 2' } }]);
    const item = await requestedItem(mail.ports, request.requestId, mail.id(3));
    await changeRequested(mail.ports, item, { state: 'blocked' });
    const blocked = await listRequested(mail.ports, request, { limit: 10, state: 'blocked' });
    expect(blocked.items).toMatchObject([{ archiveId: mail.id(3) }]);
    await expect(changeRequested(mail.ports, item, { state: 'gone' })).rejects.toThrow(ConflictError);
  });

  test('that two make at once is that of one', async () => {
    const request = await mail.request();
    const outcomes = await Promise.allSettled([
      choose(request, 1, { action: 'keep', by: 'ann' }),
      choose(request, 1, { action: 'remove', by: 'bob' }),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    const { data } = await requestedItem(mail.ports, request.requestId, mail.id(1));
    expect([`${data.action} ${data.chosen?.by}`]).toContainEqual(
      outcomes[0]?.status === 'fulfilled' ? 'keep ann' : 'remove bob',
    );
  });

  test('waits until messages are found, and is none beside a job; then all can be kept, which ends what restricts it', async () => {
    const request = await mail.request();
    const { requestId } = request;
    for (const state of ['finding', 'running', 'closed'] as const) {
      await setState(request, state);
      await expect(choose(request, 1, { action: 'keep' })).rejects.toThrow(ConflictError);
    }
    await setState(request, 'open');
    await restrictMessage(mail.ports, mail.id(1), requestId);
    await expect(choose(request, 1, { action: 'purge' })).rejects.toThrow(ConflictError);
    await choose(request, 1, { action: 'keep' });
    expect(await isRestricted(mail.ports, mail.id(1))).toBe(false);
  });

  test('is of messages that were found', async () => {
    const request = await mail.request();
    await mail.write(4);
    await expect(choose(request, 4, { action: 'keep' })).rejects.toThrow(NotFoundError);
  });
});

describe('the close of a request', () => {
  const lifts = async () =>
    (await listJobs(mail.ports, { limit: 100 })).items.filter(({ kind }) => kind === 'lift-restrictions').length;

  test('says who and why, once; that of an approved erasure lifts what it restricted, also where it died before', async () => {
    const request = await mail.request();
    const close = (ports: Ports = mail.ports) =>
      closeRequest(ports, 'erasure', request.requestId, { by: 'ann', reason: 'withdrawn' });
    await approve(request);
    const dying = { ...mail.ports.tables, put: () => Promise.reject(new Error('dies')) };
    await expect(close({ ...mail.ports, tables: dying })).rejects.toThrow('dies');
    mail.clock.advance(1_000);
    const closed = await close();
    expect(closed).toMatchObject({ state: 'closed', closedBy: 'ann', closeReason: 'withdrawn' });
    expect(closed.closedAt).not.toBe(mail.clock.now().toISOString());
    expect((await requestItem(mail.ports, 'erasure', request.requestId)).data).toEqual(closed);
    expect(await lifts()).toBe(1);
  });

  test('that restricted nothing lifts nothing', async () => {
    const [erasure, bulk] = [await mail.request(), await mail.request({ kind: 'bulk-deletion' })];
    await approve(bulk);
    await closeRequest(mail.ports, 'erasure', erasure.requestId, { by: 'ann', reason: 'withdrawn' });
    const closed = await closeRequest(mail.ports, 'bulk-deletion', bulk.requestId);
    expect(closed).not.toHaveProperty('closedBy');
    expect(await lifts()).toBe(0);
  });
});

async function ownOrOther(kind: RequestKind, more: { readonly ownedBy?: string }): Promise<DataRequest> {
  if (more.ownedBy === undefined) return await mail.request({ kind });
  await mail.grant(more.ownedBy, mail.ann.mailboxId, ['read', 'delete']);
  return await mail.request({ kind, ...more, scope: { mailboxes: [mail.ann.mailboxId] } });
}
