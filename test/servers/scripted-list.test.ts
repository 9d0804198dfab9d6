import { afterEach, expect, test } from 'vitest';
import { openImap } from '../../shared/sources/imap/imap-source.ts';
import { imapScript, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

test.each([
  { name: 'with CONDSTORE', capabilities: 'IMAP4rev1 LIST-STATUS CONDSTORE', modSeq: '715194045007', asks: true },
  { name: 'without it', capabilities: 'IMAP4rev1 LIST-STATUS', modSeq: undefined, asks: false },
])(
  'a server $name is asked for the modification sequences of folders accordingly',
  async ({ capabilities, modSeq, asks }) => {
    const items = `MESSAGES 3 UIDNEXT 4 UIDVALIDITY 7${modSeq === undefined ? '' : ` HIGHESTMODSEQ ${modSeq}`}`;
    const list = (tag: string) => `* LIST () "/" INBOX\r\n* STATUS INBOX (${items})\r\n${tag} OK\r\n`;
    server = await startScriptedServer('* OK ready\r\n', imapScript({ LIST: list }, capabilities));
    const at = { protocol: 'imap', host: '127.0.0.1', port: server.port, security: 'plain' } as const;
    const source = await openImap(
      { ...at, acceptAllCertificates: false, timeoutSeconds: 5 },
      { method: 'password', userName: 'anna', password: 'secret' },
    );
    const [inbox] = await source.folders();
    await source.close();
    expect(inbox?.state).toMatchObject({ validity: '7', messages: 3, ...(modSeq === undefined ? {} : { modSeq }) });
    expect(server.lines.some((line) => line.includes('LIST') && line.includes('HIGHESTMODSEQ'))).toBe(asks);
  },
);
