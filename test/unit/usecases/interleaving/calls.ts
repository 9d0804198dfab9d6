import { CallSet } from './call-set.ts';

/** One call of a port: equal names mean equal effects. */
export interface Call<T = unknown> {
  readonly name: string;
  /** All that its effect and its answer depend on, and all that it changes. */
  readonly touches: readonly Touch[];
  readonly run: () => Promise<T>;
}

/** What a call does at a place: an item, an object, or (`isRange`) all whose places begin so. */
export interface Touch {
  readonly place: string;
  readonly isRange?: true;
  /** `add` puts what its place names by its contents, and is answered nothing: twice is the same as once. */
  readonly does: 'read' | 'write' | 'add';
}

/** The different calls of a world, numbered, and which of them depend on each other. */
export class Calls {
  readonly #calls: Call[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #dependents: CallSet[] = [];

  numberOf(call: Call): number {
    const known = this.#numbers.get(call.name);
    if (known !== undefined) return known;
    const number = this.#calls.length;
    const dependents = new CallSet();
    this.#calls.push(call);
    this.#dependents.push(dependents);
    this.#numbers.set(call.name, number);
    for (const [other, { touches }] of this.#calls.entries()) {
      if (areIndependent(call.touches, touches)) continue;
      dependents.add(other);
      this.#dependents[other]?.add(number);
    }
    return number;
  }

  at(number: number): Call {
    const call = this.#calls[number];
    if (!call) throw new Error('no such call');
    return call;
  }

  /** Those with which its order matters. */
  dependents(number: number): CallSet {
    const set = this.#dependents[number];
    if (!set) throw new Error('no such call');
    return set;
  }
}

/** Whether in either order both calls change the same and are answered the same, whatever the stores hold. */
function areIndependent(some: readonly Touch[], others: readonly Touch[]): boolean {
  return some.every((one) =>
    others.every((other) => (one.does === other.does && one.does !== 'write') || !haveCommon(one, other)),
  );
}

function haveCommon(one: Touch, other: Touch): boolean {
  if (one.place === other.place) return true;
  return (
    (one.isRange === true && other.place.startsWith(one.place)) ||
    (other.isRange === true && one.place.startsWith(other.place))
  );
}
