import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { NotFoundError } from '../../shared/errors.ts';
import { readRequest } from './api-request.ts';
import { toResult } from './api-response.ts';
import { fittingResponse } from './bytes-response.ts';
import { errorResponse } from './error-response.ts';
import type { HttpApi, HttpApiPorts, HttpApiSettings } from './http-api.ts';
import { createRouter } from './router.ts';
import { allRoutes } from './routes/all-routes.ts';

/** Takes events of an HTTP API (payload 2.0); never rejects. */
export type HttpApiHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/** Written by a route as it is found, for the log line. */
interface Progress {
  route: string;
}

/** The HTTP API over these ports. */
export function createHandler(ports: HttpApiPorts, settings: HttpApiSettings): HttpApiHandler {
  const api: HttpApi = { ports, settings };
  const router = createRouter(allRoutes);
  const progress = new WeakMap<APIGatewayProxyEventV2, Progress>();

  const answer = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const request = readRequest(event, settings);
    if (!request) throw new NotFoundError('this path was');
    const { route, params } = router(request.method, request.segments);
    progress.set(event, { route: `${route.method} ${route.path}` });
    return toResult(await fittingResponse(ports, await route.handle(api, request, params)));
  };

  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>(answer, { timeoutEarlyInMillis: 0 }).use({
    onError: (request) => {
      const route = progress.get(request.event)?.route ?? 'none';
      request.response = toResult(errorResponse(request.error, ports.logs, route));
    },
  });
}
