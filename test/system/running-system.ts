import { argon2 } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createTransport } from 'nodemailer';
import { type LocalSystem, startLocalSystem } from '../../infra/local/local-system.ts';
import { readSettings } from '../../infra/local/settings.ts';
import type { HashProcess } from '../../shared/adapters/processes/hashing.ts';
import type { LogSink } from '../../shared/ports/log-sink.ts';
import { until } from '../until.ts';

const ADMIN_PASSWORD = 'correct horse battery';
/** How old what a search knows of an index may be: see `manifestAgeMs`. */
const INDEX_KNOWN_FOR_MS = 500;

/** In this process: one of the lowest priority, as a system has it else, gets hardly any time beside other tests. */
const hashing: HashProcess = {
  derive: async (parameters) => await promisify(argon2)('argon2id', parameters),
  close: () => undefined,
};

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
  const system = await startLocalSystem(settings, logs, hashing);
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

  /** With the same token at the same system, started again elsewhere. */
  at(origin: string): Api {
    const moved = new Api(origin);
    moved.#token = this.#token;
    return moved;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}`, ...(init.headers as Record<string, string>) };
    return await fetch(`${this.origin}/api/v1${path}`, { ...init, headers });
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

  /**
   * All rows of a mailbox, once there are `count`; other mailboxes, the ledger and the index may have less by then. Rejects
   * after so many seconds.
   */
  async messages(mailboxId: string, count: number, seconds = 60): Promise<readonly Answer[]> {
    return await until(`${count} messages in ${mailboxId}`, () => this.allMessages(mailboxId), {
      isWanted: ({ length }) => length >= count,
      withinMs: seconds * 1000,
    });
  }

  /** Waits until all mail that was acknowledged is filed: filings, ledger, log, and the intake is empty. */
  async filed(): Promise<void> {
    await until('all mail to be filed', () => this.#metrics(), { isWanted: isIdle('arrivals') });
  }

  /** Waits until all mail that was acknowledged, and what became of it, is in the index of each mailbox, for all searches. */
  async indexed(): Promise<void> {
    const isQueueIdle = isIdle('arrivals', 'index');
    await until('all mail to be indexed', () => this.#metrics(), {
      isWanted: (metrics) => isQueueIdle(metrics) && /^letterlock_index_pending 0$/m.test(metrics),
    });
    await pause(INDEX_KNOWN_FOR_MS);
  }

  /** The job once it has ended. */
  async ended(jobId: string): Promise<Answer> {
    return await until(`the end of ${jobId}`, () => this.get(`/jobs/${jobId}`), {
      isWanted: ({ state }) => state === 'finished',
    });
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

  async #metrics(): Promise<string> {
    const response = await this.fetch('/metrics');
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status}: ${text}`);
    return text;
  }
}

/** Whether nothing waits in these queues or is being done, by the figures of a system. */
const isIdle =
  (...queues: readonly string[]) =>
  (metrics: string) =>
    queues.every((queue) => metrics.includes(`letterlock_queue_depth{queue="${queue}"} 0\n`));

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
