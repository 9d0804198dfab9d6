import {
  type AuditActor,
  type AuditEvent,
  type AuditState,
  changesBetween,
  isRecorded,
} from '../../shared/domain/audit-event.ts';
import type { Caller } from '../../shared/domain/session.ts';
import { ArchiveError } from '../../shared/errors.ts';
import { EVENT_PREFIX } from '../../shared/usecases/audit/audit-keys.ts';
import type { AuditSettingsBook } from '../../shared/usecases/audit/audit-settings.ts';
import { newId } from '../../shared/usecases/new-id.ts';
import type { ApiRequest } from './api-request.ts';
import type { ApiResponse } from './api-response.ts';
import { auditNotes } from './audit-notes.ts';
import type { HttpApiPorts } from './http-api.ts';
import { RepeatedRefusals } from './repeated-refusals.ts';
import type { ApprovedRequest, PathParams, Route } from './route.ts';
import { type AuditedRoute, auditOf, routeName } from './route-audits.ts';

/** A request at its route. */
export interface RoutedRequest {
  readonly route: Route;
  readonly request: ApiRequest;
  readonly params: PathParams;
}

/** What came of a request. */
type Result = { readonly response: ApiResponse } | { readonly error: unknown };

/** What callers wrote is kept up to here. */
const MAX_TEXT = 200;
/** An answer is read for its ids only up to here. */
const MAX_READ = 64 * 1024;

const DENIALS: ReadonlySet<string> = new Set([
  'unauthenticated',
  'forbidden',
  'content_blocked',
  'rate_limited',
  'otp_required',
  'otp_enrolment_required',
  'under_retention',
  'legal_hold',
  'object_locked',
]);
const MAILBOX_PRIVILEGES: readonly string[] = ['message', 'know', 'list', 'read', 'write'];

/** Answers a request without recording it. */
type Handle = (routed: RoutedRequest) => Promise<ApiResponse>;

/** Records what requests do, as their routes declare it. */
export class AuditHook {
  readonly #ports: HttpApiPorts;
  readonly #book: AuditSettingsBook;
  readonly #handle: Handle;
  readonly #shownBy: (request: ApiRequest) => RoutedRequest;
  readonly #refusals: RepeatedRefusals;

  /** `shownBy` finds the GET route of a request's path: its answer tells what a change changes. */
  constructor(
    ports: HttpApiPorts,
    book: AuditSettingsBook,
    handle: Handle,
    shownBy: (request: ApiRequest) => RoutedRequest,
  ) {
    this.#ports = ports;
    this.#book = book;
    this.#handle = handle;
    this.#shownBy = shownBy;
    this.#refusals = new RepeatedRefusals(ports.clock);
  }

