import { ALL_MAIL, type ProfilePreset } from '../profile-preset.ts';

const server = { protocol: 'imap', port: 993, security: 'tls' } as const;

export const kerioConnect: ProfilePreset = {
  presetId: 'kerio-connect',
  name: 'Kerio Connect',
  server,
  method: 'password',
  signIn: { userName: '{address}' },
  folders: ALL_MAIL,
  sentFolder: 'Sent Items',
  target: 'mailbox',
  warnings: [
    'With the master password, which opens every mailbox, the server has to admit the address that Letterlock comes from.',
    'Mail that is deleted may move to Deleted Items, where it is found and filed once more.',
  ],
  guide: 'docs/guides/kerio-connect.md',
};

export const iceWarp: ProfilePreset = {
  presetId: 'icewarp',
  name: 'IceWarp',
  server,
  method: 'password',
  signIn: { userName: '{address}' },
  folders: ALL_MAIL,
  sentFolder: 'Sent',
  target: 'mailbox',
  warnings: [
    'Whether people sign in with their address or with a user name is a setting of the server.',
    'Where IceWarp’s own archive is shown as a folder, leave that folder out: it holds the same mail again.',
  ],
  guide: 'docs/guides/icewarp.md',
};

export const mdaemon: ProfilePreset = {
  presetId: 'mdaemon',
  name: 'MDaemon',
  server,
  method: 'password',
  signIn: { userName: '{address}' },
  folders: ALL_MAIL,
  sentFolder: 'Sent Items',
  target: 'mailbox',
  warnings: ['The TLS port of the IMAP server and IMAP for each account have to be switched on.'],
  guide: 'docs/guides/mdaemon.md',
};

export const zimbra: ProfilePreset = {
  presetId: 'zimbra',
  name: 'Zimbra',
  server,
  method: 'password',
  signIn: { userName: '{address}' },
  delegated: { userName: '{master}', authorisationId: '{address}' },
  folders: { ...ALL_MAIL, exclude: ['Briefcase', 'Emailed Contacts'] },
  sentFolder: 'Sent',
  target: 'mailbox',
  warnings: ['Whoever may sign in to all mailboxes is an administrator of Zimbra: give the archive one of its own.'],
  guide: 'docs/guides/zimbra.md',
};

export const dovecot: ProfilePreset = {
  presetId: 'dovecot',
  name: 'Dovecot',
  server,
  method: 'password',
  signIn: { userName: '{address}' },
  delegated: { userName: '{master}', authorisationId: '{address}' },
  folders: { ...ALL_MAIL, exclude: ['virtual'] },
  sentFolder: 'Sent',
  target: 'mailbox',
  warnings: ['Where Dovecot checks access lists, a master user sees nothing until they grant it.'],
  guide: 'docs/guides/dovecot.md',
};

export const postfix: ProfilePreset = {
  presetId: 'postfix',
  name: 'Postfix, by a mailbox that gets a copy of all mail',
  server,
  method: 'password',
  signIn: { userName: '{address}' },
  folders: ALL_MAIL,
  target: 'multidrop',
  warnings: [
    'Postfix can send its copies to a journal endpoint; then no mailbox is in between, and nothing waits for a schedule.',
    'A copy by always_bcc does not say who got a blind copy.',
  ],
  guide: 'docs/guides/postfix.md',
};

export const anyImap: ProfilePreset = {
  presetId: 'imap',
  name: 'Any IMAP server',
  server,
  method: 'password',
  signIn: { userName: '{address}' },
  folders: ALL_MAIL,
  target: 'mailbox',
  warnings: [],
  guide: 'docs/guides/README.md',
};

export const anyPop3: ProfilePreset = {
  presetId: 'pop3',
  name: 'Any POP3 server',
  server: { protocol: 'pop3', port: 995, security: 'tls' },
  method: 'password',
  signIn: { userName: '{address}' },
  folders: ALL_MAIL,
  target: 'mailbox',
  warnings: ['POP3 shows the inbox only: no sent mail, no other folders, no flags.'],
  guide: 'docs/guides/README.md',
};
