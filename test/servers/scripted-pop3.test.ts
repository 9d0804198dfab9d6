import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../shared/adapters/system/system-clock.ts';
import type { MailCredentials } from '../../shared/domain/mail-server.ts';
import { createOpenSource } from '../../shared/sources/open-source.ts';
import { type Answer, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

const PASSWORD = { method: 'password', userName: 'anna', password: 'secret' } as const;
const INBOX = { wireName: 'INBOX', path: ['INBOX'], isPersonal: true, isSelectable: true };
const MAILS = ['Subject: one\r\n\r\nHello\r\n', 'Subject: two\r\n\r\nHello\r\n'];

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function open(
  answers: { readonly [command: string]: (line: string) => Answer },
  credentials: MailCredentials = PASSWORD,
) {
  server = await startScriptedServer('+OK ready\r\n', (line) => {
    const [name = '', number = ''] = line.split(' ');
    const own = answers[name.toUpperCase()];
    if (own) return own(line);
    const mail = MAILS[Number(number) - 1] ?? '';
    if (name === 'CAPA') return '+OK\r\nUIDL\r\nTOP\r\n.\r\n';
    if (name === 'LIST') return `+OK\r\n${MAILS.map(({ length }, n) => `${n + 1} ${length}\r\n`).join('')}.\r\n`;
    if (name === 'TOP') return `+OK\r\n${mail.split('\r\n\r\n')[0]}\r\n\r\n.\r\n`;
    if (name === 'RETR') return `+OK\r\n${mail}.\r\n`;
    return '+OK\r\n';
  });
  const { port } = server;
  const at = { protocol: 'pop3', host: '127.0.0.1', port, security: 'plain' } as const;
  const openSource = createOpenSource({ clock: systemClock, loopbackHttp: true });
  return await openSource({ ...at, acceptAllCertificates: false, timeoutSeconds: 5 }, credentials);
}

test.each([
  { name: 'without unique-ids', UIDL: () => '-ERR not here\r\n' },
  { name: 'with a unique-id given twice', UIDL: () => '+OK\r\n1 same\r\n2 same\r\n.\r\n' },
  { name: 'with a unique-id that is none', UIDL: () => `+OK\r\n1 ${'x'.repeat(300)}\r\n2 ${'x'.repeat(300)}\r\n.\r\n` },
])('a maildrop $name tells its messages by their header sections', async ({ UIDL }) => {
  const folder = await (await open({ UIDL })).open(INBOX);
  const { messages } = await folder.list('');
  expect(messages.map(({ key }) => key)).toEqual([
    expect.stringMatching(/^header-[0-9a-f]{32}$/),
    expect.stringMatching(/^header-[0-9a-f]{32}$/),
  ]);
  const fetched = await folder.fetch(messages.map(({ key }) => key));
  expect(fetched.map(({ raw }) => Buffer.from(raw).toString()).toSorted()).toEqual(MAILS);
});

test.each([
  { name: 'confirmed', QUIT: () => ({ text: '+OK bye\r\n', cut: true }) as const, ended: 'deleted' },
  { name: 'lost', QUIT: () => ({ text: '', cut: true }) as const, ended: 'unknown' },
  { name: 'refused', QUIT: () => '-ERR some deleted messages not removed\r\n', ended: 'unknown' },
])('a deletion whose QUIT is $name is "$ended"', async ({ QUIT, ended }) => {
  const source = await open({ UIDL: () => '+OK\r\n1 a\r\n2 b\r\n.\r\n', QUIT });
  const folder = await source.open(INBOX);
  expect(await folder.delete(['a'])).toBe('unknown');
  expect(server?.lines).toContain('DELE 1');
  expect(await source.close()).toBe(ended);
});

test('signs in with a bearer token', async () => {
  const source = await open(
    {
      CAPA: () => '+OK\r\nSASL XOAUTH2\r\n.\r\n',
      AUTH: () => '+ \r\n',
    },
    { method: 'bearer', userName: 'anna', accessToken: 'token-1' },
  );
  await source.close();
  const sent = server?.lines.map((line) => Buffer.from(line, 'base64').toString());
  expect(sent).toContain('user=anna\x01auth=Bearer token-1\x01\x01');
});
