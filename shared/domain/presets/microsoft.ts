import type { ProfilePreset } from '../profile-preset.ts';

/** What Exchange shows by IMAP beside mail, under its English names; the rest is left out for every profile. */
const NO_MAIL = ['Outbox', 'RSS Feeds', 'RSS Subscriptions', 'Suggested Contacts', 'Sync Issues'];
/** Where Microsoft Entra issues tokens of an organisation. */
const ENDPOINT = 'https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token';
const folders = { include: [], exclude: NO_MAIL, shared: false };

export const microsoft365: ProfilePreset = {
  presetId: 'microsoft-365',
  name: 'Microsoft 365 (Exchange Online)',
  server: { protocol: 'imap', host: 'outlook.office365.com', port: 993, security: 'tls' },
  method: 'bearer',
  renewals: [
    { method: 'clientCredentials', tokenEndpoint: ENDPOINT, scope: 'https://outlook.office365.com/.default' },
    {
      method: 'refreshToken',
      tokenEndpoint: ENDPOINT,
      scope: 'https://outlook.office.com/IMAP.AccessAsUser.All offline_access',
    },
  ],
  signIn: { userName: '{address}' },
  folders,
  sentFolder: 'Sent Items',
  target: 'mailbox',
  warnings: [
    'Passwords are not taken: an application registered in Microsoft Entra gets the tokens.',
    'IMAP shows neither online archive mailboxes nor public folders.',
    'Exchange makes MIME of what it stores at each fetch: a message may come as another rendition of one that a journal brought.',
  ],
  guide: 'docs/guides/microsoft-365.md',
};

export const exchange: ProfilePreset = {
  presetId: 'exchange',
  name: 'Microsoft Exchange Server',
  server: { protocol: 'imap', port: 993, security: 'tls' },
  method: 'password',
  signIn: { userName: '{address}' },
  delegated: { userName: '{master}\\{user}' },
  folders,
  sentFolder: 'Sent Items',
  target: 'mailbox',
  warnings: [
    'The IMAP4 services of Exchange are stopped until somebody starts them.',
    'Exchange makes MIME of what it stores at each fetch: a message may come as another rendition of one that a journal brought.',
  ],
  guide: 'docs/guides/microsoft-exchange.md',
};
