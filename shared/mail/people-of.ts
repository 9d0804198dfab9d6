import { normaliseAddress } from '../domain/address.ts';
import { readAddressList } from './address-list.ts';
import type { HeaderSection } from './header-section.ts';
import { unfoldedValue } from './header-value.ts';
import { readParts } from './read-parts.ts';

/** Whom the header section of an original names, blind copies left out; normalised addresses. */
export interface NamedPeople {
  /** From and Sender (RFC 5322, 3.6.2): who wrote it, and knows all that stands in it. */
  readonly authors: ReadonlySet<string>;
  /** Resent-From and Resent-Sender: who sent it on, to blind recipients of their own. */
  readonly resenders: ReadonlySet<string>;
  /** Everybody whom each recipient sees: these, and To and Cc, also of resent blocks. */
  readonly all: ReadonlySet<string>;
}

/** Reads the addresses of an original; without ever throwing. */
export function peopleOf(original: Uint8Array): NamedPeople {
  const { section } = readParts(original).root;
  const authors = addressesIn(section, ['from', 'sender']);
  const resenders = addressesIn(section, ['resent-from', 'resent-sender']);
  const recipients = addressesIn(section, ['to', 'cc', 'resent-to', 'resent-cc']);
  return { authors, resenders, all: new Set([...authors, ...resenders, ...recipients]) };
}

function addressesIn(section: HeaderSection, names: readonly string[]): ReadonlySet<string> {
  const fields = section.fields.filter(({ name }) => names.includes(name));
  const addresses = fields.flatMap((field) => readAddressList(unfoldedValue(section, field)));
  return new Set(addresses.map(({ address }) => normaliseAddress(address)).filter((address) => address !== ''));
}
