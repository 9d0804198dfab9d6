import { ApiClient } from '../api-client.ts';
import type { Command } from '../command.ts';
import { deleteCredentials, readCredentials } from '../credentials.ts';
import { CliError, NotSignedInError } from '../failures.ts';
import { writeResult } from '../result.ts';

/** Ends the stored login, here and at the server. */
export const logout: Command = {
  name: 'logout',
  usage: '',
  summary: 'end the session and forget the token',
  words: { least: 0, most: 0 },
  async run(invocation) {
    const { environment, terminal } = invocation;
    const stored = await readCredentials(environment).catch(() => undefined);
    await deleteCredentials(environment);
    if (stored === undefined) return writeResult(invocation, { signedOut: false }, ['there was no login to forget']);
    let ended = true;
    try {
      await new ApiClient(stored).json('DELETE', '/sessions/current');
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      ended = error instanceof NotSignedInError;
      if (!ended)
        terminal.note(`the token is forgotten here, but the server could not end the session: ${error.message}`);
    }
    await writeResult(invocation, { signedOut: true, url: stored.url, sessionEnded: ended }, [
      `signed out of ${stored.url}`,
    ]);
  },
};
