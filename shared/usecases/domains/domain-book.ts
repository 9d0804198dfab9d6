import { DOMAINS } from '../configuration/configuration-keys.ts';
import { BOOK_TTL_MS, type BookPorts, RecentAnswers } from '../configuration/recent-answers.ts';
import { typed } from '../item-data.ts';
import { queryAll } from '../query-all.ts';
import type { OwnDomain } from './own-domains.ts';

/** The own domains, as filing asks for them with every message: kept for seconds. */
export class DomainBook {
  readonly #ports: BookPorts;
  readonly #own: RecentAnswers<ReadonlySet<string>>;

  constructor(ports: BookPorts, ttlMs: number = BOOK_TTL_MS) {
    this.#ports = ports;
    this.#own = new RecentAnswers(ports.clock, { ttlMs, maxAnswers: 1 });
  }

  /** All of them, in lower case and A-labels. */
  own(): Promise<ReadonlySet<string>> {
    return this.#own.get('own', async () => {
      const domains = new Set<string>();
      for await (const item of queryAll(this.#ports, 'configuration', DOMAINS)) {
        if (!item.removed) domains.add(typed<OwnDomain>(item).data.domain);
      }
      return domains;
    });
  }

  forget(): void {
    this.#own.clear();
  }
}
