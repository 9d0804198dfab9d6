import { z } from 'zod';
import { addDomain, getDomain, listDomains, removeDomain } from '../../../shared/usecases/domains/own-domains.ts';
import { created, noContent, ok } from '../api-response.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import { type Route, route } from '../route.ts';
import { DomainSchema, NewDomainSchema } from '../schemas/configuration.ts';
import { id } from '../schemas/fields.ts';

const params = z.object({ domain: id });
const privilege = 'admin';

export const domainRoutes: readonly Route[] = [
  route(
    'POST',
    '/domains',
    {
      summary: 'Add a domain whose mail is archived here',
      privilege,
      body: NewDomainSchema,
      responses: { 201: DomainSchema },
    },
    async ({ api, body }) => {
      const { domains, ports } = api.settings.configuration;
      const domain = await addDomain(ports, body.domain);
      domains.forget();
      return created(domain);
    },
  ),
  listRoute(
    '/domains',
    { summary: 'Own domains by name', privilege, query: PAGE_QUERY, item: DomainSchema },
    ({ api }, page) => listDomains(api.settings.configuration.ports, page),
  ),
  route(
    'GET',
    '/domains/{domain}',
    { summary: 'An own domain', privilege, params, responses: { 200: DomainSchema } },
    async ({ api, params: { domain } }) => ok(await getDomain(api.settings.configuration.ports, domain)),
  ),
  route(
    'DELETE',
    '/domains/{domain}',
    { summary: 'Remove an own domain; mailboxes stay', privilege, params, responses: { 204: null } },
    async ({ api, params: { domain } }) => {
      const { domains, ports } = api.settings.configuration;
      await removeDomain(ports, domain);
      domains.forget();
      return noContent();
    },
  ),
];
