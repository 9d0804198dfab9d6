import { AUDIT_CATEGORIES, type AuditCategory } from '../../domain/audit-event.ts';
import type { Ports } from '../../ports/ports.ts';
import { RecentAnswers } from '../configuration/recent-answers.ts';
import { dataOf } from '../item-data.ts';
import { createLogged, getLogged, replaceLogged } from '../logged-item.ts';
import { AUDIT_SETTINGS_KEY } from './audit-keys.ts';

/** What is recorded. */
export interface AuditSettings {
  /** Categories that are switched off; some events of them are recorded all the same (`isRecorded`). */
  readonly off: readonly AuditCategory[];
}

/** How long a process may go by what it read. */
const TTL_MS = 3_000;

/** The audit settings as each request asks for them: kept for seconds. */
export class AuditSettingsBook {
  readonly #ports: Pick<Ports, 'tables' | 'log' | 'clock'>;
  readonly #settings: RecentAnswers<AuditSettings>;

  constructor(ports: Pick<Ports, 'tables' | 'log' | 'clock'>) {
    this.#ports = ports;
    this.#settings = new RecentAnswers(ports.clock, { ttlMs: TTL_MS });
  }

  settings(): Promise<AuditSettings> {
    return this.#settings.get('settings', async () => {
      const item = await getLogged(this.#ports, 'configuration', AUDIT_SETTINGS_KEY);
      const off: unknown = item?.data.off;
      return { off: AUDIT_CATEGORIES.filter((category) => Array.isArray(off) && off.includes(category)) };
    });
  }

  /** Throws `ConflictError` beside another change. */
  async change(settings: AuditSettings): Promise<void> {
    const item = await getLogged(this.#ports, 'configuration', AUDIT_SETTINGS_KEY);
    const written = { data: dataOf({ off: [...new Set(settings.off)] }) };
    await (item
      ? replaceLogged(this.#ports, 'configuration', item, written)
      : createLogged(this.#ports, 'configuration', AUDIT_SETTINGS_KEY, written));
    this.#settings.clear();
  }
}
