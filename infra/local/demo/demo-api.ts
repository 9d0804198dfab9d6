/** Thrown when the local system refuses something; `status` is that of HTTP. */
class DemoApiError extends Error {
  override readonly name = 'DemoApiError';
  readonly status: number;
  readonly code: string;

  constructor(request: string, status: number, code: string, message: string) {
    super(`${request}: ${status} ${message}`);
    this.status = status;
    this.code = code;
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** What the demo needs of the HTTP API; answers are read as text fields. */
export class DemoApi {
  readonly #baseUrl: string;
  #token = '';

  constructor(baseUrl: string) {
    this.#baseUrl = `${baseUrl.replace(/\/$/, '')}/api/v1`;
  }

  /** Whether the password is right; from then on requests are made as that user. */
  async signIn(userName: string, password: string): Promise<boolean> {
    try {
      this.#token = textField(await this.request('POST', '/sessions', { userName, password }), 'token');
      return true;
    } catch (error) {
      if (error instanceof DemoApiError && error.status === 401) return false;
      throw error;
    }
  }

  /** Ends the session that `signIn` began. */
  async signOut(): Promise<void> {
    await this.request('DELETE', '/sessions/current');
    this.#token = '';
  }

  async request(method: string, path: string, body?: Fields): Promise<unknown> {
    const headers = new Headers({ 'content-type': 'application/json' });
    if (this.#token) headers.set('authorization', `Bearer ${this.#token}`);
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.#baseUrl}${path}`, { method, headers, ...content });
    const answer: unknown = response.status === 204 ? undefined : await response.json();
    if (response.ok) return answer;
    const error = field(answer, 'error');
    const [code, message] = [textField(error, 'code'), textField(error, 'message')];
    throw new DemoApiError(`${method} ${path}`, response.status, code, message);
  }

  /** Creates something, unless it is there already: an interrupted demo can be filled once more. */
  async ensure(path: string, body: Fields): Promise<void> {
    try {
      await this.request('POST', path, body);
    } catch (error) {
      if (!(error instanceof DemoApiError && error.status === 409)) throw error;
    }
  }

  /** All items of a list. */
  async *list(path: string): AsyncIterable<unknown> {
    let cursor = '';
    do {
      const query = new URLSearchParams({ limit: '200', ...(cursor && { cursor }) });
      const answer = await this.request('GET', `${path}?${query}`);
      const items = field(answer, 'items');
      if (Array.isArray(items)) yield* items;
      cursor = textField(answer, 'cursor');
    } while (cursor);
  }
}

/** A text field of a JSON object; empty where there is none. */
export function textField(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}

function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
