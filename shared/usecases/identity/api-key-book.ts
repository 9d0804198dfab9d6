import type { ApiKey } from '../../domain/api-key.ts';
import type { Ports } from '../../ports/ports.ts';
import { apiKeyKey } from '../configuration/configuration-keys.ts';
import { RecentAnswers } from '../configuration/recent-answers.ts';
import { dataOf, typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';

type KeyPorts = Pick<Ports, 'tables' | 'clock'>;

/** How long a revoked key may live on in other processes. */
const KEY_TTL_MS = 3_000;
/** How precisely it is known when a key was used last: each use that is noted is a write. */
const USE_NOTED_MS = 60_000;

/** API keys as every request asks for them: answers are kept for seconds. */
export class ApiKeyBook {
  readonly #ports: KeyPorts;
  readonly #keys: RecentAnswers<ApiKey | undefined>;
  readonly #uses: RecentAnswers<void>;

  constructor(ports: KeyPorts, ttlMs: number = KEY_TTL_MS) {
    this.#ports = ports;
    this.#keys = new RecentAnswers(ports.clock, { ttlMs });
    this.#uses = new RecentAnswers(ports.clock, { ttlMs: USE_NOTED_MS });
  }

  key(apiKeyId: string): Promise<ApiKey | undefined> {
    return this.#keys.get(apiKeyId, async () => {
      const item = await getLogged(this.#ports, 'configuration', apiKeyKey(apiKeyId));
      return item && typed<ApiKey>(item).data;
    });
  }

  forget(apiKeyId: string): void {
    this.#keys.forget(apiKeyId);
  }

  /** Notes that a key was used, once a minute and process. */
  noteUse(apiKeyId: string): Promise<void> {
    return this.#uses.get(apiKeyId, async () => {
      const lastUsedAt = this.#ports.clock.now().toISOString();
      await this.#ports.tables.put('activity', { ...useKey(apiKeyId), version: 1, data: dataOf({ lastUsedAt }) });
    });
  }

  /** When a key was used last, to the minute; ISO 8601. */
  async lastUse(apiKeyId: string): Promise<string | undefined> {
    const item = await this.#ports.tables.get('activity', useKey(apiKeyId));
    return item && typed<{ readonly lastUsedAt: string }>(item).data.lastUsedAt;
  }
}

function useKey(apiKeyId: string) {
  return { pk: `api-key-use#${apiKeyId}`, sk: '-' };
}
