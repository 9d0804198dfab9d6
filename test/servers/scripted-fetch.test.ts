import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Archive } from './archive.ts';
import { newProfile } from './fetch-world.ts';
import { discard, type LocalSystem, startLocalSystem } from './local-system.ts';
import { type Answer, imapScript, type ScriptedServer, startScriptedServer } from './scripted-server.ts';

let system: LocalSystem;
let archive: Archive;
let server: ScriptedServer | undefined;

beforeAll(async () => {
  system = await startLocalSystem();
  archive = await Archive.signIn(system);
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});
afterAll(() => discard(system));

const mailWith = (subject: string, text = 'Hello') =>
  `Message-ID: <${subject}@example.org>\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\nFrom: a@example.org\r\nSubject: ${subject}\r\n\r\n${text}\r\n`;

/** What FETCH says of the one message; with `body`, and `announced` bytes of it. */
function fetched(sizeBytes: number, body?: string, announced = body?.length): string {
  const facts = `UID 1 FLAGS () INTERNALDATE "02-Mar-2026 10:00:00 +0000" RFC822.SIZE ${sizeBytes}`;
  return body === undefined ? `* 1 FETCH (${facts})\r\n` : `* 1 FETCH (${facts} BODY[] {${announced}}\r\n${body}`;
}

/** A profile that fetches a mailbox with one message; `give` answers what asks for its bytes, and knows how often it did. */
async function profileOf(name: string, sizeBytes: number, give: (tag: string, line: string, times: number) => Answer) {
  let times = 0;
  const script = imapScript({
    LIST: (tag) => `* LIST () "/" INBOX\r\n${tag} OK\r\n`,
    EXAMINE: (tag) => `* 1 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT 2]\r\n${tag} OK [READ-ONLY]\r\n`,
    'UID FETCH': (tag, line) => {
      if (!line.includes('BODY')) return `${fetched(sizeBytes)}${tag} OK\r\n`;
      times += 1;
      return give(tag, line, times);
    },
  });
  server = await startScriptedServer('* OK ready\r\n', script);
  const profile = await newProfile(archive, { imapPort: server.port }, name.replaceAll(' ', '-'));
  return { ...profile, times: () => times };
}

