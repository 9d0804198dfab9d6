import type { Call } from './calls.ts';
import type { Answer } from './run.ts';

export interface Stores {
  /** Answers what puts the contents of now back. */
  readonly keep: () => () => void;
  /** A text that is equal for equal contents. */
  readonly text: () => string;
}

/** What a call does to certain contents. */
export interface Effect {
  readonly contents: number;
  readonly answer: Answer;
}

interface Kept {
  readonly text: string;
  readonly restore: () => void;
  /** By the number of the call. */
  readonly effects: Map<number, Effect>;
}

/** All that the stores of a world have held, numbered, and what each call does to it, worked out once. */
export class Contents {
  readonly #stores: Stores;
  readonly #kept: Kept[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #answers = new Map<string, number>();

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /** The number of what the stores hold now. */
  now(): number {
    const text = this.#stores.text();
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#kept.length;
    this.#kept.push({ text, restore: this.#stores.keep(), effects: new Map() });
    this.#numbers.set(text, number);
    return number;
  }

  restore(contents: number): void {
    this.#at(contents).restore();
  }

  text(contents: number): string {
    return this.#at(contents).text;
  }

  /** The effect of the call with this number, if it was asked for before. */
  known(contents: number, number: number): Effect | undefined {
    return this.#kept[contents]?.effects.get(number);
  }

  async effect(contents: number, number: number, call: Call): Promise<Effect> {
    const { restore, effects } = this.#at(contents);
    restore();
    const answer = await this.#answerOf(call);
    const effect = { contents: this.now(), answer };
    effects.set(number, effect);
    return effect;
  }

  /** Gives answers with equal texts equal numbers. */
  numbered(text: string, answer: Omit<Answer, 'number'>): Answer {
    const number = this.#answers.get(text) ?? this.#answers.size;
    this.#answers.set(text, number);
    return { number, ...answer };
  }

  async #answerOf(call: Call): Promise<Answer> {
    try {
      const value = await call.run();
      return this.numbered(JSON.stringify(value, bytesAsText) ?? '', { value });
    } catch (error) {
      return this.numbered(`! ${error}`, { error });
    }
  }

  #at(contents: number): Kept {
    const kept = this.#kept[contents];
    if (!kept) throw new Error('no such contents');
    return kept;
  }
}

/** Bytes are told apart by what they hold, as text of any encoding. */
function bytesAsText(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}
