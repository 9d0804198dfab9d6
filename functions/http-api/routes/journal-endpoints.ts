import { z } from 'zod';
import type { JournalEndpoint } from '../../../shared/domain/journal-endpoint.ts';
import type { LedgerEntry } from '../../../shared/domain/ledger-entry.ts';
import { authorise } from '../../../shared/usecases/access/authorise.ts';
import { changeEndpoint, deleteEndpoint, rotateEndpoint } from '../../../shared/usecases/endpoints/change-endpoint.ts';
import { createEndpoint, type EndpointRules } from '../../../shared/usecases/endpoints/create-endpoint.ts';
import { endpointActivity } from '../../../shared/usecases/endpoints/endpoint-activity.ts';
import { getEndpoint, listEndpoints } from '../../../shared/usecases/endpoints/find-endpoints.ts';
import { created, noContent, ok } from '../api-response.ts';
import { given } from '../given.ts';
import type { HttpApi } from '../http-api.ts';
import { listRoute, PAGE_QUERY, pageQuery } from '../list-route.ts';
import { periodOf } from '../period.ts';
import { type Route, route } from '../route.ts';
import { EndpointChangeSchema, EndpointSchema, NewEndpointSchema } from '../schemas/configuration.ts';
import { id, queryTime } from '../schemas/fields.ts';
import { ArrivalSchema } from '../schemas/messages.ts';
import { arrivalForAdministrator, arrivalShape } from './arrivals.ts';

const params = z.object({ endpointId: id });
const privilege = 'admin';

function endpointShape({ settings }: HttpApi, endpoint: JournalEndpoint): z.input<typeof EndpointSchema> {
  const { localPart, deletedAt: _deletedAt, allowedSources, trustedHosts, ...shape } = endpoint;
  const address = `${localPart}@${settings.configuration.journalDomain}`;
  return { ...shape, address, allowedSources: [...allowedSources], trustedHosts: [...trustedHosts] };
}

/** The endpoint with what is known of its mail. */
async function shownEndpoint(api: HttpApi, endpoint: JournalEndpoint): Promise<z.input<typeof EndpointSchema>> {
  const activity = await endpointActivity(api.settings.configuration.ports, endpoint.endpointId);
  return { ...endpointShape(api, endpoint), ...activity };
}

export const journalEndpointRoutes: readonly Route[] = [
  route(
    'POST',
    '/journal-endpoints',
    {
      summary: 'Create an address to journal to, with its mailbox',
      privilege,
      body: NewEndpointSchema,
      responses: { 201: EndpointSchema },
    },
    async ({ api, body }) => created(endpointShape(api, await createEndpoint(api.settings.configuration, given(body)))),
  ),
  listRoute(
    '/journal-endpoints',
    { summary: 'Journal endpoints, newest first', privilege, query: PAGE_QUERY, item: EndpointSchema },
    async ({ api }, page) => {
      const { items, ...rest } = await listEndpoints(api.settings.configuration.ports, page);
      return { items: await Promise.all(items.map((endpoint) => shownEndpoint(api, endpoint))), ...rest };
    },
  ),
  route(
    'GET',
    '/journal-endpoints/{endpointId}',
    { summary: 'A journal endpoint', privilege, params, responses: { 200: EndpointSchema } },
    async ({ api, params: { endpointId } }) =>
      ok(await shownEndpoint(api, await getEndpoint(api.settings.configuration.ports, endpointId))),
  ),
  route(
    'PATCH',
    '/journal-endpoints/{endpointId}',
    {
      summary: 'Change a journal endpoint',
      privilege,
      params,
      body: EndpointChangeSchema,
      responses: { 200: EndpointSchema },
    },
    async ({ api, params: { endpointId }, body }) => {
      const change: EndpointRules & { readonly name?: string } = given(body);
      return ok(await shownEndpoint(api, await changeEndpoint(api.settings.configuration, endpointId, change)));
    },
  ),
  route(
    'DELETE',
    '/journal-endpoints/{endpointId}',
    {
      summary: 'Delete a journal endpoint; its mailbox stays, its address takes mail into quarantine for 30 days',
      privilege,
      params,
      responses: { 204: null },
    },
    async ({ api, params: { endpointId } }) => {
      await deleteEndpoint(api.settings.configuration, endpointId);
      return noContent();
    },
  ),
  route(
    'POST',
    '/journal-endpoints/{endpointId}/rotate',
    {
      summary: 'Give a journal endpoint a new address; the former one takes mail into quarantine for 30 days',
      privilege,
      params,
      responses: { 200: EndpointSchema },
    },
    async ({ api, params: { endpointId } }) =>
      ok(await shownEndpoint(api, await rotateEndpoint(api.settings.configuration, endpointId))),
  ),
  listRoute(
    '/journal-endpoints/{endpointId}/arrivals',
    {
      summary: 'What arrived at a journal endpoint, newest first, and what became of it',
      privilege,
      params,
      query: pageQuery({ from: queryTime.optional(), to: queryTime.optional() }),
      item: ArrivalSchema,
    },
    async ({ api: { settings }, caller, params: { endpointId }, query }, page) => {
      const { mailboxId } = await getEndpoint(settings.configuration.ports, endpointId);
      const { contentBlocked } = await authorise(settings.configuration, caller, 'know', mailboxId);
      const { items, ...rest } = await settings.reading.listEndpointArrivals(endpointId, {
        ...page,
        ...periodOf(query),
      });
      const shape = contentBlocked ? (item: LedgerEntry) => arrivalForAdministrator(settings, item) : arrivalShape;
      return { items: items.map(shape), ...rest };
    },
  ),
];
