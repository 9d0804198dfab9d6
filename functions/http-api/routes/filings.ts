import { z } from 'zod';
import { isArchiveId } from '../../../shared/domain/archive-id.ts';
import { chosenFolder } from '../../../shared/domain/folder-name.ts';
import type { FilingMover } from '../../../shared/domain/message.ts';
import type { Caller } from '../../../shared/domain/session.ts';
import { NotFoundError } from '../../../shared/errors.ts';
import { authorise, isKeptFrom } from '../../../shared/usecases/access/authorise.ts';
import { getMailbox } from '../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { accepted, noContent, ok } from '../api-response.ts';
import { auditNotes } from '../audit-notes.ts';
import { type Route, route } from '../route.ts';
import { archiveIdParams, id, JobReferenceSchema, mailboxIdParams } from '../schemas/fields.ts';
import { FolderRenameSchema, MovedSchema, MoveSchema } from '../schemas/filings.ts';

function moverOf({ userId }: Caller): FilingMover {
  return { kind: 'user', userId };
}

/** Where messages lie: moving them, renaming folders, removing empty ones. */
export const filingRoutes: readonly Route[] = [
  route(
    'PATCH',
    '/messages/{archiveId}/filings',
    {
      summary: 'Move a message to another folder of a mailbox',
      privilege: 'message',
      params: archiveIdParams,
      query: z.strictObject({ mailbox: id }),
      body: MoveSchema,
      responses: { 200: MovedSchema },
    },
    async ({ api: { settings }, caller, params: { archiveId }, query, body: { from, to } }) => {
      if (!isArchiveId(archiveId)) throw new NotFoundError(`message ${archiveId}`);
      const mailboxId = query.mailbox;
      await authorise(settings.configuration, caller, 'write', mailboxId);
      if (isKeptFrom(caller, await settings.reading.filingsOf(archiveId)))
        throw new NotFoundError(`message ${archiveId}`);
      const moved = await settings.reading.moveMessage({ archiveId, mailboxId, from, to, by: moverOf(caller) });
      return ok({ archiveId, mailboxId, from, to: moved });
    },
  ),
  route(
    'POST',
    '/mailboxes/{mailboxId}/folders/rename',
    {
      summary: 'Rename a folder with those below it; a job where many messages lie in them',
      privilege: 'write',
      params: mailboxIdParams,
      body: MoveSchema,
      responses: { 200: FolderRenameSchema, 202: JobReferenceSchema },
    },
    async ({ api: { settings }, caller, request, params: { mailboxId }, body: { from, to } }) => {
      auditNotes(request).detail = { from, to };
      const mailbox = await getMailbox(settings.configuration.ports, mailboxId);
      const renamed = await settings.reading.renameFolder(mailbox, { from, to, by: moverOf(caller) });
      if ('job' in renamed) return accepted({ jobId: renamed.job.jobId });
      return ok({ from, to: chosenFolder(to), ...renamed.counts });
    },
  ),
  route(
    'DELETE',
    '/mailboxes/{mailboxId}/folders',
    {
      summary: 'Remove the folders in which no message lies, but for Inbox and Sent',
      privilege: 'write',
      params: mailboxIdParams,
      // `?empty` says what it does; nothing else could be asked for.
      query: z.strictObject({ empty: z.enum(['', 'true']).optional() }),
      responses: { 204: null },
    },
    async ({ api: { settings }, params: { mailboxId } }) => {
      await settings.reading.removeEmptyFolders(await getMailbox(settings.configuration.ports, mailboxId));
      return noContent();
    },
  ),
];
