import { afterAll, beforeAll, expect, test } from 'vitest';
import { CloudWorld } from './cloud-world.ts';
import { sqsEvent } from './events.ts';
import { deployedFunctions } from './functions-of.ts';
import { type Maildrop, startMaildrop } from './maildrop.ts';
import { message } from './messages.ts';

const FETCHES = 'letterlock-example-fetches';
const PASSWORD = 'of-a-mailbox-elsewhere';
/** More slices than two mailboxes take. */
const MAX_SLICES = 30;

let world: CloudWorld;
let maildrop: Maildrop;
beforeAll(async () => {
  [world, maildrop] = await Promise.all([
    CloudWorld.start({ functions: deployedFunctions() }),
    startMaildrop([message('listed')]),
  ]);
  await world.signIn();
});
afterAll(async () => {
  await maildrop.stop();
  await world.stop();
});

async function runFetches(): Promise<void> {
  for (let slice = 0; slice < MAX_SLICES; slice += 1) {
    const next = world.aws.sent(FETCHES)[slice];
    if (next === undefined) return;
    await world.invoke('run-fetch', sqsEvent(FETCHES, next), 900_000);
  }
  throw new Error('the jobs do not end');
}

test('a list of mailboxes makes the users who are missing, with mailboxes, and no administrators; its passwords stay sealed', async () => {
  await world.api('POST', '/users', {
    ...{ userName: 'ben', emailAddresses: ['ben@example.org'], privileges: ['login'] },
    ...{ password: 'correct horse battery', createMailbox: true },
  });
  const line = (userName: string) => `${userName}@old.example;${PASSWORD};${userName}@example.org;${userName}`;
  const { profileId } = await world.api('POST', '/profiles', {
    name: 'everybody',
    server: { protocol: 'pop3', host: '127.0.0.1', port: maildrop.port, security: 'plain' },
    several: { csv: ['login;PASSWORD;e-mail;archive user', line('ben'), line('cora')].join('\r\n'), createUsers: true },
    target: { ownMailbox: true },
  });
  const { jobId } = await world.api('POST', `/profiles/${profileId}/jobs`);
  await runFetches();
  const job = await world.api('GET', `/jobs/${jobId}`);
  expect(job).toMatchObject({
    outcome: 'succeeded',
    counts: { seen: 2, archived: 1, duplicate: 1 },
    details: { mailboxes: 2, mailboxesWithErrors: 0, mailboxesLeftOut: 0 },
  });
  const parts = await world.api('GET', `/jobs?partOf=${jobId}`);
  expect(parts.items.map(({ outcome }: { readonly outcome: string }) => outcome)).toEqual(['succeeded', 'succeeded']);
  expect((await world.api('GET', '/jobs?partOf=none')).items).toHaveLength(1);
  for (const userName of ['ben', 'cora']) {
    const { mailboxId, privileges } = await world.api('GET', `/users/${userName}`);
    expect(privileges).not.toContain('admin');
    expect((await world.api('GET', `/mailboxes/${mailboxId}/messages`)).items).toMatchObject([{ subject: 'listed' }]);
  }
  const shown = [job, parts, await world.api('GET', `/profiles/${profileId}`), await world.api('GET', '/users')];
  expect(JSON.stringify(shown)).not.toContain(PASSWORD);
  const bucket = world.variable('LETTERLOCK_S3_BUCKET_ARCHIVE');
  const stored = world.aws.objects.keys(bucket).map((key) => world.aws.objects.get(bucket, key)?.toString('latin1'));
  expect(stored.filter((text) => text?.includes(PASSWORD))).toEqual([]);
});
