import { z } from 'zod';
import type { Caller } from '../../shared/domain/session.ts';
import { UnauthenticatedError } from '../../shared/errors.ts';
import { authorise, type Privilege } from '../../shared/usecases/access/authorise.ts';
import { authenticate } from '../../shared/usecases/identity/sessions.ts';
import type { ApiRequest } from './api-request.ts';
import type { ApiResponse } from './api-response.ts';
import type { HttpApi } from './http-api.ts';
import { parseBody, parseInput } from './parse-input.ts';

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
  /** By status; errors are the same everywhere. */
  readonly responses: { readonly [status: number]: Answer };
}

export interface Route {
  readonly method: Method;
  /** `/mailboxes/{mailboxId}`, below the base path. */
  readonly path: string;
  readonly description: RouteDescription;
  handle(api: HttpApi, request: ApiRequest, params: PathParams): Promise<ApiResponse>;
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
}

const NOTHING = z.strictObject({});
type Nothing = typeof NOTHING;

type Schemas<Params, Query, Body> = { readonly params?: Params; readonly query?: Query; readonly body?: Body };

/** A route for signed-in callers who hold its privilege; input is checked before `handle` sees it. */
export function route<
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Body extends z.ZodType = Nothing,
>(
  method: Method,
  path: string,
  description: RouteDescription & Schemas<Params, Query, Body>,
  handle: (context: RouteContext<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<ApiResponse>,
): Route {
  return {
    method,
    path,
    description,
    async handle(api, request, pathParams) {
      const caller = await callerOf(api, request);
      const params = parseInput(schemaOf(description.params), pathParams);
      await admit(api, caller, description.privilege, pathParams.mailboxId);
      const query = parseInput(schemaOf(description.query), request.query);
      const body = parseInput(schemaOf(description.body), hasBody(method) ? parseBody(request) : {});
      return await handle({ api, caller, request, params, query, body });
    },
  };
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

async function callerOf({ settings }: HttpApi, { token }: ApiRequest): Promise<Caller> {
  if (token === undefined) throw new UnauthenticatedError();
  return await authenticate(settings.identity, token);
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
