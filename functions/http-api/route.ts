import { z } from 'zod';
import type { Approval } from '../../shared/domain/approval.ts';
import type { Caller } from '../../shared/domain/session.ts';
import { ForbiddenError, OtpEnrolmentRequiredError, UnauthenticatedError } from '../../shared/errors.ts';
import { authorise, type Privilege } from '../../shared/usecases/access/authorise.ts';
import { authenticate } from '../../shared/usecases/identity/sessions.ts';
import type { ApiRequest } from './api-request.ts';
import type { ApiResponse } from './api-response.ts';
import { auditNotes } from './audit-notes.ts';
import type { HttpApi } from './http-api.ts';
import { parseBody, parseInput } from './parse-input.ts';
import { ApprovalReferenceSchema } from './schemas/supervision.ts';
import { doApproved, doOrAsk, type Sensitive } from './sensitive.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * What a route needs. `none`: not even a caller. `message`: the route decides by the mailboxes that the
 * message lies in. All others are asked of `authorise`, for the path's `{mailboxId}` where it has one
 * and the privilege is one on mailboxes.
 */
type RoutePrivilege = Privilege | 'message' | 'none';

/** What an answer carries: JSON of a schema, bytes of a content type, or nothing. */
export type Answer = z.ZodType | { readonly contentType: string } | null;

export interface RouteDescription {
  readonly summary: string;
  readonly privilege: RoutePrivilege;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** For callers, too, who have yet to enrol the second factor that the rules ask for. */
  readonly whileEnrolling?: true;
  /** By status; errors are the same everywhere. */
  readonly responses: { readonly [status: number]: Answer };
}

export interface Route {
  readonly method: Method;
  /** `/mailboxes/{mailboxId}`, below the base path. */
  readonly path: string;
  readonly description: RouteDescription;
  handle(api: HttpApi, request: ApiRequest, params: PathParams): Promise<ApiResponse>;
  /** Present where requests can wait for a second administrator: makes one that was approved. */
  readonly perform?: (api: HttpApi, approved: ApprovedRequest) => Promise<ApiResponse>;
}

/** A request that a second administrator approved, in the name of who asked for it. */
export interface ApprovedRequest {
  readonly requester: Caller;
  readonly approval: Approval;
  /** With its secrets. */
  readonly body: unknown;
  /** The request that approved it. */
  readonly request: ApiRequest;
}

export type PathParams = { readonly [name: string]: string };

/** A request that was let through. */
export interface RouteContext<Params, Query, Body> {
  readonly api: HttpApi;
  readonly caller: Caller;
  readonly request: ApiRequest;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Present where the request was approved by a second administrator. */
  readonly approval?: Approval;
}

const NOTHING = z.strictObject({});
type Nothing = typeof NOTHING;

type Schemas<Params, Query, Body> = { readonly params?: Params; readonly query?: Query; readonly body?: Body };

/** Says what is sensitive about a request, `undefined` where nothing is; see `sensitive.ts`. */
export type SensitiveRule<Params, Body> = (
  context: RouteContext<Params, unknown, Body>,
) => Promise<Sensitive | undefined> | Sensitive | undefined;

/** A route for signed-in callers who hold its privilege; input is checked before `handle` sees it. */
export function route<
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = Nothing,
>(
  method: Method,
  path: string,
  description: RouteDescription &
    Schemas<Params, Query, Body> & { readonly sensitive?: SensitiveRule<z.output<Params>, z.output<Body>> },
  handle: (context: RouteContext<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<ApiResponse>,
): Route {
  const { sensitive: rule } = description;
  const perform: Route['perform'] = async (api, { requester: caller, approval, body: given, request }) => {
    const { params: pathParams } = approval.request;
    const params = parseInput(schemaOf(description.params), pathParams);
    await admit(api, caller, description.privilege, pathParams.mailboxId);
    const query = parseInput(schemaOf(description.query), {});
    const body = parseInput(schemaOf(description.body), given);
    const context = { api, caller, request, params, query, body, approval };
    return await doApproved(api, caller, { sensitive: await rule?.(context), approval }, () => handle(context));
  };
  return {
    method,
    path,
    description: rule ? waiting(description) : description,
    ...(rule ? { perform } : {}),
    async handle(api, request, pathParams) {
      const caller = await callerOf(api, request, description);
      const params = parseInput(schemaOf(description.params), pathParams);
      await admit(api, caller, description.privilege, pathParams.mailboxId);
      const query = parseInput(schemaOf(description.query), request.query);
      const given = hasBody(method) || (method === 'DELETE' && description.body) ? parseBody(request) : {};
      const body = parseInput(schemaOf(description.body), given);
      const context = { api, caller, request, params, query, body };
      const asked = { method, path, params: pathParams, body: given };
      return await doOrAsk(api, caller, await rule?.(context), asked, () => handle(context));
    },
  };
}

/** What is sensitive may have to wait for a second administrator; what begins a job answers 202 either way. */
function waiting(description: RouteDescription): RouteDescription {
  const begun = description.responses[202];
  const accepted = begun instanceof z.ZodType ? z.union([begun, ApprovalReferenceSchema]) : ApprovalReferenceSchema;
  return { ...description, responses: { ...description.responses, 202: accepted } };
}

/** A route for everybody. */
export function publicRoute<Body extends z.ZodType = Nothing>(
  method: Method,
  path: string,
  description: RouteDescription & { readonly privilege: 'none'; readonly body?: Body },
  handle: (context: {
    readonly api: HttpApi;
    readonly request: ApiRequest;
    readonly body: z.output<Body>;
  }) => Promise<ApiResponse>,
): Route {
  return {
    method,
    path,
    description,
    async handle(api, request) {
      parseInput(NOTHING, request.query);
      const body = parseInput(schemaOf(description.body), hasBody(method) ? parseBody(request) : {});
      return await handle({ api, request, body });
    },
  };
}

/** Throws `ForbiddenError` for what another site's page has a browser send, and `OtpEnrolmentRequiredError`. */
async function callerOf(
  { settings }: HttpApi,
  request: ApiRequest,
  { whileEnrolling }: Pick<RouteDescription, 'whileEnrolling'>,
): Promise<Caller> {
  const { method, token, isByCookie, isSameOrigin } = request;
  if (token === undefined) throw new UnauthenticatedError();
  const isSafe = method === 'GET' || method === 'HEAD';
  if (isByCookie && !isSafe && !isSameOrigin) throw new ForbiddenError('with a cookie, only pages of this origin may');
  const caller = await authenticate(settings.identity, token);
  auditNotes(request).caller = caller;
  if (caller.mustEnrolOtp && !whileEnrolling) throw new OtpEnrolmentRequiredError();
  return caller;
}

async function admit(
  { settings }: HttpApi,
  caller: Caller,
  privilege: RoutePrivilege,
  mailboxId: string | undefined,
): Promise<void> {
  if (privilege === 'none' || privilege === 'message') return;
  const isOfMailbox = privilege === 'know' || privilege === 'list' || privilege === 'read' || privilege === 'write';
  await authorise(settings.configuration, caller, privilege, isOfMailbox ? mailboxId : undefined);
}

function hasBody(method: Method): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

/** A schema left out takes nothing: `Nothing` is then the type parameter's default, which the compiler cannot see here. */
function schemaOf<Schema extends z.ZodType>(schema: Schema | undefined): Schema {
  return schema ?? (NOTHING as unknown as Schema);
}
