import type { MailServer, SignInCredentials } from '../../domain/mail-server.ts';
import { SourceError } from '../../errors.ts';
import type { MailSource, SourceFolder } from '../source.ts';
import { Pop3Connection } from './pop3-connection.ts';
import { Pop3Maildrop } from './pop3-maildrop.ts';
import { capabilities, signIn } from './sign-in.ts';

/** The one folder there is. */
const MAILDROP: SourceFolder = { wireName: 'INBOX', path: ['INBOX'], isPersonal: true, isSelectable: true };

const POP3_WARNING =
  'POP3 shows the inbox only, without flags and folders; some servers mark as read what is fetched by it';

/** Signs in to a POP3 maildrop (RFC 1939, RFC 2449, RFC 2595, RFC 5034). Throws `SourceError`. */
export async function openPop3(server: MailServer, credentials: SignInCredentials): Promise<MailSource> {
  const connection = await Pop3Connection.open(server);
  try {
    let can = await capabilities(connection);
    if (server.security === 'starttls') {
      await connection.upgrade();
      can = await capabilities(connection);
    }
    await signIn(connection, can, credentials);
  } catch (error) {
    connection.abort();
    throw error;
  }
  let maildrop: Pop3Maildrop | undefined;
  return {
    facts: { isEncrypted: connection.isEncrypted, warnings: [POP3_WARNING] },
    folders: async () => [MAILDROP],
    open: async () => {
      maildrop ??= await Pop3Maildrop.open(connection);
      return maildrop;
    },
    close: async () => {
      try {
        await connection.command('QUIT');
        return 'deleted';
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        return 'unknown';
      } finally {
        connection.abort();
      }
    },
    abort: () => connection.abort(),
  };
}
