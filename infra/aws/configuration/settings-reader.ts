/** What a rule says of a value: the value as it is used, or `undefined` where the value breaks the rule. */
export type Rule<T> = (value: unknown) => T | undefined;

/**
 * Reads one object of settings and gathers what is wrong with it: each problem says which setting failed,
 * the value received and what to change. After a problem the fallback is answered, so that all are found at once.
 */
export class SettingsReader {
  readonly problems: string[];
  readonly #path: string;
  readonly #settings: ReadonlyMap<string, unknown>;
  readonly #known = new Set<string>();
  /** What is no object has no settings to complain of one by one. */
  readonly #isObject: boolean;

  constructor(path: string, settings: unknown, problems: string[] = []) {
    this.#path = path;
    this.problems = problems;
    const isObject = typeof settings === 'object' && settings !== null && !Array.isArray(settings);
    this.#isObject = isObject;
    this.#settings = new Map(isObject ? Object.entries(settings) : []);
    if (!isObject) this.refuse('', settings, 'write an object of settings');
  }

  has(name: string): boolean {
    this.#known.add(name);
    return this.#settings.has(name);
  }

  /** A setting that has to be there. */
  required<T>(name: string, rule: Rule<T>, advice: string, fallback: T): T {
    if (this.has(name)) return this.#checked(name, rule, advice, fallback);
    if (this.#isObject) this.refuse(name, undefined, advice);
    return fallback;
  }

  /** A setting with a default. */
  optional<T>(name: string, rule: Rule<T>, advice: string, fallback: T): T {
    return this.has(name) ? this.#checked(name, rule, advice, fallback) : fallback;
  }

  /** The reader of an object within, whose problems are gathered with these. */
  within(name: string): SettingsReader {
    this.#known.add(name);
    return new SettingsReader(this.#pathOf(name), this.#settings.get(name), this.problems);
  }

  refuse(name: string, value: unknown, advice: string): void {
    const received = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
    this.problems.push(`${this.#pathOf(name)} ${received}; ${advice}`);
  }

  /** Call when everything has been read: what is left is a misspelt setting that would do nothing. */
  refuseUnknown(): void {
    for (const [name, value] of this.#settings) {
      if (!this.#known.has(name))
        this.refuse(name, value, `it is no setting; known are ${[...this.#known].join(', ')}`);
    }
  }

  #checked<T>(name: string, rule: Rule<T>, advice: string, fallback: T): T {
    const value = this.#settings.get(name);
    const read = rule(value);
    if (read === undefined) this.refuse(name, value, advice);
    return read ?? fallback;
  }

  #pathOf(name: string): string {
    return name === '' ? this.#path : `${this.#path}.${name}`;
  }
}
