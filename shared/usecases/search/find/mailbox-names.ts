import { normaliseAddress } from '../../../domain/address.ts';
import { addressesOf } from '../../mailboxes/address-claims.ts';
import type { SearchableMailbox } from './search-scope.ts';

/** What mailboxes are called, by those who may search them: others are not asked about. */
export class MailboxNames {
  readonly #mailboxes: readonly SearchableMailbox[];
  #maps: Maps | undefined;

  constructor(mailboxes: readonly SearchableMailbox[]) {
    this.#mailboxes = mailboxes;
  }

  /**
   * Those that somebody means who writes their id, an address or a name: an id beats an address beats names, and of these
   * there may be several. Empty where none of these mailboxes is called so.
   */
  called(wanted: string): readonly SearchableMailbox[] {
    // Most searches name no mailbox.
    this.#maps ??= mapsOf(this.#mailboxes);
    const { byId, byAddress, byName } = this.#maps;
    return byId.get(wanted) ?? byAddress.get(normaliseAddress(wanted)) ?? byName.get(folded(wanted)) ?? [];
  }
}

type Called = Map<string, SearchableMailbox[]>;

interface Maps {
  readonly byId: Called;
  readonly byAddress: Called;
  readonly byName: Called;
}

function mapsOf(mailboxes: readonly SearchableMailbox[]): Maps {
  const maps: Maps = { byId: new Map(), byAddress: new Map(), byName: new Map() };
  for (const one of mailboxes) {
    add(maps.byId, one.mailbox.mailboxId, one);
    for (const address of addressesOf(one.mailbox)) add(maps.byAddress, address, one);
    add(maps.byName, folded(one.mailbox.name), one);
  }
  return maps;
}

function add(called: Called, name: string, one: SearchableMailbox): void {
  const there = called.get(name);
  if (there) there.push(one);
  else called.set(name, [one]);
}

function folded(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}
