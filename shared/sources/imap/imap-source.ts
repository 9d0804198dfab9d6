import type { MailServer, SignInCredentials } from '../../domain/mail-server.ts';
import type { MailSource } from '../source.ts';
import { openImapFolder } from './imap-folder.ts';
import { ImapSession } from './imap-session.ts';
import { listFolders } from './list-folders.ts';

/** Signs in to an IMAP mailbox (RFC 3501, RFC 9051). Throws `SourceError`. */
export async function openImap(server: MailServer, credentials: SignInCredentials): Promise<MailSource> {
  const session = await ImapSession.open(server, credentials);
  return {
    facts: { isEncrypted: session.isEncrypted, warnings: warningsOf(session) },
    folders: () => listFolders(session),
    open: (folder, { forDeletion = false } = {}) => openImapFolder(session, folder, forDeletion),
    close: async () => {
      await session.close();
      return 'deleted';
    },
    abort: () => session.abort(),
  };
}

function warningsOf(session: ImapSession): readonly string[] {
  const warnings: string[] = [];
  if (!session.can('UIDPLUS')) warnings.push('the server lacks UIDPLUS: nothing can be deleted there');
  if (session.can('X-GM-EXT-1')) {
    warnings.push(
      'Gmail: folders are labels; what is deleted in one goes as its settings say: archived, to the bin, or for good',
    );
  }
  return warnings;
}
