import type { SignInCredentials } from '../../domain/mail-server.ts';
import { SourceError } from '../../errors.ts';
import type { Pop3Connection } from './pop3-connection.ts';

/** What a server can do (CAPA, RFC 2449): capability to its arguments, upper case; empty where it does not say. */
export type Capabilities = ReadonlyMap<string, readonly string[]>;

/** More than that no server has. */
const MAX_CAPABILITY_BYTES = 65_536;

export async function capabilities(connection: Pop3Connection): Promise<Capabilities> {
  const answer = await connection.ask('CAPA');
  if (!answer.isOk) return new Map();
  const lines = (await shortBody(connection, MAX_CAPABILITY_BYTES)).split('\r\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [name = '', ...words] = line.toUpperCase().split(' ');
      return [name, words] as const;
    }),
  );
}

/** Signs in. Throws `SourceError`. */
export async function signIn(
  connection: Pop3Connection,
  can: Capabilities,
  credentials: SignInCredentials,
): Promise<void> {
  const mechanisms = can.get('SASL') ?? [];
  if (credentials.method === 'bearer') return await bearer(connection, mechanisms, credentials);
  if (credentials.method === 'masterPassword') {
    throw new SourceError('source_failed', 'sign in: the master password opens mailboxes by IMAP only');
  }
  const { userName, password, authorisationId } = credentials;
  if (authorisationId !== undefined || mechanisms.includes('PLAIN')) {
    // RFC 4616, 2: authorisation identity, authentication identity, password.
    return await sasl(connection, 'PLAIN', `${authorisationId ?? ''}\0${userName}\0${password}`);
  }
  await accepted(connection, `USER ${userName}`);
  await accepted(connection, `PASS ${password}`);
}

async function bearer(
  connection: Pop3Connection,
  mechanisms: readonly string[],
  { userName, accessToken }: { readonly userName: string; readonly accessToken: string },
): Promise<void> {
  if (mechanisms.includes('OAUTHBEARER')) {
    return await sasl(connection, 'OAUTHBEARER', `n,a=${userName},\x01auth=Bearer ${accessToken}\x01\x01`);
  }
  await sasl(connection, 'XOAUTH2', `user=${userName}\x01auth=Bearer ${accessToken}\x01\x01`);
}

/** The response goes in a line of its own: with the command it could be longer than a line may be (RFC 5034, 4). */
async function sasl(connection: Pop3Connection, mechanism: string, response: string): Promise<void> {
  const first = await connection.ask(`AUTH ${mechanism}`);
  if (!first.isContinuation) throw refusedLogin(first.text);
  const second = await connection.ask(Buffer.from(response, 'utf8').toString('base64'));
  // A bearer token that is refused comes with a challenge that says why; an empty response ends it (RFC 7628, 3.2.3).
  const answer = second.isContinuation ? await connection.ask('AQ==') : second;
  if (!answer.isOk) throw refusedLogin(answer.text);
}

async function accepted(connection: Pop3Connection, line: string): Promise<void> {
  const answer = await connection.ask(line);
  if (!answer.isOk) throw refusedLogin(answer.text);
}

function refusedLogin(text: string): SourceError {
  const isLater = /^\[(?:IN-USE|LOGIN-DELAY|SYS\/TEMP)\]/i.test(text);
  return new SourceError(isLater ? 'source_throttled' : 'source_refused_login', `sign in: ${text.slice(0, 200)}`);
}

/** The body of a response that is a list; throws `SourceError` above `maxBytes`. */
export async function shortBody(connection: Pop3Connection, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of connection.body()) {
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes) {
      connection.abort();
      throw new SourceError('source_failed', 'a list without an end');
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
