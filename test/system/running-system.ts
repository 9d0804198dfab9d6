import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { type LocalSystem, startLocalSystem } from '../../infra/local/local-system.ts';
import { readSettings } from '../../infra/local/settings.ts';
import type { LogSink } from '../../shared/ports/log-sink.ts';

const ADMIN_PASSWORD = 'correct horse battery';

/** The whole local system in this process, on free ports and a directory of its own. */
export interface RunningSystem {
  readonly dataDir: string;
  readonly system: LocalSystem;
  readonly api: Api;
  readonly logged: readonly { readonly event: string; readonly fields: unknown }[];
  stop(): Promise<void>;
}

/** The variables that say where a system with this data directory keeps objects and tables. */
type StoresOf = (dataDir: string) => Promise<Readonly<Record<string, string>>>;

let storesOf: StoresOf = async () => ({});

/** From now on systems of this process keep objects and tables where `stores` says. */
export function useStores(stores: StoresOf): void {
  storesOf = stores;
}

export async function startSystem(
  options: { readonly dataDir?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<RunningSystem> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'letterlock-test-')));
  const settings = readSettings({
    LETTERLOCK_DATA_DIR: dataDir,
    LETTERLOCK_HTTP_PORT: '0',
    LETTERLOCK_SMTP_PORT: '0',
    LETTERLOCK_ADMIN_PASSWORD: ADMIN_PASSWORD,
    ...(await storesOf(dataDir)),
    ...options.env,
  });
  const logged: { readonly event: string; readonly fields: unknown }[] = [];
  const note = (event: string, fields?: unknown) => void logged.push({ event, fields });
  const logs: LogSink = { info: note, warn: note, error: note };
  const system = await startLocalSystem(settings, logs);
  const api = new Api(`http://127.0.0.1:${system.httpPort}`);
  await api.signIn('admin', ADMIN_PASSWORD);
  return { dataDir, system, api, logged, stop: () => system.stop() };
}

export async function removeData({ dataDir }: Pick<RunningSystem, 'dataDir'>): Promise<void> {
  await rm(dataDir, { recursive: true, force: true });
}

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by what the tests expect of them
type Answer = any;

/** A client of the HTTP API. */
export class Api {
  readonly origin: string;
  #token = '';

  constructor(origin: string) {
    this.origin = origin;
  }

  async signIn(userName: string, password: string): Promise<void> {
    this.#token = (await this.post('/sessions', { userName, password })).token;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return await this.fetchFrom(this.origin, path, init);
  }

  /** With the same token from the same system, started again elsewhere. */
  async fetchFrom(origin: string, path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}`, ...(init.headers as Record<string, string>) };
    return await fetch(`${origin}/api/v1${path}`, { ...init, headers });
  }

  async get(path: string): Promise<Answer> {
    return await json(await this.fetch(path));
  }

  async post(path: string, body: unknown, method = 'POST'): Promise<Answer> {
    const init = { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return await json(await this.fetch(path, init));
  }

  async put(path: string, body: unknown): Promise<Answer> {
    return await this.post(path, body, 'PUT');
  }

  async raw(archiveId: string): Promise<Buffer> {
    const response = await this.fetch(`/messages/${archiveId}/raw`);
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return Buffer.from(await response.arrayBuffer());
  }

  /** Creates a mailbox that the administrator may read. */
  async mailbox(primaryAddress: string, secondaryAddresses: readonly string[] = []): Promise<string> {
    const { mailboxId } = await this.post('/mailboxes', { name: primaryAddress, primaryAddress, secondaryAddresses });
    await this.grantRead(mailboxId);
    return mailboxId;
  }

  /** Creates an endpoint whose mailbox the administrator may read. */
  async endpoint(rules: object = {}): Promise<{ endpointId: string; address: string; mailboxId: string }> {
    const endpoint = await this.post('/journal-endpoints', { name: 'journal', ...rules });
    await this.grantRead(endpoint.mailboxId);
    return endpoint;
  }

  async grantRead(mailboxId: string): Promise<void> {
    await this.put(`/mailboxes/${mailboxId}/access/admin`, { privileges: ['read'] });
  }

  /** All rows of a mailbox, waiting until there are `count`, or for `seconds`. */
  async messages(mailboxId: string, count: number, seconds = 20): Promise<readonly Answer[]> {
    for (let tries = 0; ; tries += 1) {
      const rows = await this.allMessages(mailboxId);
      if (rows.length >= count || tries >= seconds * 20) return rows;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async allMessages(mailboxId: string): Promise<readonly Answer[]> {
    const rows: Answer[] = [];
    let cursor = '';
    do {
      const page = await this.get(`/mailboxes/${mailboxId}/messages?limit=200${cursor && `&cursor=${cursor}`}`);
      rows.push(...page.items);
      cursor = page.cursor ?? '';
    } while (cursor);
    return rows;
  }
}

async function json(response: Response): Promise<Answer> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** An SMTP client that sends exactly these bytes; resolves with the answer to DATA. */
export async function send(
  port: number,
  envelope: { readonly from: string; readonly to: readonly string[] },
  raw: string | Buffer,
): Promise<string> {
  const transport = createTransport({ host: '127.0.0.1', port, tls: { rejectUnauthorized: false } });
  try {
    const sent = await transport.sendMail({ envelope: { from: envelope.from, to: [...envelope.to] }, raw });
    return sent.response;
  } finally {
    transport.close();
  }
}

/** A mail as text, with CRLF line ends. */
export function mail(fields: Readonly<Record<string, string>>, body = 'Hello\n'): string {
  const header = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`);
  return `${header.join('')}\n${body}`.replaceAll('\n', '\r\n');
}
