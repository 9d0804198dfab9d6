import { domainToASCII } from 'node:url';
import { InvalidRequestError, NotFoundError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import { DOMAINS, domainKey } from '../configuration/configuration-keys.ts';
import { type ListPage, listPage, type PageRequest } from '../configuration/configuration-page.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, getLogged, removeLogged } from '../logged-item.ts';

/** A domain whose people's mail this archive keeps: direction of mail and the rule `create` go by it. */
export interface OwnDomain {
  /** Lower case, in A-labels (RFC 5890). */
  readonly domain: string;
  readonly createdAt: string;
}

const DOMAIN = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** Throws `InvalidRequestError` for what is no domain, `ConflictError` where it is there already. */
export async function addDomain(ports: Pick<Ports, 'tables' | 'log' | 'clock'>, written: string): Promise<OwnDomain> {
  const domain = domainToASCII(written.trim());
  if (!DOMAIN.test(domain)) throw new InvalidRequestError(`"${written.slice(0, 100)}" is no domain`);
  const own: OwnDomain = { domain, createdAt: ports.clock.now().toISOString() };
  await createLogged(ports, 'configuration', domainKey(domain), { data: dataOf(own) });
  return own;
}

/** Throws `NotFoundError`. */
export async function getDomain(ports: Pick<Ports, 'tables'>, domain: string): Promise<OwnDomain> {
  const item = await getLogged(ports, 'configuration', domainKey(domain));
  if (!item) throw new NotFoundError(`domain ${domain}`);
  return typed<OwnDomain>(item).data;
}

/** In the order of their names. */
export function listDomains(ports: Pick<Ports, 'tables'>, request: PageRequest): Promise<ListPage<OwnDomain>> {
  return listPage(ports, { table: 'configuration', pk: DOMAINS }, request, (item) => typed<OwnDomain>(item).data);
}

/** Touches no mailbox. Throws `NotFoundError`. */
export async function removeDomain(ports: Pick<Ports, 'tables' | 'log'>, domain: string): Promise<void> {
  const item = await getLogged(ports, 'configuration', domainKey(domain));
  if (!item) throw new NotFoundError(`domain ${domain}`);
  await removeLogged(ports, 'configuration', item);
}

/** Whether the domain itself is configured; its subdomains are domains of their own. */
export async function isOwnDomain(ports: Pick<Ports, 'tables'>, domain: string): Promise<boolean> {
  return (await getLogged(ports, 'configuration', domainKey(domain))) !== undefined;
}
