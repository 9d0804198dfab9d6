import { setTimeout as pause } from 'node:timers/promises';
import type { LocalSystem } from './local-system.ts';

const ARRIVES_WITHIN_MS = 20_000;

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

  /** The message with this subject, as soon as it is there. */
  async arrival(mailboxId: string, subject: string): Promise<Listed> {
    const end = Date.now() + ARRIVES_WITHIN_MS;
    while (Date.now() < end) {
      const found = (await this.list(mailboxId)).find((item) => item.subject === subject);
      if (found) return found;
      await pause(50);
    }
    throw new Error(`no message "${subject}" in ${mailboxId}`);
  }

  async raw(archiveId: string): Promise<Buffer> {
    const response = await this.#send('GET', `/messages/${archiveId}/raw`);
    if (!response.ok) throw new Error(`raw: ${response.status}`);
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
