import { ImapFlow } from 'imapflow';
import type { MailServer, SignInCredentials } from '../../domain/mail-server.ts';
import { SourceError } from '../../errors.ts';
import { imapFailure } from './imap-failures.ts';
import type { ImapResponse } from './imap-values.ts';
import { MasterPasswordClient } from './master-password-client.ts';

/** Stops a server that announces a message beyond all measure; above the largest that anybody takes. */
const MAX_LITERAL_BYTES = 512 * 1024 * 1024;
/** Stops a line without an end; lists of flags and names are far shorter. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** A value in a command. */
export type CommandValue =
  | { readonly type: 'ATOM' | 'STRING' | 'SEQUENCE'; readonly value: string }
  | {
      readonly type: 'ATOM';
      readonly value: string;
      readonly section: readonly CommandValue[];
      readonly partial?: readonly number[];
    }
  | string
  | readonly CommandValue[];

type Untagged = (response: ImapResponse) => Promise<void>;

interface Command {
  exec(
    command: string,
    values: readonly CommandValue[],
    options: { readonly untagged: { readonly [name: string]: Untagged } },
  ): Promise<{ readonly response: ImapResponse; next(): void }>;
}

/** The prefix of a namespace (RFC 2342). */
export interface Namespace {
  readonly prefix: string;
  readonly delimiter: string;
}

/** A signed-in IMAP session that commands are sent through; imapflow does transport, sign-in and parsing. */
export class ImapSession {
  readonly #client: ImapFlow & Command;

  private constructor(client: ImapFlow & Command) {
    this.#client = client;
  }

  /** Throws `SourceError`. */
  static async open(server: MailServer, credentials: SignInCredentials): Promise<ImapSession> {
    const Client = credentials.method === 'masterPassword' ? MasterPasswordClient : ImapFlow;
    const client = new Client({
      host: server.host,
      port: server.port,
      secure: server.security === 'tls',
      ...(server.security === 'tls' ? {} : { doSTARTTLS: server.security === 'starttls' }),
      tls: { rejectUnauthorized: !server.acceptAllCertificates },
      auth: signIn(credentials),
      logger: false,
      disableAutoIdle: true,
      // One set of rules for names and responses is enough; no server speaks revision 2 alone.
      disableIMAP4rev2: true,
      connectionTimeout: server.timeoutSeconds * 1000,
      greetingTimeout: server.timeoutSeconds * 1000,
      socketTimeout: server.timeoutSeconds * 1000,
      maxLiteralSize: MAX_LITERAL_BYTES,
      maxLineLength: MAX_LINE_BYTES,
      clientInfo: { name: 'Letterlock' },
    });
    // What fails is told by the command that waits; without a listener it would end the process.
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      client.close();
      throw imapFailure(error, 'sign in');
    }
    if (!takesCommands(client)) throw new SourceError('source_failed', 'the IMAP client takes no commands');
    return new ImapSession(client);
  }

  /** Whether the server offers an extension (RFC 9051, 6.1.1). */
  can(capability: string): boolean {
    return this.#client.capabilities.has(capability);
  }

  isEnabled(extension: string): boolean {
    return this.#client.enabled.has(extension);
  }

  get isEncrypted(): boolean {
    return this.#client.secureConnection;
  }

  get namespaces(): { readonly personal: readonly Namespace[]; readonly others: readonly Namespace[] } {
    const { personal, other, shared } = this.#client.namespaces ?? {};
    const known = (found: unknown): readonly Namespace[] => (Array.isArray(found) ? found.filter(isNamespace) : []);
    return { personal: known(personal), others: [...known(other), ...known(shared)] };
  }

  /**
   * Sends a command and hands each untagged response named in `untagged` to its reader, in the order they come.
   * Answers the tagged one. Throws `SourceError`, and what a reader threw.
   */
  async send(
    command: string,
    values: readonly CommandValue[],
    untagged: { readonly [name: string]: (response: ImapResponse) => void } = {},
  ): Promise<ImapResponse> {
    let failure: unknown;
    // imapflow swallows what a reader throws: a message would be missing in silence.
    const guarded = Object.entries(untagged).map(([name, read]): [string, Untagged] => [
      name,
      async (response) => {
        try {
          read(response);
        } catch (error) {
          failure ??= error;
        }
      },
    ]);
    try {
      const { response, next } = await this.#client.exec(command, values, { untagged: Object.fromEntries(guarded) });
      next();
      if (failure) throw failure;
      return response;
    } catch (error) {
      throw imapFailure(error, command);
    }
  }

  async close(): Promise<void> {
    try {
      if (this.#client.usable) await this.#client.logout();
    } catch {
      // The session is over either way.
    } finally {
      this.#client.close();
    }
  }

  abort(): void {
    this.#client.close();
  }
}

function signIn(credentials: SignInCredentials) {
  if (credentials.method === 'bearer') return { user: credentials.userName, accessToken: credentials.accessToken };
  const { userName, password } = credentials;
  const authorisationId = credentials.method === 'password' ? credentials.authorisationId : undefined;
  if (authorisationId === undefined) return { user: userName, pass: password };
  return { user: userName, pass: password, authzid: authorisationId, loginMethod: 'AUTH=PLAIN' };
}

/** `exec` is what all commands of imapflow go through; its declarations leave it out. The version is pinned. */
function takesCommands(client: ImapFlow): client is ImapFlow & Command {
  return 'exec' in client && typeof client.exec === 'function';
}

function isNamespace(value: unknown): value is Namespace {
  return (
    typeof value === 'object' &&
    value !== null &&
    'prefix' in value &&
    typeof value.prefix === 'string' &&
    'delimiter' in value &&
    typeof value.delimiter === 'string'
  );
}
