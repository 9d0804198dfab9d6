import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { NotFoundError } from '../../shared/errors.ts';
import { AuditSettingsBook } from '../../shared/usecases/audit/audit-settings.ts';
import { type ApiRequest, readRequest } from './api-request.ts';
import { toResult } from './api-response.ts';
import { AuditHook, type RoutedRequest } from './audit-hook.ts';
import { fittingResponse } from './bytes-response.ts';
import { errorResponse } from './error-response.ts';
import type { HttpApi, HttpApiPorts, HttpApiSettings } from './http-api.ts';
import { routeName } from './route-audits.ts';
import { createRouter } from './router.ts';
import { allRoutes } from './routes/all-routes.ts';

/** Takes events of an HTTP API (payload 2.0); never rejects. */
export type HttpApiHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Answers that are about no message. */
const ANSWERS = 'answers';

/** Written by a route as it is found, for the log line. */
interface Progress {
  route: string;
}

/** The HTTP API over these ports. */
export function createHandler(ports: HttpApiPorts, settings: HttpApiSettings): HttpApiHandler {
  const auditSettings = new AuditSettingsBook(settings.configuration.ports);
  const router = createRouter(allRoutes);
  const routed = (request: ApiRequest): RoutedRequest => ({ ...router(request.method, request.segments), request });
  const handle = ({ route, request, params }: RoutedRequest) => route.handle(api, request, params);
  const audit = new AuditHook(ports, auditSettings, handle, routed);
  const api: HttpApi = { ports, settings, auditSettings, audit };
  const progress = new WeakMap<APIGatewayProxyEventV2, Progress>();

  const answer = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const request = readRequest(event, settings);
    if (!request) throw new NotFoundError('this path was');
    const found = routed(request);
    progress.set(event, { route: routeName(found.route) });
    return toResult(await fittingResponse(ports, await audit.answer(found), found.params.archiveId ?? ANSWERS));
  };

  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>(answer, { timeoutEarlyInMillis: 0 }).use({
    onError: (request) => {
      const route = progress.get(request.event)?.route ?? 'none';
      request.response = toResult(errorResponse(request.error, ports.logs, route));
    },
  });
}
