import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../shared/adapters/system/system-clock.ts';
import type { MailCredentials } from '../../shared/domain/mail-server.ts';
import { SourceError } from '../../shared/errors.ts';
import { createOpenSource } from '../../shared/sources/open-source.ts';
import type { OpenFolder } from '../../shared/sources/source.ts';
import { type Answer, imapScript, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const PASSWORD = { method: 'password', userName: 'anna', password: 'secret' } as const;
const INBOX = { wireName: 'INBOX', path: ['INBOX'], isPersonal: true, isSelectable: true };
const MAIL = 'Subject: one\r\n\r\nHello\r\n';
const KEY = '0000000001';

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

type Answers = { readonly [command: string]: (tag: string, line: string) => Answer };

async function open(answers: Answers, credentials: MailCredentials = PASSWORD, capabilities?: string) {
  server = await startScriptedServer('* OK ready\r\n', imapScript({ EXAMINE: examined, ...answers }, capabilities));
  const { port } = server;
  const at = { protocol: 'imap', host: '127.0.0.1', port, security: 'plain' } as const;
  const openSource = createOpenSource({ clock: systemClock, loopbackHttp: true });
  return await openSource({ ...at, acceptAllCertificates: false, timeoutSeconds: 5 }, credentials);
}

async function openInbox(answers: Answers): Promise<OpenFolder> {
  return await (await open(answers)).open(INBOX);
}

function examined(tag: string): string {
  return `* 1 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 2]\r\n${tag} OK [READ-ONLY]\r\n`;
}

/** A FETCH response that says that a message has `sizeBytes`, and gives `body`. */
function given(body: string, sizeBytes = body.length, announced = body.length): string {
  const facts = `UID 1 FLAGS () INTERNALDATE "02-Jan-2026 03:04:05 +0000" RFC822.SIZE ${sizeBytes}`;
  return `* 1 FETCH (${facts} BODY[] {${announced}}\r\n${body}`;
}

async function failure(attempt: Promise<unknown>): Promise<SourceError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SourceError)) throw new Error(`no SourceError: ${error}`);
  return error;
}

describe('a session', () => {
  test('that the server ends with BYE in the middle is one to try again', async () => {
    const folder = await openInbox({
      'UID FETCH': () => ({ text: `* BYE shutting down\r\n`, cut: true }),
    });
    expect(await failure(folder.fetch([KEY]))).toMatchObject({ code: 'source_unreachable', retryable: true });
  });

  test.each(['THROTTLED', 'UNAVAILABLE', 'LIMIT'])('that is told NO [%s] waits and tries again', async (code) => {
    const folder = await openInbox({ 'UID FETCH': (tag) => `${tag} NO [${code}] slow down\r\n` });
    expect(await failure(folder.fetch([KEY]))).toMatchObject({ code: 'source_throttled', retryable: true });
  });

  test('that ends in the middle of a literal gives nothing of the message', async () => {
    const folder = await openInbox({
      'UID FETCH': () => ({ text: given(MAIL.slice(0, 10), MAIL.length, MAIL.length), cut: true }),
    });
    const taken: unknown[] = [];
    const failed = await failure(folder.fetch([KEY], (message) => taken.push(message)));
    expect(failed.retryable).toBe(true);
    expect(taken).toEqual([]);
  });
});

describe('a message', () => {
  test.each([
    { name: 'smaller than the server says', sizeBytes: MAIL.length + 100, asked: 2 },
    { name: 'larger than the server says', sizeBytes: 3, asked: 1 },
  ])('$name is given as it is', async ({ sizeBytes, asked }) => {
    const folder = await openInbox({ 'UID FETCH': (tag) => `${given(MAIL, sizeBytes)})\r\n${tag} OK\r\n` });
    const [message] = await folder.fetch([KEY]);
    expect(Buffer.from(message?.raw ?? []).toString()).toBe(MAIL);
    expect(server?.lines.filter((line) => line.includes('BODY.PEEK[]'))).toHaveLength(asked);
  });

  test('that is cut short once is asked for again, and whole then', async () => {
    let times = 0;
    const folder = await openInbox({
      'UID FETCH': (tag) => {
        times += 1;
        return `${given(times === 1 ? MAIL.slice(0, 10) : MAIL, MAIL.length)})\r\n${tag} OK\r\n`;
      },
    });
    const [message] = await folder.fetch([KEY]);
    expect(Buffer.from(message?.raw ?? []).toString()).toBe(MAIL);
  });

  test.each([
    { name: 'an empty text', behind: 'BODY[]<25> {0}\r\n' },
    { name: 'NIL', behind: 'BODY[]<25> NIL' },
  ])('in pieces ends where the server has $name, whatever size it told', async ({ behind }) => {
    const folder = await openInbox({
      'UID FETCH': (tag, line) => {
        const first = `BODY[]<0> {${MAIL.length}}\r\n${MAIL}`;
        return `* 1 FETCH (UID 1 ${line.includes('<0.') ? first : behind})\r\n${tag} OK\r\n`;
      },
    });
    const pieces: Uint8Array[] = [];
    for await (const piece of folder.stream({ key: KEY, flags: [], sizeBytes: 10_000_000 })) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe(MAIL);
  });

  test('that is there and not given is told as such, not passed over', async () => {
    const folder = await openInbox({
      'UID FETCH': (tag, line) =>
        line.includes('BODY') ? `${tag} OK\r\n` : `* 1 FETCH (UID 1 FLAGS ())\r\n${tag} OK\r\n`,
    });
    expect(await failure(folder.fetch([KEY]))).toMatchObject({ code: 'source_failed' });
  });

  test('has the identity that the server gives it', async () => {
    const source = await open(
      {
        'UID FETCH': (tag) =>
          `* 1 FETCH (UID 1 FLAGS () INTERNALDATE "02-Jan-2026 03:04:05 +0000" RFC822.SIZE 3 EMAILID (M6d99))\r\n${tag} OK\r\n`,
      },
      PASSWORD,
      'IMAP4rev1 OBJECTID',
    );
    const { messages } = await (await source.open(INBOX)).list('');
    expect(messages).toMatchObject([{ key: KEY, emailId: 'M6d99' }]);
  });
});

