import { afterEach, describe, expect, test } from 'vitest';
import type { MailCredentials } from '../../shared/domain/mail-server.ts';
import { SourceError } from '../../shared/errors.ts';
import { openSource } from '../../shared/sources/open-source.ts';
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
