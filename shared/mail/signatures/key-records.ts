import { domainToASCII } from 'node:url';
import { DnsError } from '../../errors.ts';
import { MAX_KEY_RECORD_CHARACTERS } from './signature-limits.ts';

/** The texts of the TXT records at a name; none where there are none. Throws `DnsError`. */
export type TxtLookup = (name: string) => Promise<readonly string[]>;

/** What is known of the key record at a name. */
interface Found {
  /** `undefined` where there is none. */
  readonly text?: string;
  /** Why it is not known whether there is one. */
  readonly failure?: DnsError;
}

/** Names as DNS takes them, and nothing else that a sender might write (RFC 1035, 2.3.4; the underscore of `_domainkey`). */
const NAME = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/;

/** What `domainToASCII` would take for more than a name. */
const URL_CHARACTERS = /[^a-z0-9._\u0080-\u{10ffff}-]/iu;

/** The key records that one message names, each asked for once. */
export class KeyRecords {
  readonly #lookup: TxtLookup;
  readonly #found = new Map<string, Promise<Found>>();

  constructor(lookup: TxtLookup) {
    this.#lookup = lookup;
  }

  /** What is found at the name of a key (RFC 6376, 3.6.2.1). Never rejects with a `DnsError`. */
  of(selector: string, domain: string): Promise<Found> {
    return this.#at(`${selector}._domainkey.${domain}`);
  }

  /** As `resolve` of node:dns/promises. */
  readonly resolve = async (name: string): Promise<string[][]> => {
    const { text, failure } = await this.#at(name);
    if (failure) throw Object.assign(new Error('DNS gives no answer'), { code: 'ESERVFAIL' });
    if (text === undefined) throw Object.assign(new Error('no such record'), { code: 'ENOTFOUND' });
    return [[text]];
  };

  #at(name: string): Promise<Found> {
    const wanted = URL_CHARACTERS.test(name) ? name : domainToASCII(name).toLowerCase();
    const known = this.#found.get(wanted) ?? this.#ask(wanted);
    this.#found.set(wanted, known);
    return known;
  }

  async #ask(name: string): Promise<Found> {
    if (!NAME.test(name)) return {};
    try {
      const texts = (await this.#lookup(name)).filter((text) => text.length <= MAX_KEY_RECORD_CHARACTERS);
      // Some domains answer every name with a record of theirs; a key has a p= (RFC 6376, 3.6.1).
      const text = texts.find((one) => /(?:^|;)\s*p\s*=/.test(one)) ?? texts[0];
      return text === undefined ? {} : { text };
    } catch (error) {
      if (error instanceof DnsError) return { failure: error };
      throw error;
    }
  }
}
