import { normaliseAddress, withoutDetail } from '../../domain/address.ts';
import type { AddressClaim, Mailbox } from '../../domain/mailbox.ts';
import { MAILBOXES, mailboxKey } from '../configuration/configuration-keys.ts';
import { BOOK_TTL_MS, type BookPorts, RecentAnswers } from '../configuration/recent-answers.ts';
import { typed } from '../item-data.ts';
import { getLogged } from '../logged-item.ts';
import { queryAll } from '../query-all.ts';
import { addressesOf, claimsOn } from './address-claims.ts';

/** Who owns which address, as filing asks it for every message: answers are kept for seconds. */
export class AddressBook {
  readonly #ports: BookPorts;
  readonly #claims: RecentAnswers<readonly AddressClaim[]>;
  readonly #mailboxes: RecentAnswers<Mailbox | undefined>;
  readonly #all: RecentAnswers<readonly Mailbox[]>;

  constructor(ports: BookPorts, ttlMs: number = BOOK_TTL_MS) {
    this.#ports = ports;
    this.#claims = new RecentAnswers(ports.clock, { ttlMs });
    this.#mailboxes = new RecentAnswers(ports.clock, { ttlMs });
    this.#all = new RecentAnswers(ports.clock, { ttlMs, maxAnswers: 1 });
  }

  /** The mailbox with this id, or `undefined`. */
  mailbox(mailboxId: string): Promise<Mailbox | undefined> {
    return this.#mailboxes.get(mailboxId, async () => {
      const item = await getLogged(this.#ports, 'configuration', mailboxKey(mailboxId));
      return item && typed<Mailbox>(item).data;
    });
  }

  /** All mailboxes, oldest first: for whoever searches everywhere. */
  all(): Promise<readonly Mailbox[]> {
    return this.#all.get('all', async () => {
      const mailboxes: Mailbox[] = [];
      for await (const item of queryAll(this.#ports, 'configuration', MAILBOXES)) {
        if (!item.removed) mailboxes.push(typed<Mailbox>(item).data);
      }
      return mailboxes;
    });
  }

  /**
   * Ids of the mailboxes that own `address` at `at`: as written, else without its sub-address (RFC 5233). With
   * `orNext`, where nobody did yet, of the first that owned it later: mail may be older than the archive.
   */
  async owners(address: string, at: Date, { orNext = false } = {}): Promise<readonly string[]> {
    const normalised = normaliseAddress(address);
    const exact = await this.#ownersOf(normalised, at, orNext);
    const base = withoutDetail(normalised);
    return exact.length > 0 || base === undefined ? exact : await this.#ownersOf(base, at, orNext);
  }

  forgetAddress(address: string): void {
    this.#claims.forget(normaliseAddress(address));
  }

  /** Forgets the mailbox and who owns its addresses. */
  forgetMailbox(mailbox: Mailbox): void {
    this.#mailboxes.forget(mailbox.mailboxId);
    this.#all.clear();
    for (const address of addressesOf(mailbox)) this.forgetAddress(address);
  }

  async #ownersOf(address: string, at: Date, orNext: boolean): Promise<readonly string[]> {
    const time = at.toISOString();
    const claims = await this.#claims.get(address, () => this.#effectiveClaims(address));
    const valid = claims.filter(({ validFrom, validUntil }) => validFrom <= time && (!validUntil || time < validUntil));
    if (valid.length > 0 || !orNext) return valid.map(({ mailboxId }) => mailboxId);
    const later = claims
      .filter(({ validFrom }) => validFrom > time)
      .toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
    return later.slice(0, 1).map(({ mailboxId }) => mailboxId);
  }

  /** Leaves out what a crash left: claims of mailboxes that are not there, open ones that a mailbox no longer lists. */
  async #effectiveClaims(address: string): Promise<readonly AddressClaim[]> {
    const claims = await claimsOn(this.#ports, address);
    const effective: AddressClaim[] = [];
    for (const claim of claims) {
      const mailbox = await this.mailbox(claim.mailboxId);
      const holds = claim.validUntil !== undefined || (mailbox && addressesOf(mailbox).includes(address));
      if (mailbox && holds) effective.push(claim);
    }
    return effective;
  }
}

/** Ids of the mailboxes that own an address at `at`, read afresh; the hot path asks an `AddressBook`. */
export function findOwners(ports: BookPorts, address: string, at: Date): Promise<readonly string[]> {
  return new AddressBook(ports, 0).owners(address, at);
}
