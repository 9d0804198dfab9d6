import { ApiClient } from '../api-client.ts';
import type { Command, Invocation } from '../command.ts';
import { baseUrl, DEFAULT_URL, isExposed } from '../connection.ts';
import { readCredentials, writeCredentials } from '../credentials.ts';
import { CommandFailedError, RefusedError } from '../failures.ts';
import { type JsonRecord, recordOf, textOf } from '../json-value.ts';
import { printableLine } from '../printable.ts';
import { writeResult } from '../result.ts';

/** Signs in and stores the token. */
export const login: Command = {
  name: 'login',
  usage: '[URL] [--user NAME] [--otp CODE]',
  summary: 'sign in and remember it',
  details: [
    `URL          the system; default: LETTERLOCK_URL, the last one, ${DEFAULT_URL}`,
    '--user NAME  default: admin',
    '--otp CODE   a code of the second factor, or a recovery code; asked for where it is needed',
    'The password is asked for; LETTERLOCK_PASSWORD or standard input give it to a script.',
  ],
  options: { user: { type: 'string' }, otp: { type: 'string' } },
  words: { least: 0, most: 1 },
  async run(invocation) {
    const { words, options, terminal, environment } = invocation;
    const given = words[0] ?? environment.LETTERLOCK_URL;
    const last = given ? undefined : await readCredentials(environment).catch(() => undefined);
    const url = baseUrl(given || last?.url || DEFAULT_URL);
    const userName = options.text('user') ?? 'admin';
    if (isExposed(url)) terminal.note(`warning: ${url} is not encrypted; the password can be read on the way`);
    const question = `Password of ${printableLine(userName)} at ${url}: `;
    const password = environment.LETTERLOCK_PASSWORD || (await terminal.password(question));
    const session = await signedIn(invocation, new ApiClient({ url }), { userName, password });
    const token = textOf(session.token);
    if (token === '') throw new CommandFailedError(`${url} gave no token`);
    await writeCredentials(environment, { url, token, userName });
    const expiresAt = textOf(session.expiresAt);
    await writeResult(invocation, { url, userName, expiresAt }, [`signed in to ${url} as ${printableLine(userName)}`]);
  },
};

/** The answer to a sign-in; asks for the code of a second factor where there is one and none was given. */
async function signedIn(
  { options, terminal }: Invocation,
  api: ApiClient,
  attempt: { readonly userName: string; readonly password: string },
): Promise<JsonRecord> {
  const otp = options.text('otp');
  try {
    return recordOf(await api.json('POST', '/sessions', otp === undefined ? attempt : { ...attempt, otp }));
  } catch (error) {
    if (otp !== undefined || !(error instanceof RefusedError) || error.code !== 'otp_required') throw error;
    const asked = await terminal.password('Code of the second factor, or a recovery code: ');
    return recordOf(await api.json('POST', '/sessions', { ...attempt, otp: asked }));
  }
}
