import { z } from 'zod';
import { isArchiveId } from '../../../shared/domain/archive-id.ts';
import { coveredFilings } from '../../../shared/domain/auditor.ts';
import { visibleBcc, visibleReport } from '../../../shared/domain/bcc-visibility.ts';
import { holds } from '../../../shared/domain/privilege.ts';
import type { Caller } from '../../../shared/domain/session.ts';
import { ForbiddenError, InvalidRequestError, LegalHoldError, NotFoundError } from '../../../shared/errors.ts';
import { redactBcc } from '../../../shared/mail/redact-bcc.ts';
import {
  authorise,
  authoriseMessage,
  contentBlocked,
  isKeptFrom,
  type MessageAuthorisation,
} from '../../../shared/usecases/access/authorise.ts';
import type { KnownFiling, MessageView } from '../../../shared/usecases/reading/read-message.ts';
import type { WhyKept } from '../../../shared/usecases/retention/why-kept.ts';
import { accepted, ok } from '../api-response.ts';
import { bccReader } from '../bcc-reader.ts';
import { bytesResponse } from '../bytes-response.ts';
import { harmlessType } from '../harmless-type.ts';
import { withoutHiddenSubject } from '../hidden-subjects.ts';
import { listRoute, PAGE_QUERY } from '../list-route.ts';
import { type Route, type RouteContext, route } from '../route.ts';
import { RemovalSchema, WhyGoneSchema } from '../schemas/deletion.ts';
import { id, archiveIdParams as params, text } from '../schemas/fields.ts';
import { ArrivalSchema, BlockedMessageSchema, MessageSchema } from '../schemas/messages.ts';
import { WhyKeptSchema } from '../schemas/retention.ts';
import { arrivalForAdministrator, arrivalForReader, arrivalShape } from './arrivals.ts';

const privilege = 'message';
const BYTES = { contentType: 'application/octet-stream' };

type MessageContext = Pick<RouteContext<{ readonly archiveId: string }, unknown, unknown>, 'api' | 'caller' | 'params'>;

/** Asks for the caller's part of a message; throws `NotFoundError` where there is none. */
async function admit({
  api,
  caller,
  params: { archiveId },
}: MessageContext): Promise<MessageAuthorisation<KnownFiling>> {
  if (!isArchiveId(archiveId)) throw new NotFoundError(`message ${archiveId}`);
  const filings = await api.settings.reading.filingsOf(archiveId);
  return await authoriseMessage(api.settings.configuration, caller, archiveId, filings);
}

/** As `admit`, for content; throws `ForbiddenError` `content_blocked` to an administrator who may not read it. */
async function admitToContent(context: MessageContext): Promise<readonly KnownFiling[]> {
  const { readable, contentBlocked: isBlocked } = await admit(context);
  if (isBlocked) throw contentBlocked();
  return readable;
}

/** A message as its reader may see it: of blind copies only what is theirs to know. */
async function viewForReader(context: MessageContext, view: MessageView, readable: readonly KnownFiling[]) {
  const { api } = context;
  const reader = await bccReader(api.settings, context.caller, readable);
  const { bcc = [], journal, versions, ...open } = view;
  const blind = visibleBcc(bcc, reader);
  return {
    ...open,
    ...(blind.length > 0 ? { bcc: blind } : {}),
    ...(journal ? { journal: visibleReport(journal, view, reader.journalReader(sendersOf(view))) } : {}),
    versions: await knownVersions(context, versions),
    filings: onePerFolder(readable).map(({ mailboxId, folder, basis, isPrivate }) => {
      return { mailboxId, folder, basis, ...(isPrivate ? { private: true } : {}) };
    }),
  };
}

/** Of those that were merged, the one that shows the message, if it is among them. */
function onePerFolder(filings: readonly KnownFiling[]): readonly KnownFiling[] {
  const ownFirst = filings.toSorted((a, b) => Number(a.isMerged ?? false) - Number(b.isMerged ?? false));
  const shown = new Set(new Map(ownFirst.toReversed().map((one) => [`${one.mailboxId}#${one.folder}`, one])).values());
  return filings.filter((filing) => shown.has(filing));
}

/** Who wrote and who sent a message: by its own word, and by that of the report around its first arrival. */
function sendersOf({ from, journal }: Pick<MessageView, 'from' | 'journal'>): readonly string[] {
  const { sender = '', onBehalfOf = '' } = journal ?? {};
  return [...from.map(({ address }) => address), sender, onBehalfOf];
}

