import { z } from 'zod';
import { holds } from '../../../shared/domain/privilege.ts';
import { lockWarning } from '../../../shared/domain/retention/lock-mode.ts';
import { profileWarnings } from '../../../shared/usecases/profiles/profile-warnings.ts';
import { ok } from '../api-response.ts';
import { completenessMetrics } from '../completeness-metrics.ts';
import { holdMetrics } from '../hold-metrics.ts';
import { jobMetrics } from '../job-metrics.ts';
import { requestMetrics } from '../request-metrics.ts';
import { publicRoute, type Route, route } from '../route.ts';

const HealthSchema = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

const InfoSchema = z
  .object({
    version: z.string(),
    limits: z.record(z.string(), z.object({ maxBytes: z.number().int() })),
    objectLock: z
      .enum(['off', 'governance', 'compliance'])
      .meta({ description: 'How storage locks what retention policies keep' }),
    warnings: z
      .array(z.string())
      .meta({ description: 'Of what cannot be undone, and of the archiving profiles that the caller may see' }),
  })
  .meta({ id: 'Info' });

export const systemRoutes: readonly Route[] = [
  publicRoute(
    'GET',
    '/health',
    { summary: 'Whether requests can be answered', privilege: 'none', responses: { 200: HealthSchema } },
    async ({ api }) => {
      await api.ports.tables.get('configuration', { pk: 'settings', sk: 'compliance' });
      return ok({ status: 'ok' });
    },
  ),
  route(
    'GET',
    '/info',
    { summary: 'Version, and the largest input of each entrance', privilege: 'login', responses: { 200: InfoSchema } },
    async ({ api: { ports, settings }, caller }) => {
      const scope = holds(caller.privileges, 'admin') ? {} : { ownerId: caller.userId };
      const locking = lockWarning(settings.objectLock);
      return ok({
        version: settings.version,
        limits: settings.limits,
        objectLock: settings.objectLock ?? 'off',
        warnings: [...(locking === undefined ? [] : [locking]), ...(await profileWarnings(ports, scope))],
      });
    },
  ),
  route(
    'GET',
    '/metrics',
    {
      summary: 'Counters and gauges in the Prometheus text format',
      privilege: 'admin',
      responses: { 200: { contentType: 'text/plain; version=0.0.4; charset=utf-8' } },
    },
    async ({ api }) => ({
      status: 200,
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
      body: [
        await api.settings.metrics(),
        await jobMetrics(api.ports),
        await completenessMetrics(api.ports),
        await holdMetrics(api.ports),
        await requestMetrics(api.ports),
      ].join(''),
    }),
  ),
];
