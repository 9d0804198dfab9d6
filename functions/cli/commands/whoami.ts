import type { Command } from '../command.ts';
import { connectionOf } from '../connection.ts';
import { listText, recordOf, textOf } from '../json-value.ts';
import { printableLine } from '../printable.ts';
import { writeResult } from '../result.ts';

/** Shows as whom, and with which privileges, the commands act. */
export const whoami: Command = {
  name: 'whoami',
  usage: '',
  summary: 'who is signed in, and where',
  words: { least: 0, most: 0 },
  async run(invocation) {
    const me = await (await invocation.api()).json('GET', '/me');
    const { url } = await connectionOf(invocation.environment);
    const user = recordOf(recordOf(me).user ?? me);
    const privileges = listText(user.privileges) || 'no';
    const line = printableLine(`${textOf(user.userName)} at ${url} (${privileges} privileges)`);
    await writeResult(invocation, me, [line]);
  },
};
