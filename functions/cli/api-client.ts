import type { Connection } from './connection.ts';
import { NotSignedInError, RefusedError, UnreachableError } from './failures.ts';
import { type JsonRecord, recordOf, recordsOf, textOf } from './json-value.ts';

const ANSWER_TIMEOUT_MS = 60_000;
/** A large body is one redirect away from its copy; more than a few are a loop. */
const MAX_REDIRECTS = 3;

export interface ApiClientOptions {
  /** How long an answer other than a download may take. */
  readonly timeoutMs?: number;
}

/** The HTTP API of one system; a refusal is thrown as an error that can be shown. */
export class ApiClient {
  readonly #connection: Connection;
  readonly #timeoutMs: number;

  constructor(connection: Connection, { timeoutMs = ANSWER_TIMEOUT_MS }: ApiClientOptions = {}) {
    this.#connection = connection;
    this.#timeoutMs = timeoutMs;
  }

  /** Answers the JSON body, `undefined` where there is none. `path` is below `/api/v1`, percent-encoded. */
  async json(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await this.#send(method, this.#urlOf(path), body, AbortSignal.timeout(this.#timeoutMs));
    if (!response.ok) throw await this.#refusal(response);
    if (response.status === 204) return undefined;
    const answer = parsed(await textBody(response));
    if (answer === undefined) {
      throw new UnreachableError(`${this.#connection.url} is no Letterlock system: the answer is not JSON`);
    }
    return answer;
  }

  /** Answers the text under `path` and where its list goes on, empty at its end. */
  async text(path: string): Promise<{ readonly text: string; readonly cursor: string }> {
    const signal = AbortSignal.timeout(this.#timeoutMs);
    const response = await this.#send('GET', this.#urlOf(path), undefined, signal);
    if (!response.ok) throw await this.#refusal(response);
    return { text: await textBody(response), cursor: response.headers.get('letterlock-cursor') ?? '' };
  }

  /** Answers the exact bytes under `path` as they come; follows redirects, the token never goes to another origin. */
  async *bytes(path: string): AsyncIterable<Uint8Array> {
    let url = this.#urlOf(path);
    let response = await this.#send('GET', url);
    for (let redirects = 0; response.status === 303 || response.status === 307; redirects += 1) {
      url = this.#redirectOf(response, url, redirects);
      response = await this.#send('GET', url);
    }
    if (!response.ok) throw await this.#refusal(response);
    try {
      if (response.body) yield* response.body;
    } catch (error) {
      throw new UnreachableError(`${url.origin} broke off in the middle of the message`, { cause: error });
    }
  }

  #urlOf(path: string): URL {
    return new URL(`${this.#connection.url}/api/v1${path}`);
  }

  #redirectOf(response: Response, from: URL, redirects: number): URL {
    const location = response.headers.get('location') ?? '';
    const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
    if (redirects >= MAX_REDIRECTS || (url?.protocol !== 'http:' && url?.protocol !== 'https:')) {
      throw new UnreachableError(`${from.origin} redirects to nowhere`);
    }
    return url;
  }

  async #send(method: string, url: URL, body?: unknown, signal?: AbortSignal): Promise<Response> {
    const headers = new Headers({ 'user-agent': 'letterlock-cli' });
    const { token } = this.#connection;
    if (token !== undefined && url.origin === new URL(this.#connection.url).origin) {
      headers.set('authorization', `Bearer ${token}`);
    }
    if (body !== undefined) headers.set('content-type', 'application/json');
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    try {
      return await fetch(url, { method, headers, redirect: 'manual', ...content, ...(signal && { signal }) });
    } catch (error) {
      throw new UnreachableError(`cannot reach ${url.origin}: ${reasonOf(error)}`, { cause: error });
    }
  }

  async #refusal(response: Response): Promise<Error> {
    const error = recordOf(recordOf(parsed(await textBody(response))).error);
    const code = textOf(error.code) || `http_${response.status}`;
    const message = textOf(error.message) || `${this.#connection.url} answered ${response.status}`;
    if (response.status === 401 && this.#connection.token !== undefined) {
      return new NotSignedInError(`${this.#connection.url} does not take the token (any more); run "letterlock login"`);
    }
    return new RefusedError(response.status, code, message + becauseOf(error));
  }
}

/** The names of the policies that keep what was to go, as the server gives them. */
function becauseOf(error: JsonRecord): string {
  const names = recordsOf(recordOf(error.details).policies).map(({ name }) => textOf(name));
  const known = names.filter((name) => name !== '');
  return known.length === 0 ? '' : `, because of ${known.join(', ')}`;
}

async function textBody(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw new UnreachableError('the server broke off in the middle of an answer', { cause: error });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch` says only "fetch failed"; what happened is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError') return 'no answer in time';
  const { cause } = error;
  if (cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED') return 'nothing listens there';
  return cause instanceof Error ? cause.message || cause.name : error.message;
}
