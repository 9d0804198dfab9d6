import { COMPLIANCE_KEY } from '../configuration/configuration-keys.ts';
import { BOOK_TTL_MS, type BookPorts, RecentAnswers } from '../configuration/recent-answers.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';
import { type ComplianceSettings, DEFAULT_COMPLIANCE } from './compliance-settings.ts';

/** The compliance settings as authorisation asks for them: kept for seconds. */
export class ComplianceBook {
  readonly #ports: BookPorts;
  readonly #settings: RecentAnswers<ComplianceSettings>;

  constructor(ports: BookPorts, ttlMs: number = BOOK_TTL_MS) {
    this.#ports = ports;
    this.#settings = new RecentAnswers(ports.clock, { ttlMs });
  }

  settings(): Promise<ComplianceSettings> {
    return this.#settings.get('settings', async () => {
      const item = await getLogged(this.#ports, 'configuration', COMPLIANCE_KEY);
      return item ? { ...DEFAULT_COMPLIANCE, ...typed<Partial<ComplianceSettings>>(item).data } : DEFAULT_COMPLIANCE;
    });
  }

  forget(): void {
    this.#settings.clear();
  }
}
