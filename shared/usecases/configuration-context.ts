import type { Ports } from '../ports/ports.ts';
import { AccessBook } from './access/access-book.ts';
import { ComplianceBook } from './compliance/compliance-book.ts';
import { NOTIFICATIONS_KEY, SEARCH_SETTINGS_KEY } from './configuration/configuration-keys.ts';
import { Setting } from './configuration/setting.ts';
import { DomainBook } from './domains/domain-book.ts';
import { EndpointBook } from './endpoints/endpoint-book.ts';
import { AddressBook } from './mailboxes/address-book.ts';
import { PrivateMailBook } from './private-mail/private-mail-book.ts';
import { DEFAULT_DELETION, DELETION_SETTINGS_KEY, type DeletionSettings } from './settings/deletion-settings.ts';
import { DEFAULT_NOTIFICATIONS, type Notifications } from './settings/notifications.ts';
import { DEFAULT_SEARCH_SETTINGS, type SearchSettings } from './settings/search-settings.ts';

export type ConfigurationPorts = Pick<Ports, 'tables' | 'log' | 'clock' | 'entropy'>;

/** What the use cases of the configuration work with; one per process, so that its changes count in it at once. */
export interface ConfigurationContext {
  readonly ports: ConfigurationPorts;
  readonly addresses: AddressBook;
  readonly domains: DomainBook;
  readonly endpoints: EndpointBook;
  readonly access: AccessBook;
  readonly compliance: ComplianceBook;
  readonly privateMail: PrivateMailBook;
  readonly searchSettings: Setting<SearchSettings>;
  readonly notifications: Setting<Notifications>;
  readonly deletion: Setting<DeletionSettings>;
  /** Domain of the journal endpoints' addresses, lower case. */
  readonly journalDomain: string;
}

export interface ConfigurationOptions {
  readonly journalDomain: string;
  /** How old an answer of the books may be. */
  readonly ttlMs?: number;
}

export function createConfigurationContext(
  ports: ConfigurationPorts,
  { journalDomain, ttlMs }: ConfigurationOptions,
): ConfigurationContext {
  return {
    ports,
    addresses: new AddressBook(ports, ttlMs),
    domains: new DomainBook(ports, ttlMs),
    endpoints: new EndpointBook(ports, ttlMs),
    access: new AccessBook(ports, ttlMs),
    compliance: new ComplianceBook(ports, ttlMs),
    privateMail: new PrivateMailBook(ports, ttlMs),
    searchSettings: new Setting(ports, { key: SEARCH_SETTINGS_KEY, defaults: DEFAULT_SEARCH_SETTINGS, ttlMs }),
    notifications: new Setting(ports, { key: NOTIFICATIONS_KEY, defaults: DEFAULT_NOTIFICATIONS, ttlMs }),
    deletion: new Setting(ports, { key: DELETION_SETTINGS_KEY, defaults: DEFAULT_DELETION, ttlMs }),
    journalDomain: journalDomain.toLowerCase(),
  };
}
