import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { z } from 'zod';
import { createArchiveHolds } from '../../../functions/http-api/archive-holds.ts';
import { createArchiveRequests } from '../../../functions/http-api/archive-requests.ts';
import { createHandler } from '../../../functions/http-api/handler.ts';
import type { HttpApiSettings } from '../../../functions/http-api/http-api.ts';
import { createRouter } from '../../../functions/http-api/router.ts';
import { allRoutes } from '../../../functions/http-api/routes/all-routes.ts';
import { createMemoryEvents } from '../../../shared/adapters/memory/memory-events.ts';
import { createMemoryObjectStore } from '../../../shared/adapters/memory/memory-object-store.ts';
import { createMemoryQueue } from '../../../shared/adapters/memory/queue.ts';
import { SourceError } from '../../../shared/errors.ts';
import type { FailedUnit } from '../../../shared/ports/search-workers.ts';
import { ObjectAuditTrail } from '../../../shared/usecases/audit/object-audit-trail.ts';
import { inProcessExtractor } from '../../../shared/usecases/in-process-extractor.ts';
import { inProcessReader } from '../../../shared/usecases/in-process-reader.ts';
import type { KnownFiling } from '../../../shared/usecases/reading/read-message.ts';
import { inProcessWorkers } from '../../../shared/usecases/search/find/in-process-workers.ts';
import { createMailSearch } from '../../../shared/usecases/search/find/mail-search.ts';
import { createIndexContext } from '../../../shared/usecases/search/index/index-context.ts';
import { UnitReader } from '../../../shared/usecases/search/read/unit-reader.ts';
import { ADMIN_PASSWORD, createSettledWorld } from '../usecases/configuration-world.ts';
import { createFakeReading, type FakeMail } from './fake-reading.ts';

export interface CallOptions {
  readonly token?: string | undefined;
  readonly body?: unknown;
  readonly headers?: { readonly [name: string]: string };
  /** Sent as it is, instead of `body` as JSON. */
  readonly rawBody?: Uint8Array | string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly bytes: Buffer;
  /** The body as JSON; tests read names that the schemas promise. */
  readonly json: Json;
}

/** JSON that may be walked without asking at each step. */
export type Json = { readonly [name: string]: Json } & readonly Json[] & string;

const CONTEXT = z.custom<Context>().parse({});

