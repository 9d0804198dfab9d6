import { z } from 'zod';
import { ok } from '../api-response.ts';
import { describeApi } from '../openapi.ts';
import { publicRoute, type Route } from '../route.ts';

/** The route that describes all routes, itself included. */
export function openapiRoute(routes: readonly Route[]): Route {
  const self: Route = publicRoute(
    'GET',
    '/openapi.json',
    {
      summary: 'This description (OpenAPI 3.1)',
      privilege: 'none',
      responses: { 200: z.record(z.string(), z.unknown()) },
    },
    async ({ api: { settings } }) => {
      const { basePath, version } = settings;
      return ok(describeApi([...routes, self], { basePath, version }));
    },
  );
  return self;
}
