import type { EndpointAddress, JournalEndpoint } from '../../domain/journal-endpoint.ts';
import { endpointAddressKey, endpointKey } from '../configuration/configuration-keys.ts';
import { BOOK_TTL_MS, type BookPorts, RecentAnswers } from '../configuration/recent-answers.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';

/** An endpoint found by a local part. */
export interface FoundEndpoint {
  readonly endpoint: JournalEndpoint;
  /** Whether the address was rotated or deleted, and only its grace period is left. */
  readonly former: boolean;
}

/** The journal endpoints, as SMTP and filing ask for them: answers are kept for seconds. */
export class EndpointBook {
  readonly #ports: BookPorts;
  readonly #endpoints: RecentAnswers<JournalEndpoint | undefined>;
  readonly #addresses: RecentAnswers<EndpointAddress | undefined>;

  constructor(ports: BookPorts, ttlMs: number = BOOK_TTL_MS) {
    this.#ports = ports;
    this.#endpoints = new RecentAnswers(ports.clock, { ttlMs });
    this.#addresses = new RecentAnswers(ports.clock, { ttlMs });
  }

  /** The endpoint with this id, unless it is absent or deleted. */
  async endpoint(endpointId: string): Promise<JournalEndpoint | undefined> {
    const endpoint = await this.evenDeleted(endpointId);
    return endpoint?.deletedAt === undefined ? endpoint : undefined;
  }

  /** The endpoint with this id, also where it was deleted. */
  evenDeleted(endpointId: string): Promise<JournalEndpoint | undefined> {
    return this.#endpoints.get(endpointId, async () => {
      const item = await getLogged(this.#ports, 'configuration', endpointKey(endpointId));
      return item && typed<JournalEndpoint>(item).data;
    });
  }

  /**
   * The endpoint that a local part (in any case) belongs to. An address is in force exactly while its
   * endpoint names it; a crash half way through a rotation therefore leaves the old one in force.
   */
  async byLocalPart(localPart: string): Promise<FoundEndpoint | undefined> {
    const wanted = localPart.toLowerCase();
    const address = await this.#addresses.get(wanted, async () => {
      const item = await getLogged(this.#ports, 'configuration', endpointAddressKey(wanted));
      return item && typed<EndpointAddress>(item).data;
    });
    const endpoint = address && (await this.evenDeleted(address.endpointId));
    if (!endpoint) return undefined;
    if (endpoint.deletedAt === undefined && endpoint.localPart === wanted) return { endpoint, former: false };
    const isInGrace = (address.acceptedUntil ?? '') > this.#ports.clock.now().toISOString();
    return isInGrace ? { endpoint, former: true } : undefined;
  }

  forget(endpoint: JournalEndpoint): void {
    this.#endpoints.forget(endpoint.endpointId);
    this.#addresses.forget(endpoint.localPart);
  }
}

/** As `EndpointBook.byLocalPart`, read afresh. */
export function findEndpointByLocalPart(ports: BookPorts, localPart: string): Promise<FoundEndpoint | undefined> {
  return new EndpointBook(ports, 0).byLocalPart(localPart);
}
