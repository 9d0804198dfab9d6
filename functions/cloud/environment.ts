/** Thrown when a function is deployed without a variable that it reads, or with one that it cannot use. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** The environment of a function. Each getter throws `EnvironmentError` where its variable is missing or of another form. */
export class Environment {
  readonly #variables: Readonly<Record<string, string | undefined>>;

  constructor(variables: Readonly<Record<string, string | undefined>> = process.env) {
    this.#variables = variables;
  }

  text(name: string): string {
    const value = this.#variables[name];
    if (value) return value;
    throw new EnvironmentError(
      `${name} is ${value === undefined ? 'not set' : 'empty'}; the stack sets it for functions that need it`,
    );
  }

  /** A whole number that is not negative. */
  count(name: string): number {
    const value = this.text(name);
    if (/^\d{1,15}$/.test(value)) return Number(value);
    throw new EnvironmentError(`${name} is "${value}"; it takes a whole number`);
  }

  oneOf<const T extends string>(name: string, values: readonly T[]): T {
    const value = this.text(name);
    const found = values.find((candidate) => candidate === value);
    if (found !== undefined) return found;
    throw new EnvironmentError(`${name} is "${value}"; it takes ${values.join(' or ')}`);
  }
}
