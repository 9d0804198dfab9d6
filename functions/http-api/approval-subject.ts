import type { ApprovalRequest } from '../../shared/domain/approval.ts';
import type { RequestKind } from '../../shared/domain/requests/data-request.ts';
import { NotFoundError } from '../../shared/errors.ts';
import { policyItem } from '../../shared/usecases/retention/policy-book.ts';
import { withGroupNames } from './group-names.ts';
import type { HttpApi } from './http-api.ts';

/** What an approval is about, for people. */
export interface ApprovalSubject {
  /** Of the hold, policy, request or mailbox that the path has the id of. */
  readonly name?: string;
  /** Of what the request would change: how it is now, by the names of its body. */
  readonly before?: Readonly<Record<string, unknown>>;
}

/** What there is now of what a request is about. */
interface Subject {
  readonly name?: string;
  readonly now?: object;
}

const REQUESTS: { readonly [path: string]: RequestKind | undefined } = {
  'erasure-requests': 'erasure',
  'access-requests': 'access',
  'bulk-deletions': 'bulk-deletion',
};

/** What a request that waits is about; `undefined` where nothing more is known of it than its path and body say. */
export async function approvalSubject(api: HttpApi, request: ApprovalRequest): Promise<ApprovalSubject | undefined> {
  const { name, now } = await subjectOf(api, request);
  const { body } = request;
  const fields = typeof body === 'object' && body !== null ? Object.keys(body) : [];
  const before = now && Object.fromEntries(Object.entries(now).filter(([field]) => fields.includes(field)));
  const hasBefore = before !== undefined && Object.keys(before).length > 0;
  if (name === undefined && !hasBefore) return undefined;
  return { ...(name === undefined ? {} : { name }), ...(hasBefore ? { before } : {}) };
}

async function subjectOf(api: HttpApi, request: ApprovalRequest): Promise<Subject> {
  try {
    return await found(api, request);
  } catch (error) {
    // What it was about is gone: approving it will say so.
    if (error instanceof NotFoundError) return {};
    throw error;
  }
}

async function found({ settings }: HttpApi, { path, params }: ApprovalRequest): Promise<Subject> {
  const { configuration, holds, requests } = settings;
  const { holdId, policyId, requestId, mailboxId } = params;
  if (path === '/compliance') return { now: await configuration.compliance.settings() };
  if (path === '/settings/deletion') return { now: await configuration.deletion.get() };
  if (holdId !== undefined) return { name: (await holds.get(holdId)).name };
  if (policyId !== undefined) return await policyNow(configuration.ports, policyId);
  const kind = REQUESTS[path.split('/')[1] ?? ''];
  if (kind && requestId !== undefined) return { name: (await requests.get(kind, requestId)).name };
  const mailbox = mailboxId === undefined ? undefined : await configuration.addresses.mailbox(mailboxId);
  return mailbox ? { name: mailbox.name, now: mailbox } : {};
}

async function policyNow(ports: HttpApi['settings']['configuration']['ports'], policyId: string): Promise<Subject> {
  const { policy } = await policyItem(ports, policyId);
  return { name: policy.name, now: { ...policy, conditions: await withGroupNames(ports, policy.conditions) } };
}
