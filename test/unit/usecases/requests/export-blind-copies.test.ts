import { describe, expect, test } from 'vitest';
import { exportWorld, mailOf, PERSON, readIndex } from './export-world.ts';

const SECRET = 'b@x.test';

/** What the person gets of one message: its bytes, and the mailboxes that the index names. */
async function given(raw: string, addresses: readonly string[] = [PERSON]) {
  const world = await exportWorld(addresses);
  const archiveId = await world.found(raw);
  const jobId = await world.start();
  await world.run(jobId);
  const files = await world.part(jobId);
  const row = readIndex(files).get(archiveId);
  return { mail: files.get(row?.file ?? '')?.toString() ?? '', mailboxes: row?.mailboxes ?? '' };
}

describe('blind copies in an export', () => {
  test.each([
    {
      name: 'are no business of somebody who got the message openly',
      mail: { To: PERSON, Bcc: SECRET },
      expected: { Bcc: undefined, mailboxes: 'a@x.test\njournal' },
    },
    {
      name: 'of several show whoever got one only their own',
      mail: { To: 'a@x.test', Bcc: `${SECRET}, ${PERSON}` },
      expected: { Bcc: PERSON, mailboxes: 'a@x.test\njournal' },
    },
    {
      name: 'are known to whoever wrote the message',
      mail: { From: `Me <${PERSON}>`, To: 'a@x.test', Bcc: SECRET },
      expected: { Bcc: SECRET, mailboxes: 'a@x.test\nb@x.test\njournal' },
    },
    {
      name: 'are known to whoever sent it in the name of another (RFC 5322, 3.6.2)',
      mail: { Sender: PERSON, To: 'a@x.test', Bcc: SECRET },
      expected: { Bcc: SECRET, mailboxes: 'a@x.test\nb@x.test\njournal' },
    },
    {
      name: 'of somebody who sent it on are not the author’s to see',
      mail: { From: PERSON, To: 'a@x.test', 'Resent-From': 'a@x.test', 'Resent-To': 'a@x.test', 'Resent-Bcc': SECRET },
      expected: { 'Resent-Bcc': undefined, mailboxes: 'a@x.test\njournal' },
    },
    {
      name: 'that Google writes into each copy tell whose it is',
      mail: { To: PERSON, 'X-Gm-Original-To': SECRET },
      expected: { 'X-Gm-Original-To': undefined, mailboxes: 'a@x.test\njournal' },
    },
  ])('$name', async ({ mail, expected }) => {
    const { mail: got, mailboxes } = await given(mailOf('one', mail));
    const { mailboxes: shown, ...fields } = expected;
    for (const [name, value] of Object.entries(fields)) {
      expect(new RegExp(`^${name}: (.*)\r$`, 'm').exec(got)?.[1]).toBe(value);
    }
    expect(mailboxes).toBe(shown);
  });

  test('are all hidden where the request names no address: nobody knows who asks', async () => {
    const { mail } = await given(mailOf('one', { From: PERSON, Bcc: SECRET }), []);
    expect(mail).not.toContain('Bcc');
  });

  test('leave every other byte as it was', async () => {
    const { mail } = await given(mailOf('one', { To: PERSON, Bcc: SECRET }));
    expect(mail).toBe(mailOf('one', { To: PERSON }));
  });
});