  /**
   * Answers a request, or throws what it throws, once its event is durable. Throws `StorageError` where that cannot
   * be: an archive that cannot audit shows no mail.
   */
  async answer(routed: RoutedRequest, handle: Handle = this.#handle): Promise<ApiResponse> {
    const audit = auditOf(routed.route);
    const audited = audit && 'action' in audit ? audit : undefined;
    if (audited) await this.#ports.audit.ready();
    const before = audited?.changes && (await this.#state(routed, audited.changes.without));
    const result = await resultOf(handle(routed));
    const event = this.#eventOf(routed, audited, result);
    if (event && isRecorded(event, (await this.#book.settings()).off)) {
      const after =
        audited?.changes && event.outcome === 'done' && (await this.#state(routed, audited.changes.without));
      await this.#ports.audit.append(after ? { ...event, ...changesBetween(before, after) } : event);
    }
    if ('error' in result) throw result.error;
    return result.response;
  }

  /**
   * As `answer`, for what `perform` does in the name of whoever asked for it; `approved` came with the request that
   * approved it.
   */
  async answerApproved(
    route: Route,
    { requester, approval, body, request }: ApprovedRequest,
    perform: () => Promise<ApiResponse>,
  ): Promise<ApiResponse> {
    const { params } = approval.request;
    const segments = route.path
      .split('/')
      .slice(1)
      .map((part) => params[part.slice(1, -1)] ?? part);
    const wanted = { ...request, method: route.method, segments, query: {}, body: Buffer.from(JSON.stringify(body)) };
    const approvedBy = auditNotes(request).caller?.userName ?? '';
    Object.assign(auditNotes(wanted), { caller: requester, detail: { approval: approval.approvalId, approvedBy } });
    return await this.answer({ route, params, request: wanted }, perform);
  }

  /** What the caller sees of the object; empty where there is none, or not for them. */
  async #state({ request }: RoutedRequest, without: readonly string[]): Promise<AuditState> {
    const shown = this.#shownBy({ ...request, method: 'GET', query: {}, body: new Uint8Array() });
    const result = await resultOf(this.#handle(shown));
    const state = 'response' in result ? jsonOf(result.response) : {};
    return Object.fromEntries(Object.entries(state).filter(([name]) => !without.includes(name)));
  }

  #eventOf(routed: RoutedRequest, audited: AuditedRoute | undefined, result: Result): AuditEvent | undefined {
    const { route, request } = routed;
    const code = 'error' in result ? codeOf(result.error) : undefined;
    const { caller, detail } = auditNotes(request);
    const actor = caller ? actorOf(caller) : {};
    const ofRoute = { kind: 'route', id: routeName(route) };
    if (code === 'unauthenticated' && audited?.claims === undefined) {
      if (request.token === undefined) return undefined;
      return this.#refusal({ ...this.#base(request, actor), action: 'signIn.token', object: ofRoute }, code);
    }
    if (!audited) {
      if (code !== 'forbidden' && code !== 'content_blocked') return undefined;
      return { ...this.#base(request, actor), action: 'access.refused', object: ofRoute, outcome: 'denied', code };
    }
    const answered = 'response' in result && mayName(result.response, audited) ? jsonOf(result.response) : {};
    const claimed = audited.claims === undefined ? undefined : textIn(bodyOf(request), audited.claims);
    const id = audited.object && idOf(routed, audited.object[1], answered);
    const details = { ...detailOf(routed, audited, answered), ...detail };
    const event = {
      ...this.#base(request, claimed === undefined ? actor : { userName: claimed }),
      action: audited.action,
      ...(audited.object && id !== undefined ? { object: { kind: audited.object[0], id } } : {}),
      ...(Object.keys(details).length > 0 ? { detail: details } : {}),
    };
    if (code === 'rate_limited') return this.#refusal(event, code);
    if (code === undefined) return { ...event, outcome: 'done' };
    return { ...event, outcome: isDenial(route, code) ? 'denied' : 'failed', code };
  }

  #refusal(event: Omit<AuditEvent, 'outcome'>, code: string): AuditEvent | undefined {
    const { isTold, left } = this.#refusals.count(event.source);
    if (!isTold) return undefined;
    const detail = left > 0 ? { detail: { ...event.detail, alsoBefore: left } } : {};
    return { ...event, ...detail, outcome: 'denied', code };
  }

  #base({ sourceIp }: ApiRequest, actor: AuditActor) {
    const at = this.#ports.clock.now().toISOString();
    return { eventId: newId(this.#ports, EVENT_PREFIX), at, actor, source: sourceIp };
  }
}

async function resultOf(answering: Promise<ApiResponse>): Promise<Result> {
  try {
    return { response: await answering };
  } catch (error) {
    return { error };
  }
}

/** That a message or mailbox is not found may mean that the caller may not know of it. */
function isDenial({ description }: Route, code: string): boolean {
  return DENIALS.has(code) || (code === 'not_found' && MAILBOX_PRIVILEGES.includes(description.privilege));
}

function codeOf(error: unknown): string {
  return error instanceof ArchiveError ? error.code : 'internal';
}

function actorOf({ userName, userId, apiKeyId, auditor }: Caller): AuditActor {
  return {
    userName,
    userId,
    ...(apiKeyId === undefined ? {} : { apiKeyId }),
    ...(auditor === undefined ? {} : { auditor: true }),
  };
}

function idOf({ request, params }: RoutedRequest, field: string, answered: AuditState): string | undefined {
  const named = textIn(params, field) ?? textIn(answered, field) ?? textIn(bodyOf(request), field);
  if (named !== undefined) return named;
  // Routes below `/me` are about the caller.
  return field === 'userName' ? auditNotes(request).caller?.userName : undefined;
}

function detailOf({ request, params }: RoutedRequest, { detail = [] }: AuditedRoute, answered: AuditState) {
  const known: AuditState = { ...answered, ...request.query, ...params };
  const details: { [name: string]: string | number | boolean } = {};
  // A change that waits for a second administrator is answered with the id of what it waits as.
  for (const name of [...detail, 'approvalId']) {
    const value = known[name];
    if (typeof value === 'string') details[name] = value.slice(0, MAX_TEXT);
    if (typeof value === 'number' || typeof value === 'boolean') details[name] = value;
  }
  return details;
}

function textIn(fields: AuditState, name: string): string | undefined {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_TEXT) : undefined;
}

/** Whether the answer is asked for what it names: most reads say all in their path. */
function mayName({ status }: ApiResponse, { detail = [] }: AuditedRoute): boolean {
  return status !== 200 || detail.length > 0;
}

/** The fields of a JSON answer that is short enough to be read for them. */
function jsonOf({ headers, body }: ApiResponse): AuditState {
  const isJson = headers?.['content-type'] === 'application/json';
  return isJson && typeof body === 'string' && body.length <= MAX_READ ? fieldsOf(body) : {};
}

function bodyOf({ body }: ApiRequest): AuditState {
  return body.length <= MAX_READ ? fieldsOf(Buffer.from(body).toString('utf8')) : {};
}

function fieldsOf(text: string): AuditState {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    return {};
  }
}
