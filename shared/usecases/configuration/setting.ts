import { ConflictError } from '../../errors.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ItemKey } from '../../ports/tables.ts';
import { dataOf, typed } from '../item-data.ts';
import { createLogged, getLogged, replaceLogged } from '../logged-item.ts';
import { BOOK_TTL_MS, RecentAnswers } from './recent-answers.ts';

/** How often a change is written anew beside others. */
const MAX_ATTEMPTS = 5;

export interface SettingOptions<Value> {
  readonly key: ItemKey;
  readonly defaults: Value;
  /** How old an answer may be. */
  readonly ttlMs?: number | undefined;
}

/** One group of settings: answers are kept for seconds, changes made in this process count at once. */
export class Setting<Value extends object> {
  readonly #ports: Pick<Ports, 'tables' | 'log' | 'clock'>;
  readonly #options: SettingOptions<Value>;
  readonly #answers: RecentAnswers<Value>;

  constructor(ports: Pick<Ports, 'tables' | 'log' | 'clock'>, options: SettingOptions<Value>) {
    this.#ports = ports;
    this.#options = options;
    this.#answers = new RecentAnswers(ports.clock, { ttlMs: options.ttlMs ?? BOOK_TTL_MS });
  }

  /** The settings, those never set at their defaults. */
  get(): Promise<Value> {
    const { key, defaults } = this.#options;
    return this.#answers.get('', async () => {
      const item = await getLogged(this.#ports, 'configuration', key);
      return item ? { ...defaults, ...typed<Partial<Value>>(item).data } : defaults;
    });
  }

  /** Changes what `change` names and answers all. Throws `ConflictError` where others change it all the time. */
  async change(change: Partial<Value>): Promise<Value> {
    const { key, defaults } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const item = await getLogged(this.#ports, 'configuration', key);
      const changed: Value = { ...defaults, ...(item && typed<Partial<Value>>(item).data), ...change };
      const written = { data: dataOf(changed) };
      try {
        await (item
          ? replaceLogged(this.#ports, 'configuration', item, written)
          : createLogged(this.#ports, 'configuration', key, written));
        this.#answers.clear();
        return changed;
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }
}
