import { z } from 'zod';
import { type Approval, stateAt } from '../../../shared/domain/approval.ts';
import { effectivePrivileges } from '../../../shared/domain/auditor.ts';
import { ConflictError } from '../../../shared/errors.ts';
import { approve, reject } from '../../../shared/usecases/approvals/decide-approval.ts';
import { approvalItem, listApprovals } from '../../../shared/usecases/approvals/find-approvals.ts';
import { type ApiResponse, ok } from '../api-response.ts';
import { approvalSubject } from '../approval-subject.ts';
import { listRoute, pageQuery } from '../list-route.ts';
import { type Route, route } from '../route.ts';
import { routeName } from '../route-audits.ts';
import { id } from '../schemas/fields.ts';
import { ApprovalSchema, ApprovedSchema, approvalState } from '../schemas/supervision.ts';

const params = z.object({ approvalId: id });
const privilege = 'admin';

function approvalShape(approval: Approval, now: Date): z.input<typeof ApprovalSchema> {
  const {
    pins: _pins,
    claimedUntil: _claimed,
    isSealed: _sealed,
    requestedBy,
    decidedBy,
    request,
    ...shape
  } = approval;
  return {
    ...shape,
    request: { ...request, params: { ...request.params } },
    requestedBy: requestedBy.userName,
    ...(decidedBy ? { decidedBy: decidedBy.userName } : {}),
    state: stateAt(approval, now),
  };
}

/** The JSON that a request answered. */
function resultOf({ body }: ApiResponse): unknown {
  return typeof body === 'string' && body !== '' ? JSON.parse(body) : undefined;
}

/** The routes by which the requests of `routes` are approved. */
export function approvalRoutes(routes: readonly Route[]): readonly Route[] {
  const approvable = new Map(routes.map((one) => [routeName(one), one]));
  return [
    listRoute(
      '/approvals',
      {
        summary: 'What waits, or waited, for a second administrator, newest first',
        privilege,
        query: pageQuery({ state: approvalState.optional() }),
        item: ApprovalSchema,
      },
      async ({ api, query: { state } }, page) => {
        const { ports } = api.settings.identity;
        const { items, ...rest } = await listApprovals(ports, state === undefined ? page : { ...page, state });
        return { items: items.map((approval) => approvalShape(approval, ports.clock.now())), ...rest };
      },
    ),
    route(
      'GET',
      '/approvals/{approvalId}',
      { summary: 'What waits for a second administrator', privilege, params, responses: { 200: ApprovalSchema } },
      async ({ api, params: { approvalId } }) => {
        const { ports } = api.settings.identity;
        const shape = approvalShape((await approvalItem(ports, approvalId)).data, ports.clock.now());
        const subject = shape.state === 'pending' ? await approvalSubject(api, shape.request) : undefined;
        return ok(subject ? { ...shape, subject } : shape);
      },
    ),
    route(
      'POST',
      '/approvals/{approvalId}/approve',
      {
        summary: "Approve another administrator's request, and execute it",
        privilege,
        params,
        responses: { 200: ApprovedSchema },
      },
      async ({ api, caller, request, params: { approvalId } }) => {
        const { ports } = api.settings.identity;
        const { approval, result } = await approve(ports, caller, approvalId, async (wanted, user, body) => {
          const wantedRoute = approvable.get(routeName(wanted.request));
          const perform = wantedRoute?.perform;
          if (!perform) throw new ConflictError('this version cannot make the request any more; ask anew');
          const { userId, userName } = user;
          const requester = { userId, userName, privileges: effectivePrivileges(user), sessionId: '' };
          const approved = { requester, approval: wanted, body, request };
          return resultOf(await api.audit.answerApproved(wantedRoute, approved, () => perform(api, approved)));
        });
        const shape = approvalShape(approval, ports.clock.now());
        return ok(result === undefined ? shape : { ...shape, result });
      },
    ),
    route(
      'POST',
      '/approvals/{approvalId}/reject',
      {
        summary: "Reject another administrator's request, or withdraw your own",
        privilege,
        params,
        responses: { 200: ApprovalSchema },
      },
      async ({ api, caller, params: { approvalId } }) => {
        const { ports } = api.settings.identity;
        return ok(approvalShape(await reject(ports, caller, approvalId), ports.clock.now()));
      },
    ),
  ];
}
