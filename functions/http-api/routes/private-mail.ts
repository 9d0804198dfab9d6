import { isArchiveId } from '../../../shared/domain/archive-id.ts';
import { ForbiddenError, NotFoundError } from '../../../shared/errors.ts';
import { authoriseMessage, contentBlocked } from '../../../shared/usecases/access/authorise.ts';
import { noContent, ok } from '../api-response.ts';
import { type Route, type RouteContext, route } from '../route.ts';
import { archiveIdParams as params } from '../schemas/fields.ts';
import { PrivateMarkSchema } from '../schemas/supervision.ts';

const path = '/messages/{archiveId}/private';
const privilege = 'message';

type Context = Pick<RouteContext<{ readonly archiveId: string }, unknown, unknown>, 'api' | 'caller' | 'params'>;

/** The caller's own mailbox that the message lies in. Throws `NotFoundError`, and `ForbiddenError` where it is others' only. */
async function ownMailboxOf({ api, caller, params: { archiveId } }: Context): Promise<string> {
  if (!isArchiveId(archiveId)) throw new NotFoundError(`message ${archiveId}`);
  const { configuration, reading } = api.settings;
  const filings = await reading.filingsOf(archiveId);
  const { readable, contentBlocked: isBlocked } = await authoriseMessage(configuration, caller, archiveId, filings);
  if (isBlocked) throw contentBlocked();
  for (const { mailboxId } of readable) {
    const mailbox = await configuration.addresses.mailbox(mailboxId);
    if (mailbox?.ownerId === caller.userId) return mailboxId;
  }
  throw new ForbiddenError('only messages in your own mailbox can be marked private');
}

export const privateMailRoutes: readonly Route[] = [
  route(
    'PUT',
    path,
    {
      summary: 'Mark a message in your own mailbox private: auditors read it only if two administrators say so',
      privilege,
      params,
      responses: { 200: PrivateMarkSchema },
    },
    async (context) => {
      const { archiveId } = context.params;
      const { configuration, reading } = context.api.settings;
      const mailboxId = await ownMailboxOf(context);
      if (!(await configuration.compliance.settings()).privateMail) {
        throw new ForbiddenError('marking messages private is not allowed here');
      }
      await reading.markPrivate({ archiveId, mailboxId, by: context.caller.userName });
      return ok({ archiveId, mailboxId, private: true });
    },
  ),
  route(
    'DELETE',
    path,
    {
      summary: 'Take the private mark from a message in your own mailbox',
      privilege,
      params,
      responses: { 204: null },
    },
    async (context) => {
      const mailboxId = await ownMailboxOf(context);
      await context.api.settings.reading.unmarkPrivate({ archiveId: context.params.archiveId, mailboxId });
      return noContent();
    },
  ),
];