test.each([
  { mechanism: 'XOAUTH2', begin: 'user=anna' },
  { mechanism: 'OAUTHBEARER', begin: 'n,a=anna,' },
])('signs in with a bearer token by $mechanism', async ({ mechanism, begin }) => {
  let said = '';
  const source = await open(
    {
      AUTHENTICATE: (tag, line) => {
        said = line;
        return `${tag} OK\r\n`;
      },
    },
    { method: 'bearer', userName: 'anna', accessToken: 'token-1' },
    `IMAP4rev1 SASL-IR AUTH=${mechanism}`,
  );
  await source.close();
  const [, , name, initial = ''] = said.split(' ');
  expect(name).toBe(mechanism);
  // Fields end with U+0001 (RFC 7628, 3.1).
  const fields = Buffer.from(initial, 'base64').toString().split('\x01');
  expect(fields[0]).toBe(begin);
  expect(fields).toContain('auth=Bearer token-1');
});

test('a bearer token that is refused is a sign-in that is refused', async () => {
  const attempt = open(
    { AUTHENTICATE: (tag) => `${tag} NO [AUTHENTICATIONFAILED] expired\r\n` },
    { method: 'bearer', userName: 'anna', accessToken: 'token-1' },
    'IMAP4rev1 SASL-IR AUTH=XOAUTH2',
  );
  expect(await failure(attempt)).toMatchObject({ code: 'source_refused_login', retryable: false });
});

describe('the master password of Kerio Connect', () => {
  const MASTER = { method: 'masterPassword', userName: 'anna "A" \\b', password: 'master' } as const;
  const CHALLENGE = '<12345.1700000000@mail.example.org>';
  /** As the maker's article has the exchange; the line of the answer has no tag. */
  const kerio = (change: Answers = {}): Answers => ({
    'X-MASTERAUTH': () => `+ ${CHALLENGE}\r\n`,
    'X-SETUSER': (tag) => `${tag} OK X-SETUSER completed\r\n`,
    LIST: (tag) => `* LIST () "/" INBOX\r\n${tag} OK\r\n`,
    ...change,
  });

  async function openMailbox(answers: Answers, takes = true) {
    let tag = '';
    const script = imapScript({ EXAMINE: examined, ...answers }, 'IMAP4rev1 UIDPLUS X-MASTERAUTH');
    server = await startScriptedServer('* OK ready\r\n', (line) => {
      if (line.endsWith(' X-MASTERAUTH')) tag = line.split(' ')[0] ?? '';
      if (!/^[0-9a-f]{32}$/.test(line)) return script(line);
      return takes ? `${tag} OK X-MASTERAUTH Welcome to server, master\r\n` : `${tag} NO X-MASTERAUTH failed\r\n`;
    });
    const at = { protocol: 'imap', host: '127.0.0.1', port: server.port, security: 'plain' } as const;
    const openSource = createOpenSource({ clock: systemClock, loopbackHttp: true });
    return await openSource({ ...at, acceptAllCertificates: false, timeoutSeconds: 5 }, MASTER);
  }

  test('answers the challenge and names the user', async () => {
    const source = await openMailbox(kerio());
    expect((await source.folders()).map(({ path }) => path)).toEqual([['INBOX']]);
    const digest = createHash('md5').update(`${CHALLENGE}master`).digest('hex');
    expect(server?.lines).toContain(digest);
    expect(server?.lines.find((line) => line.includes('X-SETUSER'))).toMatch(/ X-SETUSER "anna \\"A\\" \\\\b"$/);
    expect(server?.lines.some((line) => / (?:LOGIN|AUTHENTICATE) /.test(line))).toBe(false);
  });

  test.each([
    { name: 'is wrong', answers: kerio(), takes: false },
    { name: 'is for nobody', answers: kerio({ 'X-SETUSER': (tag) => `${tag} NO no such user\r\n` }), takes: true },
    {
      name: 'is not known to the server',
      answers: kerio({ 'X-MASTERAUTH': (tag) => `${tag} BAD unknown command\r\n` }),
      takes: true,
    },
  ])('that $name is a sign-in that is refused', async ({ answers, takes }) => {
    const failed = await failure(openMailbox(answers, takes));
    expect([failed.code, failed.message.includes(MASTER.password)]).toEqual(['source_refused_login', false]);
  });

  test('that meets a connection which ends is one to try again', async () => {
    const failed = await failure(openMailbox(kerio({ 'X-SETUSER': () => ({ text: '* BYE\r\n', cut: true }) })));
    expect(failed.retryable).toBe(true);
  });
});