/** The versions that the caller may read: how they differ tells of their content. The others are as if they were not there. */
async function knownVersions({ api, caller }: MessageContext, versions: MessageView['versions']) {
  const { reading, configuration } = api.settings;
  const known = await Promise.all(
    versions.map(async ({ archiveId }) => {
      try {
        const filings = await reading.filingsOf(archiveId);
        return !(await authoriseMessage(configuration, caller, archiveId, filings)).contentBlocked;
      } catch (error) {
        if (error instanceof NotFoundError) return false;
        throw error;
      }
    }),
  );
  return versions.filter((_, index) => known[index]);
}

/** The header summary, for those whose content is blocked. */
async function blockedView({ api: { settings }, caller, params: { archiveId } }: MessageContext) {
  const summary = await settings.reading.readSummary(archiveId);
  const shown = await withoutHiddenSubject(settings, caller, summary);
  return { archiveId, ...shown, to: [...shown.to], contentBlocked: true as const, filings: [] };
}

export const messageRoutes: readonly Route[] = [
  route(
    'GET',
    '/messages/{archiveId}',
    { summary: 'A message', privilege, params, responses: { 200: z.union([MessageSchema, BlockedMessageSchema]) } },
    async (context) => {
      const { archiveId } = context.params;
      const { reading } = context.api.settings;
      const { readable, contentBlocked: isBlocked } = await admit(context);
      if (isBlocked) return ok(await blockedView(context));
      const view = await reading.readMessage(archiveId);
      return ok(await viewForReader(context, view, readable));
    },
  ),
  route(
    'GET',
    '/messages/{archiveId}/raw',
    {
      summary: 'The exact bytes of a message; of the rendition with a content hash, if one is given',
      privilege,
      params,
      query: z.strictObject({
        rendition: z
          .string()
          .regex(/^[0-9a-f]{64}$/, 'must be a content hash')
          .optional(),
      }),
      responses: { 200: { contentType: 'message/rfc822' }, 303: null },
    },
    async (context) => {
      const readable = await admitToContent(context);
      const { archiveId } = context.params;
      const { settings, ports } = context.api;
      const original = await settings.reading.readRaw(archiveId, context.query.rendition);
      const reader = await bccReader(settings, context.caller, readable);
      const { bytes, isRedacted } = reader.seesAll
        ? { bytes: original, isRedacted: false }
        : redactBcc(original, reader.ownAddresses);
      const fileName = `${archiveId}.eml`;
      const response = await bytesResponse(ports, {
        content: bytes,
        contentType: 'message/rfc822',
        fileName,
        about: archiveId,
      });
      return isRedacted ? { ...response, headers: { ...response.headers, 'letterlock-redacted': 'bcc' } } : response;
    },
  ),
  route(
    'GET',
    '/messages/{archiveId}/attachments/{index}',
    {
      summary: 'An attachment, decoded, to be saved: never of a type that a browser would run',
      privilege,
      params: z.object({ archiveId: id, index: id }),
      responses: { 200: BYTES, 303: null },
    },
    async (context) => {
      const index = indexOf(context.params.index);
      await admitToContent(context);
      const attachment = await context.api.settings.reading.readAttachment(context.params.archiveId, index);
      return await bytesResponse(context.api.ports, {
        content: attachment.content,
        contentType: harmlessType(attachment.contentType),
        fileName: attachment.filename || `attachment-${index}`,
        about: context.params.archiveId,
      });
    },
  ),
  route(
    'GET',
    '/messages/{archiveId}/arrivals/{arrivalId}/raw',
    {
      summary: 'The exact bytes of an arrival, journal report included; for whoever reads the whole journal',
      privilege,
      params: z.object({ archiveId: id, arrivalId: id }),
      responses: { 200: BYTES, 303: null },
    },
    async (context) => {
      const { archiveId, arrivalId } = context.params;
      const { settings, ports } = context.api;
      const { readsJournal } = await bccReader(settings, context.caller, await admitToContent(context));
      if (!readsJournal)
        throw new ForbiddenError('arrivals show blind copies; they take a read grant on the journal mailbox');
      const content = await settings.reading.readArrival(archiveId, arrivalId);
      return await bytesResponse(ports, {
        content,
        contentType: BYTES.contentType,
        fileName: `${arrivalId}.eml`,
        about: archiveId,
      });
    },
  ),
  route(
    'GET',
    '/messages/{archiveId}/retention',
    {
      summary: 'Until when a message is kept, and because of what; to administrators and auditors also why one went',
      privilege,
      params,
      responses: { 200: z.union([WhyKeptSchema, WhyGoneSchema]) },
    },
    async (context) => {
      const gone = await goneShape(context);
      if (gone) return ok(gone);
      await admit(context);
      const { archiveId } = context.params;
      const why = await context.api.settings.reading.whyKept(archiveId);
      return ok({ archiveId, ...whyShape(why), ...(mayKnowHolds(context.caller) ? { holds: [...why.holds] } : {}) });
    },
  ),
  route(
    'DELETE',
    '/messages/{archiveId}',
    {
      summary:
        'Remove a message from a mailbox, or from one folder of it; it goes altogether once nobody has it and nothing keeps it',
      privilege,
      params,
      query: z.strictObject({ mailbox: id, folder: text(400).optional() }),
      responses: { 202: RemovalSchema },
    },
    async ({ api, caller, params: { archiveId }, query: { mailbox: mailboxId, folder } }) => {
      const { configuration, reading } = api.settings;
      if (!isArchiveId(archiveId)) throw new NotFoundError(`message ${archiveId}`);
      await authorise(configuration, caller, 'delete', mailboxId);
      if (isKeptFrom(caller, await reading.filingsOf(archiveId))) throw new NotFoundError(`message ${archiveId}`);
      const removal = { archiveId, mailboxId, by: caller.userName, ...(folder === undefined ? {} : { folder }) };
      try {
        await reading.removeFiling(removal);
      } catch (error) {
        if (error instanceof LegalHoldError && !mayKnowHolds(caller)) throw new LegalHoldError(archiveId);
        throw error;
      }
      return accepted({ archiveId, mailboxId });
    },
  ),
  listRoute(
    '/messages/{archiveId}/arrivals',
    { summary: 'The arrivals of a message, oldest first', privilege, params, query: PAGE_QUERY, item: ArrivalSchema },
    async (context, page) => {
      const { settings } = context.api;
      const { readable, contentBlocked: isBlocked } = await admit(context);
      const { auditor, privileges } = context.caller;
      if (auditor && isBlocked) throw contentBlocked();
      const { items, ...rest } = await settings.reading.listArrivals(context.params.archiveId, page);
      if (auditor) return { items: items.map(arrivalShape), ...rest };
      const { blockPreview } = await settings.configuration.compliance.settings();
      if (holds(privileges, 'admin') && !blockPreview && !isBlocked) return { items: items.map(arrivalShape), ...rest };
      if (isBlocked) return { items: items.map((item) => arrivalForAdministrator(settings, item)), ...rest };
      const mailboxIds = [...new Set(readable.map(({ mailboxId }) => mailboxId))];
      return { items: await Promise.all(items.map((item) => arrivalForReader(settings, item, mailboxIds))), ...rest };
    },
  ),
];

