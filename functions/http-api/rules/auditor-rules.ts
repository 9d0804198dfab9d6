import { ConflictError } from '../../../shared/errors.ts';
import { getAuditor } from '../../../shared/usecases/auditors/find-auditors.ts';
import { findMailbox } from '../../../shared/usecases/mailboxes/find-mailboxes.ts';
import { concernedBy } from '../../../shared/usecases/notices/concerned-by.ts';
import type { PrivateMail } from '../../../shared/usecases/private-mail/private-mail-book.ts';
import type { HttpApi } from '../http-api.ts';
import type { SensitiveRule } from '../route.ts';

/** A new auditor: told to everybody whose mailbox is in the scope. */
export const newAuditorRule: SensitiveRule<
  unknown,
  { readonly scope?: { readonly mailboxIds?: readonly string[] | undefined } | undefined }
> = async ({ api, body: { scope } }) => {
  if (!scope?.mailboxIds) return { action: 'createAuditor', concerned: 'everybody' };
  return { action: 'createAuditor', concerned: await concernedByAll(api, scope.mailboxIds) };
};

/**
 * Private mail that an auditor is shown: told to those whose mailbox it is marked in. Throws `ConflictError` for a
 * message that nobody marked.
 */
export const showPrivateMailRule: SensitiveRule<{ readonly auditorName: string }, PrivateMail> = async ({
  api,
  params: { auditorName: userName },
  body: mail,
}) => {
  const { userId } = await getAuditor(api.settings.identity.ports, userName);
  const concerned = await concernedByAll(api, await mailboxesOf(api, mail));
  const subject = { ...mail, auditor: userName };
  return { action: 'showPrivateMail', concerned, subject, pins: { userId }, fourEyes: 'always' };
};

async function mailboxesOf({ settings }: HttpApi, mail: PrivateMail): Promise<readonly string[]> {
  if ('mailboxId' in mail) return [mail.mailboxId];
  const filings = await settings.reading.filingsOf(mail.archiveId);
  const markedIn = filings.flatMap(({ isPrivate, mailboxId }) => (isPrivate ? [mailboxId] : []));
  if (markedIn.length === 0) throw new ConflictError(`message ${mail.archiveId} is not marked private`);
  return [...new Set(markedIn)];
}

/** Mailboxes that are not there concern nobody: what they are named for says so itself. */
async function concernedByAll({ settings }: HttpApi, mailboxIds: readonly string[]): Promise<readonly string[]> {
  const { ports } = settings.configuration;
  const concerned: string[] = [];
  for (const mailboxId of new Set(mailboxIds)) {
    if (await findMailbox(ports, mailboxId)) concerned.push(...(await concernedBy(ports, mailboxId)));
  }
  return concerned;
}
