import { until } from '../until.ts';
import type { LocalSystem } from './local-system.ts';

/** Jobs wait for each other, and for servers that do not do well. */
const ENDS_WITHIN_MS = 120_000;

/** A journal endpoint as the API describes it. */
export interface Endpoint {
  readonly address: string;
  readonly mailboxId: string;
}

/** A message as a list shows it. */
export interface Listed {
  readonly archiveId: string;
  readonly subject: string;
  readonly folder: string;
}

/** What became of a job. */
export interface FinishedJob {
  readonly jobId: string;
  readonly outcome: string;
  readonly counts: { readonly [name: string]: number };
  readonly details?: { readonly [name: string]: number };
}

/** The archive of a running system, seen by its administrator with read access to all that tests create. */
export class Archive {
  readonly #baseUrl: string;
  readonly #token: string;

  private constructor(baseUrl: string, token: string) {
    this.#baseUrl = baseUrl;
    this.#token = token;
  }

  static async signIn(system: LocalSystem, password = system.adminPassword): Promise<Archive> {
    const baseUrl = `${system.url}/api/v1`;
    const body = JSON.stringify({ userName: 'admin', password });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${baseUrl}/sessions`, { method: 'POST', headers, body });
    const session = await json<{ readonly token: string }>(response);
    return new Archive(baseUrl, session.token);
  }

  /** The same session with the system as it was started again, wherever it listens now. */
  at(system: LocalSystem): Archive {
    return new Archive(`${system.url}/api/v1`, this.#token);
  }

  async createEndpoint(name: string): Promise<Endpoint> {
    const endpoint = await json<Endpoint>(await this.#send('POST', '/journal-endpoints', { name }));
    await this.#grantRead(endpoint.mailboxId);
    return endpoint;
  }

  /** Answers the id. */
  async createMailbox(name: string, primaryAddress: string): Promise<string> {
    const response = await this.#send('POST', '/mailboxes', { name, primaryAddress });
    const { mailboxId } = await json<{ readonly mailboxId: string }>(response);
    await this.#grantRead(mailboxId);
    return mailboxId;
  }

  async list(mailboxId: string): Promise<readonly Listed[]> {
    const response = await this.#send('GET', `/mailboxes/${mailboxId}/messages`);
    return (await json<{ readonly items: readonly Listed[] }>(response)).items;
  }

  /** The message with this subject, as soon as it is there: a moment before its filing is done with. */
  async arrival(mailboxId: string, subject: string): Promise<Listed> {
    const found = await until(`"${subject}" in ${mailboxId}`, async () =>
      (await this.list(mailboxId)).find((item) => item.subject === subject),
    );
    if (!found) throw new TypeError('what is waited for is there');
    return found;
  }

  /** Waits until all mail that was acknowledged is filed: filings, ledger, log, and the intake is empty. */
  async filed(withinMs = ENDS_WITHIN_MS): Promise<void> {
    await until('all mail to be filed', async () => (await this.bytes('/metrics')).toString(), {
      isWanted: (metrics) => /^letterlock_queue_depth\{queue="arrivals"\} 0$/m.test(metrics),
      withinMs,
    });
  }

  /** All that lies in a mailbox. */
  async listAll(mailboxId: string): Promise<readonly Listed[]> {
    const found: Listed[] = [];
    let cursor = '';
    do {
      const page = await this.json<{ readonly items: readonly Listed[]; readonly cursor?: string }>(
        'GET',
        `/mailboxes/${mailboxId}/messages?limit=200${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      found.push(...page.items);
      cursor = page.cursor ?? '';
    } while (cursor);
    return found;
  }

  async folders(mailboxId: string): Promise<readonly string[]> {
    const { items } = await this.json<{ readonly items: readonly { readonly folder: string }[] }>(
      'GET',
      `/mailboxes/${mailboxId}/folders`,
    );
    return items.map(({ folder }) => folder);
  }

  /** Runs a profile and waits for its end. */
  async runProfile(profileId: string, withinMs = ENDS_WITHIN_MS): Promise<FinishedJob> {
    const { jobId } = await this.json<{ readonly jobId: string }>('POST', `/profiles/${profileId}/jobs`);
    return await this.finishedJob(jobId, withinMs);
  }

  async finishedJob(jobId: string, withinMs = ENDS_WITHIN_MS): Promise<FinishedJob> {
    const job = () => this.json<FinishedJob & { readonly state: string }>('GET', `/jobs/${jobId}`);
    try {
      return await until(`the end of ${jobId}`, job, { isWanted: ({ state }) => state === 'finished', withinMs });
    } catch (error) {
      throw new Error(`job ${jobId} has not ended: ${JSON.stringify(await this.jobLog(jobId))}`, { cause: error });
    }
  }

  async jobLog(jobId: string): Promise<readonly string[]> {
    const { items } = await this.json<{ readonly items: readonly { readonly message: string }[] }>(
      'GET',
      `/jobs/${jobId}/log?limit=200`,
    );
    return items.map(({ message }) => message);
  }

  /** Throws where the answer is no success. */
  async json<T>(method: string, path: string, body?: object): Promise<T> {
    return await json<T>(await this.#send(method, path, body));
  }

  async raw(archiveId: string): Promise<Buffer> {
    return await this.bytes(`/messages/${archiveId}/raw`);
  }

  /** What a route answers that gives bytes. */
  async bytes(path: string): Promise<Buffer> {
    const response = await this.#send('GET', path);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  async #grantRead(mailboxId: string): Promise<void> {
    await json(await this.#send('PUT', `/mailboxes/${mailboxId}/access/admin`, { privileges: ['read'] }));
  }

  #send(method: string, path: string, body?: object): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    return fetch(`${this.#baseUrl}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  }
}

async function json<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`);
  return JSON.parse(text) as T;
}
