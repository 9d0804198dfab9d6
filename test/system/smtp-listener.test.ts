import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.ts';
import { mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

const MAX_MESSAGE_BYTES = 100_000;

let running: RunningSystem;
let address: string;
let endpointId: string;
let mailboxId: string;

beforeAll(async () => {
  running = await startSystem({ env: { LETTERLOCK_MAX_MESSAGE_BYTES: String(MAX_MESSAGE_BYTES) } });
  ({ address, endpointId, mailboxId } = await running.api.endpoint());
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

const temporaryFiles = () => readdir(join(running.dataDir, 'objects', 'intake', '.tmp'));
const isEmpty = ({ length }: { readonly length: number }) => length === 0;

/** Sends lines as they are, all at once after the greeting, and gives the answers until the server closes or says goodbye. */
async function talk(lines: readonly string[]): Promise<readonly string[]> {
  const socket = connect(running.system.smtpPort, '127.0.0.1');
  socket.once('data', () => socket.write(lines.map((line) => `${line}\r\n`).join('')));
  const answers: string[] = [];
  for await (const line of createInterface({ input: socket })) {
    answers.push(line);
    if (line.startsWith('221')) break;
  }
  socket.destroy();
  return answers;
}

describe('the SMTP listener', () => {
  test('offers what mail systems ask for', async () => {
    const answers = await talk(['EHLO client.test', 'QUIT']);
    const features = answers.join('\n');
    for (const feature of [
      'PIPELINING',
      '8BITMIME',
      'SMTPUTF8',
      'ENHANCEDSTATUSCODES',
      'STARTTLS',
      `SIZE ${MAX_MESSAGE_BYTES}`,
    ]) {
      expect(features).toContain(feature);
    }
    expect(features).not.toContain('AUTH');
  });

  test.each([
    ['an unknown local part', 'j-unknown@journal.localhost'],
    ['another domain', 'someone@example.org'],
    ['an empty local part', '@journal.localhost'],
    ['postmaster', 'postmaster'],
  ])('refuses %s with 5xx and takes nothing', async (_name, recipient) => {
    const answers = await talk(['EHLO c.test', 'MAIL FROM:<a@b.test>', `RCPT TO:<${recipient}>`, 'DATA', 'QUIT']);
    expect(answers.some((line) => /^5(50 5\.1\.1|01 )/.test(line))).toBe(true);
    expect(answers.some((line) => line.startsWith('354'))).toBe(false);
  });

  test('takes a whole pipelined transaction with the null reverse-path', async () => {
    const lines = mail({ From: 'a@b.test', Subject: 'pipelined' }).trimEnd().split('\r\n');
    const answers = await talk([
      'EHLO c.test',
      'MAIL FROM:<>',
      `RCPT TO:<${address.toUpperCase()}>`,
      'DATA',
      ...lines,
      '.',
      'QUIT',
    ]);
    expect(answers.filter((line) => line.startsWith('250 2.')).length).toBe(3);
    await running.api.filed();
    const rows = await running.api.allMessages(mailboxId);
    expect(rows.map((row) => row.subject)).toContain('pipelined');
  });

  test('answers 552 to a message over the size limit, declared or not, and keeps nothing of it', async () => {
    const declared = await talk(['EHLO c.test', `MAIL FROM:<a@b.test> SIZE=${MAX_MESSAGE_BYTES + 1}`, 'QUIT']);
    expect(declared.some((line) => line.startsWith('552 5.3.4'))).toBe(true);
    const body = `${'x'.repeat(76)}\n`.repeat(2_000);
    const to = { from: 'a@b.test', to: [address] };
    await expect(send(running.system.smtpPort, to, mail({ Subject: 'big' }, body))).rejects.toThrow(/552 5\.3\.4/);
    await until('no temporary file', temporaryFiles, { isWanted: isEmpty });
  });

  test('keeps nothing where the client breaks off in the middle of DATA', async () => {
    const count = async () => {
      await running.api.filed();
      return (await running.api.get(`/journal-endpoints/${endpointId}/arrivals?limit=200`)).items.length;
    };
    const known = await count();
    const socket = connect(running.system.smtpPort, '127.0.0.1');
    socket.once('data', () => socket.write(`EHLO c\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<${address}>\r\nDATA\r\n`));
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        if (chunk.includes('354')) resolve();
      });
    });
    await new Promise<void>((resolve) => socket.write('Subject: half\r\n\r\nhalf a ', () => resolve()));
    socket.end();
    await once(socket, 'close');
    // Whatever the listener makes of the one session, it has made of it by the end of the next.
    await talk(['EHLO client.test', 'QUIT']);
    await until('no temporary file', temporaryFiles, { isWanted: isEmpty });
    expect(await count()).toBe(known);
  });

  test('takes mail in UTF-8 with addresses in UTF-8', async () => {
    const subject = 'Grüße 日本';
    await send(
      running.system.smtpPort,
      { from: 'jürgen@bücher.example', to: [address] },
      Buffer.from(mail({ Subject: subject })),
    );
    await running.api.filed();
    const rows = await running.api.allMessages(mailboxId);
    expect(rows.map((row) => row.subject)).toContain(subject);
  });

  test.each([
    ['commands in the wrong order', ['DATA', 'QUIT'], /^50\d/],
    ['an unknown command', ['EHLO c', 'BLAH', 'QUIT'], /^500/],
    ['a mail address that is none', ['EHLO c', 'MAIL FROM:<a b c', 'QUIT'], /^501/],
    ['authentication', ['EHLO c', 'AUTH PLAIN AGEAYg==', 'QUIT'], /^50\d/],
  ])('answers %s with an error and goes on', async (_name, lines, expected) => {
    expect((await talk(lines)).some((line) => expected.test(line))).toBe(true);
  });
});
