import { isDeepStrictEqual } from 'node:util';
import type { Approval, SensitiveAction } from '../../shared/domain/approval.ts';
import type { NoticeSubject } from '../../shared/domain/notice.ts';
import type { Caller } from '../../shared/domain/session.ts';
import { ConflictError } from '../../shared/errors.ts';
import { requestApproval } from '../../shared/usecases/approvals/request-approval.ts';
import { type Concerned, tell } from '../../shared/usecases/notices/tell.ts';
import { type ApiResponse, accepted } from './api-response.ts';
import type { HttpApi } from './http-api.ts';

/** What a route's rule says of a request that is sensitive. */
export interface Sensitive {
  readonly action: SensitiveAction;
  /** Who is told once it is done. */
  readonly concerned: Concerned;
  readonly subject?: NoticeSubject;
  /** What it is about, by ids that are never given twice: whatever has another one at execution is another request. */
  readonly pins?: Approval['pins'];
  /** `always` takes a second administrator even while `fourEyes` is off; left out, while it is on. */
  readonly fourEyes?: 'always' | 'never';
}

/** The request that a rule found sensitive. */
interface SensitiveRequest {
  readonly method: string;
  readonly path: string;
  readonly params: { readonly [name: string]: string };
  readonly body: unknown;
}

/** Does at once what is not sensitive, or needs no second administrator; else keeps it for one and answers 202. */
export async function doOrAsk(
  api: HttpApi,
  caller: Caller,
  sensitive: Sensitive | undefined,
  request: SensitiveRequest,
  perform: () => Promise<ApiResponse>,
): Promise<ApiResponse> {
  if (!sensitive) return await perform();
  const { configuration, identity } = api.settings;
  const { fourEyes, approvalDays } = await configuration.compliance.settings();
  const { action, pins = {}, fourEyes: needs } = sensitive;
  if (needs === 'always' || (fourEyes && needs !== 'never')) {
    const wanted = { action, pins, request, requestedBy: caller, days: approvalDays };
    const { approvalId } = await requestApproval(identity.ports, wanted);
    return accepted({ approvalId });
  }
  return await performAndTell(api, caller, sensitive, perform);
}

/** Does what was approved. Throws `ConflictError` where it would be about something else than what was asked for. */
export async function doApproved(
  api: HttpApi,
  requester: Caller,
  { sensitive, approval }: { readonly sensitive: Sensitive | undefined; readonly approval: Approval },
  perform: () => Promise<ApiResponse>,
): Promise<ApiResponse> {
  if (!isDeepStrictEqual(sensitive?.pins ?? approval.pins, approval.pins)) {
    throw new ConflictError('what this was about was replaced by something else of the same name; ask anew');
  }
  if (!sensitive) return await perform();
  return await performAndTell(api, requester, sensitive, perform, approval.decidedBy?.userName);
}

async function performAndTell(
  { settings }: HttpApi,
  { userName: by }: Caller,
  { action, concerned, subject = {} }: Sensitive,
  perform: () => Promise<ApiResponse>,
  approvedBy?: string,
): Promise<ApiResponse> {
  const response = await perform();
  const second = approvedBy === undefined ? {} : { approvedBy };
  await tell(settings.configuration.ports, concerned, { action, by, ...second, ...subject });
  return response;
}
