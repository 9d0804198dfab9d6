import { createHash } from 'node:crypto';
import { ImapFlow } from 'imapflow';

/** Longer than any challenge; stops one that is made to be hashed. */
const MAX_CHALLENGE_LENGTH = 1_000;

interface Continuation {
  readonly attributes?: readonly { readonly type?: string; readonly value?: unknown }[];
}

/** What the sign-in of imapflow is made of; its declarations leave it out. The version is pinned. */
interface SignInParts {
  exec(
    command: string,
    values: readonly { readonly type: 'STRING'; readonly value: string }[],
    options?: { onPlusTag(response: Continuation): Promise<void> },
  ): Promise<{ next(): void }>;
  write(line: string): void;
  setAuthenticationState(): Promise<void>;
}

/**
 * Signs in by the master authentication of Kerio Connect, as its maker describes it ("IMAP Master Authentication in
 * Kerio Connect", GFI support): `X-MASTERAUTH` answers with a challenge, the client with the MD5, in hexadecimal, of
 * challenge and master password; then `X-SETUSER` names the user whose mailbox it is.
 */
export class MasterPasswordClient extends ImapFlow {
  /** Called by imapflow where the session begins, after capabilities and STARTTLS. */
  async authenticate(): Promise<boolean> {
    // A server that greets with PREAUTH has opened somebody's mailbox, which need not be this one.
    if (this.state !== this.states.NOT_AUTHENTICATED) throw refused('the server signs in by itself');
    const { user, pass } = this.options.auth ?? {};
    if (!hasSignInParts(this) || typeof user !== 'string' || typeof pass !== 'string') throw refused('no password');
    try {
      await answerChallenge(this, pass);
      const chosen = await this.exec('X-SETUSER', [{ type: 'STRING', value: user }]);
      chosen.next();
    } catch (error) {
      // imapflow tells by this field that it was sign-in that failed.
      if (error instanceof Error && !('code' in error)) Object.assign(error, { authenticationFailed: true });
      throw error;
    }
    this.authenticated = user;
    await this.setAuthenticationState();
    return true;
  }
}

async function answerChallenge(client: SignInParts, masterPassword: string): Promise<void> {
  const accepted = await client.exec('X-MASTERAUTH', [], {
    onPlusTag: async ({ attributes = [] }) => {
      const [text] = attributes;
      const challenge = typeof text?.value === 'string' ? text.value.slice(0, MAX_CHALLENGE_LENGTH) : '';
      client.write(createHash('md5').update(`${challenge}${masterPassword}`, 'utf8').digest('hex'));
    },
  });
  accepted.next();
}

function refused(why: string): Error {
  return Object.assign(new Error(why), { authenticationFailed: true });
}

function hasSignInParts(client: object): client is SignInParts {
  return ['exec', 'write', 'setAuthenticationState'].every((name) => typeof Reflect.get(client, name) === 'function');
}
