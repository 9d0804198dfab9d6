import { RateLimitedError } from '../../errors.ts';
import { networkOf } from './source-network.ts';

/** How many attempts may be under way in this process: each costs a hash, of which a few run at a time. */
const MAX_ATTEMPTS = 32;
/** Of these, how many from one network: one that floods leaves places to others. */
const MAX_OF_NETWORK = 20;

/**
 * Turns attempts away before they cost anything: no table is read or written and no hash begun for one
 * that would wait too long, so that a flood of sign-ins leaves the rest of the system alone.
 */
export class SignInGate {
  readonly #perNetwork = new Map<string, number>();
  #underWay = 0;

  /** Runs `attempt`. Throws `RateLimitedError` where too many are under way. */
  async pass<Result>(sourceIp: string, attempt: () => Promise<Result>): Promise<Result> {
    const network = networkOf(sourceIp);
    const ofNetwork = this.#perNetwork.get(network) ?? 0;
    if (this.#underWay >= MAX_ATTEMPTS || ofNetwork >= MAX_OF_NETWORK) throw new RateLimitedError(1);
    this.#underWay += 1;
    this.#perNetwork.set(network, ofNetwork + 1);
    try {
      return await attempt();
    } finally {
      this.#underWay -= 1;
      const left = (this.#perNetwork.get(network) ?? 1) - 1;
      if (left === 0) this.#perNetwork.delete(network);
      else this.#perNetwork.set(network, left);
    }
  }
}
