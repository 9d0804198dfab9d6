import { ALL_MAIL, type ProfilePreset } from '../profile-preset.ts';

const APP_PASSWORD = 'The password of the account is not taken: make an app password for the archive.';

function freeMailer(
  presetId: string,
  name: string,
  host: string,
  warnings: readonly string[],
  change: Partial<ProfilePreset> = {},
): ProfilePreset {
  return {
    presetId,
    name,
    server: { protocol: 'imap', host, port: 993, security: 'tls' },
    method: 'password',
    signIn: { userName: '{address}' },
    folders: ALL_MAIL,
    target: 'mailbox',
    warnings,
    guide: 'docs/guides/free-mailers.md',
    ...change,
  };
}

const SWITCHED_OFF = 'IMAP is switched off until its owner switches it on in the settings of the mailbox.';

/** Mailboxes of private persons, whom somebody has to ask first. */
export const freeMailers: readonly ProfilePreset[] = [
  freeMailer('gmx', 'GMX', 'imap.gmx.net', [SWITCHED_OFF]),
  freeMailer('web-de', 'WEB.DE', 'imap.web.de', [SWITCHED_OFF]),
  freeMailer('yahoo', 'Yahoo Mail', 'imap.mail.yahoo.com', [APP_PASSWORD]),
  freeMailer('aol', 'AOL Mail', 'imap.aol.com', [APP_PASSWORD]),
  freeMailer('icloud', 'iCloud Mail', 'imap.mail.me.com', [APP_PASSWORD], { sentFolder: 'Sent Messages' }),
  freeMailer('t-online', 'T-Online', 'secureimap.t-online.de', [
    'Mail programs have a password of their own, which its owner makes in the settings of the mailbox.',
  ]),
  freeMailer(
    'outlook-com',
    'Outlook.com, Hotmail',
    'outlook.office365.com',
    ['Passwords are not taken: its owner lets an application get the tokens.'],
    {
      method: 'bearer',
      renewals: [
        {
          method: 'refreshToken',
          tokenEndpoint: 'https://login.microsoftonline.com/consumers/oauth2/v2.0/token',
          scope: 'https://outlook.office.com/IMAP.AccessAsUser.All offline_access',
        },
      ],
      sentFolder: 'Sent',
    },
  ),
];
