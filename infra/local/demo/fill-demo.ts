import { DemoApi, textField } from './demo-api.ts';
import { demoMessages } from './demo-messages.ts';
import { type DemoOrganisation, demoOrganisation } from './organisation.ts';
import { SmtpClient } from './smtp-client.ts';

/** A running local system, and how to tell what happens. */
export interface FillDemoOptions {
  /** Without `/api/v1`. */
  readonly baseUrl: string;
  readonly smtpPort: number;
  /** Default: the host of `baseUrl`. */
  readonly smtpHost?: string;
  /** Of `admin`; may be missing where the demo was filled before. */
  readonly password?: string | undefined;
  /** When the last of the mail was written; default: the present. */
  readonly endpointNow?: Date;
  /** Called with a line for people. */
  readonly onProgress?: (line: string) => void;
}

/** How often progress is told while mail is sent. */
const MESSAGES_PER_LINE = 100;

/**
 * Fills a running local system with the demo's organisation and its mail, over the API and SMTP as anyone would, and
 * tells what to try. Does nothing but tell where that was done before; what was interrupted is completed.
 * Throws where the password is wrong, or missing and needed.
 */
export async function fillDemo(options: FillDemoOptions): Promise<{ readonly messages: number }> {
  const { baseUrl, onProgress = () => {} } = options;
  const organisation = demoOrganisation();
  const tell = () => whatToTry(organisation, baseUrl).forEach((line) => void onProgress(line));
  const api = new DemoApi(baseUrl);
  if (await isFilled(api, organisation)) {
    tell();
    return { messages: 0 };
  }
  if (!options.password || !(await api.signIn('admin', options.password))) {
    throw new Error(
      'filling the demo needs the password of admin; set LETTERLOCK_ADMIN_PASSWORD or start with an empty LETTERLOCK_DATA_DIR',
    );
  }
  const address = await createOrganisation(api, organisation);
  onProgress(
    `created ${organisation.mailboxes.length} mailboxes of ${organisation.name} and the journal endpoint ${address}`,
  );
  const messages = await sendMail(options, address, onProgress);
  await createUsers(api, organisation);
  await api.signOut();
  tell();
  return { messages };
}

/** The users are created last: where the last of them can sign in, all is there. */
async function isFilled(api: DemoApi, organisation: DemoOrganisation): Promise<boolean> {
  const last = organisation.users.at(-1);
  if (!last || !(await api.signIn(last.userName, last.password))) return false;
  await api.signOut();
  return true;
}

/** Answers the address of the journal endpoint. */
async function createOrganisation(api: DemoApi, organisation: DemoOrganisation): Promise<string> {
  await api.ensure('/domains', { domain: organisation.domain });
  for (const mailbox of organisation.mailboxes) await api.ensure('/mailboxes', { ...mailbox });
  const endpoint = await findOrCreateEndpoint(api, organisation.endpointName);
  const wanted = new Set(organisation.mailboxes.map(({ primaryAddress }) => primaryAddress));
  for await (const mailbox of api.list('/mailboxes')) {
    const mailboxId = textField(mailbox, 'mailboxId');
    if (wanted.has(textField(mailbox, 'primaryAddress')) || mailboxId === textField(endpoint, 'mailboxId')) {
      await api.request('PUT', `/mailboxes/${mailboxId}/access/admin`, { privileges: ['read'] });
    }
  }
  return textField(endpoint, 'address');
}

async function findOrCreateEndpoint(api: DemoApi, name: string): Promise<unknown> {
  for await (const endpoint of api.list('/journal-endpoints')) {
    if (textField(endpoint, 'name') === name) return endpoint;
  }
  return api.request('POST', '/journal-endpoints', { name });
}

async function sendMail(
  {
    baseUrl,
    smtpHost = new URL(baseUrl).hostname.replace(/^\[|\]$/g, ''),
    smtpPort,
    endpointNow = new Date(),
  }: FillDemoOptions,
  address: string,
  onProgress: (line: string) => void,
): Promise<number> {
  const messages = demoMessages({ endpointNow });
  const client = await SmtpClient.open(smtpHost, smtpPort);
  // One connection, oldest first: lists are sorted by arrival where Date is more than two days away from it.
  for (const [index, message] of messages.entries()) {
    await client.send(message.mailFrom, address, message.raw);
    const sent = index + 1;
    if (sent % MESSAGES_PER_LINE === 0 || sent === messages.length)
      onProgress(`sent ${sent} of ${messages.length} messages`);
  }
  await client.close();
  return messages.length;
}

async function createUsers(api: DemoApi, { users }: DemoOrganisation): Promise<void> {
  for (const { userName, fullName, password, reads } of users) {
    await api.ensure('/users', { userName, fullName, password, privileges: ['login'] });
    for await (const mailbox of api.list('/mailboxes')) {
      if (!reads.includes(textField(mailbox, 'primaryAddress'))) continue;
      const path = `/mailboxes/${textField(mailbox, 'mailboxId')}/access/${userName}`;
      await api.request('PUT', path, { privileges: ['read'] });
    }
  }
}

function whatToTry({ name, domain, users }: DemoOrganisation, baseUrl: string): string[] {
  return [
    `The archive of ${name} is filled. Try, in another terminal:`,
    `  npx letterlock login ${baseUrl} --user admin`,
    '  npx letterlock mailboxes',
    `  npx letterlock messages anna.keller@${domain}`,
    '  npx letterlock show ARCHIVEID',
    `Others who may sign in: ${users.map((user) => `${user.userName} (password ${user.password})`).join(', ')}`,
  ];
}