/** The HTTP API over memory ports, with one message in it. */
export async function createApiWorld(change: Partial<HttpApiSettings> = {}) {
  const world = await createSettledWorld();
  const logged: { event: string; fields: unknown }[] = [];
  const log = (event: string, fields?: unknown) => logged.push({ event, fields });
  const mail: FakeMail = {
    filings: [],
    raw: Buffer.from('From: a\r\n\r\n\xff', 'latin1'),
    text: 'Hi',
    attachment: { filename: 'note.txt', contentType: 'text/plain', content: Buffer.from('note') },
    bcc: [],
    endpointId: 'ep-none',
    asked: [],
  };
  const archive = createMemoryObjectStore({ clock: world.clock });
  const ports = {
    ...world.ports,
    archive,
    audit: new ObjectAuditTrail({ ...world.ports, archive }),
    derived: createMemoryObjectStore({ clock: world.clock }),
    queue: createMemoryQueue(),
    logs: { info: log, warn: log, error: log },
  };
  const reading = createFakeReading(mail);
  const lyingThere = new Map<string, readonly KnownFiling[]>();
  const repaired: FailedUnit[] = [];
  const reader = new UnitReader(ports);
  const workers = inProcessWorkers({ reader, now: () => world.clock.now().getTime() });
  const judging = { ...ports, events: createMemoryEvents(), reader: inProcessReader, extractor: inProcessExtractor };
  const settings: HttpApiSettings = {
    basePath: '/api/v1',
    rawPath: 'encoded',
    version: '1.2.3',
    limits: { smtp: { maxBytes: 157_286_400 } },
    metrics: async () => 'letterlock_up 1\n',
    configuration: world.configuration,
    identity: world.identity,
    reading,
    search: createMailSearch({
      ports,
      configuration: world.configuration,
      reader,
      workers,
      filingsOf: async (archiveId) => lyingThere.get(archiveId) ?? (await reading.filingsOf(archiveId)),
      repair: async (failed) => void repaired.push(...failed),
    }),
    holds: createArchiveHolds(ports, {
      ...createIndexContext(judging, world.configuration),
      workers,
      reader,
      addresses: world.configuration.addresses,
    }),
    requests: createArchiveRequests(ports, world.configuration),
    openSource: async () => {
      throw new SourceError('source_unreachable', 'connect: there is no mail server in these tests');
    },
    mailboxHasFilings: async (_ports, mailboxId) => mail.filings.some((filing) => filing.mailboxId === mailboxId),
    ...change,
  };
  const handler = createHandler(ports, settings);
  const router = createRouter(allRoutes);

  /** Calls a path below the base path; what it answers must be of the schema that the route declares. */
  async function call(method: string, path: string, options: CallOptions = {}): Promise<ApiAnswer> {
    const result = await handler(eventOf(method, `${settings.basePath}${path}`, options), CONTEXT);
    const bytes = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
    const headers = Object.fromEntries(
      Object.entries(result.headers ?? {}).map(([name, value]) => [name, String(value)]),
    );
    const isJson = headers['content-type'] === 'application/json';
    const json = isJson ? JSON.parse(bytes.toString()) : {};
    const status = result.statusCode ?? 0;
    if (status < 400) checkDeclared(method, path, status, isJson ? json : undefined);
    else if (typeof json.error?.code !== 'string')
      throw new Error(`${method} ${path} answers ${status} without an error`);
    return { status, headers, bytes, json };
  }

  function checkDeclared(method: string, path: string, status: number, json: unknown): void {
    const segments = path.split('?')[0]?.split('/').slice(1).filter(Boolean) ?? [];
    const { route } = router(method, segments);
    if (status === 303 && method === 'GET') return;
    const answer = route.description.responses[status];
    if (answer === undefined) throw new Error(`${route.method} ${route.path} does not declare ${status}`);
    // Files that a route gives beside its JSON have no schema.
    if (answer && 'parse' in answer && json !== undefined) answer.parse(json);
  }

  async function signIn(userName: string, password: string): Promise<string> {
    const { json } = await call('POST', '/sessions', { body: { userName, password } });
    return String(json.token);
  }

  const admin = await signIn('admin', ADMIN_PASSWORD);

  /** A signed-in user without privileges but `login`; answers the token. */
  async function newUser(
    userName: string,
    privileges: readonly string[] = ['login', 'changePassword'],
  ): Promise<string> {
    const password = 'a long password';
    await call('POST', '/users', { token: admin, body: { userName, privileges, password } });
    return await signIn(userName, password);
  }

  async function newMailbox(name: string, more: object = {}): Promise<string> {
    const body = { name, primaryAddress: `${name}@example.org`, ...more };
    const { json } = await call('POST', '/mailboxes', { token: admin, body });
    return String(json.mailboxId);
  }

  function grant(mailboxId: string, userName: string, ...privileges: string[]): Promise<ApiAnswer> {
    return call('PUT', `/mailboxes/${mailboxId}/access/${userName}`, { token: admin, body: { privileges } });
  }

  /** Has a message lie there, beside where it lies already; with nothing named nowhere. */
  function lying(archiveId: string, ...filings: Omit<KnownFiling, 'receivedAt'>[]): void {
    const there = filings.length > 0 ? (lyingThere.get(archiveId) ?? []) : [];
    const receivedAt = '2026-02-01T10:00:00.000Z';
    lyingThere.set(archiveId, [...there, ...filings.map((filing) => ({ receivedAt, ...filing }))]);
  }

  return {
    ...world,
    lying,
    repaired,
    ports,
    settings,
    handler,
    logged,
    mail,
    call,
    signIn,
    admin,
    newUser,
    newMailbox,
    grant,
  };
}

export type ApiWorld = Awaited<ReturnType<typeof createApiWorld>>;

export function eventOf(method: string, target: string, options: CallOptions = {}): APIGatewayProxyEventV2 {
  const { token, body, headers = {}, rawBody = body === undefined ? '' : JSON.stringify(body) } = options;
  const [rawPath = '', ...query] = target.split('?');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: query.join('?'),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(rawBody.length > 0 ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    requestContext: {
      accountId: '1',
      apiId: '1',
      domainName: 'api.example.org',
      domainPrefix: 'api',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: '1',
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    body: Buffer.from(rawBody).toString('base64'),
    isBase64Encoded: true,
  };
}