/** Whom a case is about is not to learn its name. */
function mayKnowHolds({ auditor, privileges }: Caller): boolean {
  return auditor !== undefined || holds(privileges, 'admin');
}

/** What is known of a message that was purged, to whom it is shown; to everybody else there never was one. */
async function goneShape({
  api,
  caller,
  params: { archiveId },
}: MessageContext): Promise<z.input<typeof WhyGoneSchema> | undefined> {
  if (!isArchiveId(archiveId) || !mayKnowHolds(caller)) return undefined;
  const gone = await api.settings.reading.whyGone(archiveId);
  if (!gone) return undefined;
  const { mailboxIds, bytesLocked, ...why } = gone;
  const { receivedAt } = why;
  const lay = mailboxIds.map((mailboxId) => ({ mailboxId, receivedAt }));
  if (caller.auditor && coveredFilings(caller.auditor.scope, lay).length === 0) return undefined;
  if (!bytesLocked) return { archiveId, state: 'purged', ...why };
  const { attachmentIds: _hashes, ...locked } = bytesLocked;
  return { archiveId, state: 'purged', ...why, bytesLocked: locked };
}

function whyShape(why: WhyKept) {
  const { state, archivedAt, receivedAt, minimumUntil, minimumBy, lockedUntil } = why;
  const { maximumAt, maximumBy, undecided, holds: held } = why;
  return {
    state,
    archivedAt: archivedAt.toISOString(),
    ...(receivedAt ? { receivedAt: receivedAt.toISOString() } : {}),
    ...(minimumUntil ? { minimumUntil: minimumUntil.toISOString() } : {}),
    ...(minimumBy ? { minimumBy } : {}),
    ...(lockedUntil ? { lockedUntil: lockedUntil.toISOString() } : {}),
    ...(maximumAt ? { maximumAt: maximumAt.toISOString() } : {}),
    ...(maximumBy ? { maximumBy } : {}),
    undecided: [...undecided],
    isHeld: held.length > 0,
  };
}

function indexOf(text: string): number {
  if (/^(?:0|[1-9]\d{0,8})$/.test(text)) return Number(text);
  throw new InvalidRequestError('index: must be a number from 0');
}
