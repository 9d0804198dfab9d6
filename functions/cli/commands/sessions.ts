import { runAction } from '../actions.ts';
import { LIST_OPTIONS } from '../arguments.ts';
import type { Command, Invocation } from '../command.ts';
import { textOf } from '../json-value.ts';
import { writeListing } from '../listing.ts';
import { printableLine } from '../printable.ts';
import { minuteUtc } from '../quantities.ts';
import { writeResult } from '../result.ts';

/** Lists and ends sessions. */
export const sessions: Command = {
  name: 'sessions',
  usage: '[list | end ID | end-all] [--user NAME]',
  summary: 'who is signed in: list, end',
  details: [
    '--user NAME       whose sessions; default: your own (end-all then leaves the one that asks)',
    '--limit N, --all  how many to list (default 50)',
  ],
  options: { ...LIST_OPTIONS, user: { type: 'string' } },
  words: { least: 0, most: 2 },
  run: (invocation) =>
    runAction(
      sessions,
      { list: { words: 0, run: list }, end: { words: 1, run: end }, 'end-all': { words: 0, run: endAll } },
      invocation,
    ),
};

function list(invocation: Invocation): Promise<void> {
  const user = invocation.options.text('user');
  return writeListing(invocation, {
    path: '/sessions',
    ...(user === undefined ? {} : { query: { user } }),
    columns: [
      { title: 'BEGAN (UTC)' },
      { title: 'ENDS (UTC)' },
      { title: 'FROM' },
      { title: 'WITH', shrinksTo: 10 },
      { title: '' },
    ],
    row: (session) => [
      minuteUtc(textOf(session.createdAt)),
      minuteUtc(textOf(session.expiresAt)),
      textOf(session.sourceIp),
      textOf(session.userAgent),
      session.current === true ? 'this one' : '',
    ],
    detail: (session) => textOf(session.sessionId),
    empty: 'no sessions',
  });
}

async function end(invocation: Invocation, sessionId = ''): Promise<void> {
  await (await invocation.api()).json('DELETE', `/sessions/${encodeURIComponent(sessionId)}`);
  await writeResult(invocation, {}, [printableLine(`ended ${sessionId}`)]);
}

async function endAll(invocation: Invocation): Promise<void> {
  const user = invocation.options.text('user');
  const query = user === undefined ? '' : `?user=${encodeURIComponent(user)}`;
  await (await invocation.api()).json('DELETE', `/sessions${query}`);
  await writeResult(invocation, {}, [
    printableLine(`ended all sessions${user === undefined ? ' but this' : ` of ${user}`}`),
  ]);
}