describe('a job', () => {
  const mail = mailWith('again');
  const whole = (tag: string) => `${fetched(mail.length, mail)})\r\n${tag} OK\r\n`;
  test.each([
    { name: 'throttled', first: (tag: string): Answer => `${tag} NO [THROTTLED] slow down\r\n`, log: 'slow down' },
    { name: 'told BYE', first: (): Answer => ({ text: '* BYE shutting down\r\n', cut: true }), log: 'FETCH' },
    {
      name: 'cut off in the middle of a message',
      first: (): Answer => ({ text: fetched(mail.length, mail.slice(0, 40), mail.length), cut: true }),
      log: 'FETCH',
    },
  ])('that is $name waits, says so, tries again and has all', async ({ name, first, log }) => {
    const give = (tag: string, _line: string, times: number) => (times === 1 ? first(tag) : whole(tag));
    const { profileId, mailboxId, times } = await profileOf(name, mail.length, give);
    const job = await archive.runProfile(profileId);
    expect(job).toMatchObject({ outcome: 'succeeded', counts: { seen: 1 } });
    expect((await archive.jobLog(job.jobId)).join('\n')).toContain(log);
    expect(times()).toBe(2);
    const { archiveId } = await archive.arrival(mailboxId, 'again');
    expect((await archive.raw(archiveId)).toString()).toBe(mail);
  });

  test.each([
    { name: 'too large a size', change: 500 },
    { name: 'too small a size', change: -20 },
    { name: 'no size', change: Number.NaN },
  ])('archives a message of which the server tells $name as it is, once', async ({ name, change }) => {
    const sized = mailWith(name.replaceAll(' ', '-'));
    const sizeBytes = Number.isNaN(change) ? 0 : sized.length + change;
    const { profileId, mailboxId } = await profileOf(
      name,
      sizeBytes,
      (tag) => `${fetched(sizeBytes, sized)})\r\n${tag} OK\r\n`,
    );
    expect(await archive.runProfile(profileId)).toMatchObject({ outcome: 'succeeded', counts: { archived: 1 } });
    expect(await archive.runProfile(profileId)).toMatchObject({ outcome: 'succeeded', counts: { seen: 0 } });
    const { archiveId } = await archive.arrival(mailboxId, name.replaceAll(' ', '-'));
    expect((await archive.raw(archiveId)).toString()).toBe(sized);
  });

  test('archives all of a large message that the server gives in smaller pieces than it is asked for', async () => {
    const large = mailWith(
      'pieces',
      '0123456789abcdef'
        .repeat(60_000)
        .replace(/(.{70})/g, '$1\r\n')
        .repeat(6),
    );
    const give = (tag: string, line: string): Answer => {
      const [, offset = '0', wanted = '0'] = /<(\d+)\.(\d+)>/.exec(line) ?? [];
      const piece = large.slice(Number(offset), Number(offset) + Math.min(Number(wanted), 1_000_000));
      return `* 1 FETCH (UID 1 BODY[]<${offset}> {${piece.length}}\r\n${piece})\r\n${tag} OK\r\n`;
    };
    const { profileId, mailboxId } = await profileOf('pieces', large.length, give);
    expect(await archive.runProfile(profileId)).toMatchObject({ outcome: 'succeeded', counts: { archived: 1 } });
    const { archiveId } = await archive.arrival(mailboxId, 'pieces');
    expect((await archive.raw(archiveId)).toString()).toBe(large);
  });

  test('keeps a message of no bytes for people to look at, and counts it', async () => {
    const { profileId } = await profileOf('empty', 0, (tag) => `${fetched(0, '')})\r\n${tag} OK\r\n`);
    const job = await archive.runProfile(profileId);
    expect(job).toMatchObject({ outcome: 'succeeded', counts: { seen: 1, quarantined: 1 } });
    const { items } = await archive.json<{ items: { id: string; source: { fetched?: { jobId: string } } }[] }>(
      'GET',
      '/quarantine',
    );
    const { id = '' } = items.find(({ source }) => source.fetched?.jobId === job.jobId) ?? {};
    expect(await archive.bytes(`/quarantine/${id}/raw`)).toHaveLength(0);
  });
});

test('a unique-id that a maildrop gave to one message and later gives to another hides neither', async () => {
  let mail = mailWith('first');
  server = await startScriptedServer('+OK ready\r\n', (line) => {
    if (line === 'CAPA') return '+OK\r\nUIDL\r\nTOP\r\n.\r\n';
    if (line === 'LIST') return `+OK\r\n1 ${mail.length}\r\n.\r\n`;
    if (line === 'UIDL') return '+OK\r\n1 the-same\r\n.\r\n';
    if (line === 'RETR 1') return `+OK\r\n${mail}.\r\n`;
    return line === 'QUIT' ? { text: '+OK\r\n', cut: true } : '+OK\r\n';
  });
  const { profileId, mailboxId } = await newProfile(archive, { imapPort: 0 }, 'reused', {
    server: { protocol: 'pop3', host: '127.0.0.1', port: server.port, security: 'plain', timeoutSeconds: 5 },
  });
  expect(await archive.runProfile(profileId)).toMatchObject({ counts: { seen: 1, archived: 1 } });
  mail = mailWith('second, under the same unique-id');
  expect(await archive.runProfile(profileId)).toMatchObject({ counts: { seen: 1, archived: 1 } });
  expect(await archive.runProfile(profileId)).toMatchObject({ counts: { seen: 0 } });
  expect(await archive.listAll(mailboxId)).toHaveLength(2);
});
