import type { ProfilePreset } from '../profile-preset.ts';

/** Views of mail that is in other folders as well. */
const folders = {
  include: [],
  exclude: ['\\Flagged', '\\Important', '[Gmail]/Starred', '[Gmail]/Important'],
  shared: false,
};

/** IMAP takes no narrower scope. */
const TOKENS = { tokenEndpoint: 'https://oauth2.googleapis.com/token', scope: 'https://mail.google.com/' };

const warnings = [
  'A label is a folder: a message with three labels is stored once and filed three times.',
  'Each label can be hidden from IMAP in the settings of Gmail; what is hidden is not seen.',
  'Google limits how much a mailbox may be read by IMAP in a day; the first run of a large mailbox takes several.',
  'What is deleted in a label only loses the label, unless the settings of Gmail say otherwise.',
];

export const gmail: ProfilePreset = {
  presetId: 'gmail',
  name: 'Gmail',
  server: { protocol: 'imap', host: 'imap.gmail.com', port: 993, security: 'tls' },
  method: 'password',
  renewals: [{ method: 'refreshToken', ...TOKENS }],
  signIn: { userName: '{address}' },
  folders,
  target: 'mailbox',
  warnings: [
    'The password of the account is not taken: an app password is, and needs 2-Step Verification.',
    ...warnings,
  ],
  guide: 'docs/guides/google-workspace.md',
};

export const googleWorkspace: ProfilePreset = {
  presetId: 'google-workspace',
  name: 'Google Workspace',
  server: { protocol: 'imap', host: 'imap.gmail.com', port: 993, security: 'tls' },
  method: 'bearer',
  signIn: { userName: '{address}' },
  folders,
  target: 'mailbox',
  renewals: [
    { method: 'serviceAccount', ...TOKENS },
    { method: 'refreshToken', ...TOKENS },
  ],
  warnings: [
    'A service account with domain-wide delegation may read every mailbox of the organisation: guard its key.',
    ...warnings,
  ],
  guide: 'docs/guides/google-workspace.md',
};
