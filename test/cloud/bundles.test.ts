import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UNKNOWN_ENDPOINT_EVENT } from '../../infra/aws/constructs/service-alarms.ts';
import { CloudWorld } from './cloud-world.ts';
import { domainEvent, httpEvent, scheduledEvent, sqsEvent } from './events.ts';
import { FunctionProcess } from './function-process.ts';
import { deployedFunctions } from './functions-of.ts';
import { factsFor, message, signedMessage } from './messages.ts';

const ARRIVALS = 'letterlock-example-arrivals';
const HOUR_AGO = new Date(Date.now() - 3_600_000);

let world: CloudWorld;
let endpoint: { readonly endpointId: string; readonly address: string; readonly mailboxId: string };
beforeAll(async () => {
  world = await CloudWorld.start({ functions: deployedFunctions() });
});
afterAll(() => world.stop());

test.each(deployedFunctions().map(({ name }) => name))(
  'the bundle of %s loads without asking for anything',
  async (name) => {
    await world.process(name);
    expect(world.aws.calls).toEqual([]);
  },
);

test('a function that lacks a variable says which', async () => {
  const [first] = world.functions;
  if (!first) throw new Error('there are no functions');
  const { LETTERLOCK_TABLE_PREFIX: _left, ...environment } = first.environment;
  await expect(FunctionProcess.start({ ...first, environment }, world.aws.endpoint)).rejects.toThrow(
    'LETTERLOCK_TABLE_PREFIX is not set',
  );
});

describe('prepare-tables', () => {
  test('creates the administrator once, and shows the password once', async () => {
    await world.signIn();
    expect(await world.api('GET', '/me')).toMatchObject({ userName: 'admin' });
    expect(await world.invoke('prepare-tables', {})).toEqual({ administrator: 'exists' });
  });

  test('starts a rebuild beside a filled archive, and waits for it before it creates anybody', async () => {
    const restored = await CloudWorld.start({ functions: deployedFunctions() });
    try {
      const bucket = restored.variable('LETTERLOCK_S3_BUCKET_ARCHIVE');
      const kept = world.variable('LETTERLOCK_S3_BUCKET_ARCHIVE');
      for (const key of world.aws.objects.keys(kept)) {
        restored.aws.objects.put(bucket, key, world.aws.objects.get(kept, key) ?? Buffer.alloc(0));
      }
      const first = await restored.invoke('prepare-tables', {});
      expect(first).toMatchObject({ administrator: 'waiting', rebuild: { state: 'queued' } });
      const [job = ''] = restored.aws.sent('letterlock-example-jobs');
      await restored.invoke('run-maintenance', sqsEvent('letterlock-example-jobs', job));
      expect(await restored.invoke('prepare-tables', {})).toEqual({ administrator: 'exists' });
    } finally {
      await restored.stop();
    }
  });
});

describe('http-api', () => {
  test('answers without a token what needs none', async () => {
    expect(await world.invoke('http-api', httpEvent({ method: 'GET', path: '/health' }))).toMatchObject({
      statusCode: 200,
    });
    expect(await world.invoke('http-api', httpEvent({ method: 'GET', path: '/me' }))).toMatchObject({
      statusCode: 401,
    });
  });

  test('takes the path as the gateway decoded it', async () => {
    await world.api('POST', '/users', { userName: 'jörg ü', password: 'correct horse battery', privileges: [] });
    expect(await world.api('GET', `/users/${encodeURIComponent('jörg ü')}`)).toMatchObject({ userName: 'jörg ü' });
  });

  test('creates an endpoint at the journal domain of the stage', async () => {
    endpoint = await world.api('POST', '/journal-endpoints', { name: 'mail server' });
    expect(endpoint.address).toMatch(/@journal\.example\.org$/);
  });
});

describe('archive-arrivals', () => {
  test('files what a batch names; the same batch again changes nothing', async () => {
    const nudges = ['a', 'b'].map((id) => world.arrive(`incoming/smtp-${id}`, message(id), factsFor(endpoint)));
    const event = sqsEvent(ARRIVALS, ...nudges);
    expect(await world.invoke('archive-arrivals', event)).toEqual({ batchItemFailures: [] });
    expect(await world.invoke('archive-arrivals', event)).toEqual({ batchItemFailures: [] });
    const { items } = await world.api('GET', `/mailboxes/${endpoint.mailboxId}/messages`);
    expect(items.map((item: { readonly subject: string }) => item.subject).toSorted()).toEqual(['a', 'b']);
    expect(world.aws.objects.keys(world.variable('LETTERLOCK_S3_BUCKET_INTAKE'))).toEqual([]);
  });

  test('files what SES stored and SNS announced, for the endpoint that the envelope names', async () => {
    const announced = world.receive('by-ses', message('by SES'), endpoint.address);
    expect(await world.invoke('archive-arrivals', sqsEvent(ARRIVALS, announced))).toEqual({ batchItemFailures: [] });
    const { items } = await world.api('GET', `/journal-endpoints/${endpoint.endpointId}/arrivals`);
    expect(items[0]).toMatchObject({
      outcome: 'archived',
      envelope: { mailFrom: 'ada@example.net', rcptTo: [endpoint.address], remoteAddress: '192.0.2.25' },
    });
    expect(world.aws.objects.keys(world.variable('LETTERLOCK_S3_BUCKET_INTAKE'))).toEqual([]);
  });

  test('sets aside what SES took for an address that no endpoint has', async () => {
    const announced = world.receive('nowhere', message('nowhere'), 'nobody@journal.example.org');
    expect(await world.invoke('archive-arrivals', sqsEvent(ARRIVALS, announced))).toEqual({ batchItemFailures: [] });
    const left = world.aws.objects.keys(world.variable('LETTERLOCK_S3_BUCKET_INTAKE'));
    expect(left).toEqual([expect.stringMatching(/^unknown\//)]);
    expect((await world.process('archive-arrivals')).log).toContain(`"event":"${UNKNOWN_ENDPOINT_EVENT}"`);
  });

  test('takes the same announcement twice, late and out of order', async () => {
    const first = world.receive('twice', message('twice'), endpoint.address);
    const second = world.receive('later', message('later'), endpoint.address);
    await world.invoke('archive-arrivals', sqsEvent(ARRIVALS, second, first, first));
    await world.invoke('archive-arrivals', sqsEvent(ARRIVALS, first));
    const { items } = await world.api('GET', `/mailboxes/${endpoint.mailboxId}/messages`);
    const subjects = items.map((item: { readonly subject: string }) => item.subject);
    expect(subjects.filter((subject: string) => subject === 'twice')).toHaveLength(1);
  });

  test('gives back the exact bytes', async () => {
    const { items } = await world.api('GET', `/mailboxes/${endpoint.mailboxId}/messages`);
    const [{ archiveId, subject }] = items;
    await world.api('PUT', `/mailboxes/${endpoint.mailboxId}/access/admin`, { privileges: ['read'] });
    const raw = await world.request('GET', `/messages/${archiveId}/raw`);
    expect(Buffer.from(raw.body, 'base64').toString()).toBe(message(subject));
  });

  test('quarantines what is no message, and tells the bus', async () => {
    const nudge = world.arrive('incoming/smtp-none', '\0\0\0', factsFor(endpoint));
    await world.invoke('archive-arrivals', sqsEvent(ARRIVALS, nudge));
    expect((await world.api('GET', '/quarantine')).items).toMatchObject([{ reason: 'not_a_message' }]);
    expect(
      world.aws.calls.some(({ action, body }) => action === 'events:PutEvents' && body.includes('messageQuarantined')),
    ).toBe(true);
  });

  test('asks again for messages that name no arrival, and for no others', async () => {
    const nudge = world.arrive('incoming/smtp-c', message('c'), factsFor(endpoint));
    const answer = await world.invoke('archive-arrivals', sqsEvent(ARRIVALS, 'no JSON', nudge, '{}'));
    expect(answer).toEqual({
      batchItemFailures: [
        { itemIdentifier: '00000000-0000-4000-8000-000000000000' },
        { itemIdentifier: '00000000-0000-4000-8000-000000000002' },
      ],
    });
  });

  test('adds to the archive only what is not there: the bucket takes nothing else', () => {
    const archive = `arn:aws:s3:::${world.variable('LETTERLOCK_S3_BUCKET_ARCHIVE')}/`;
    const puts = world.aws.calls.filter(
      ({ action, resource }) => action === 's3:PutObject' && resource.startsWith(archive),
    );
    expect(puts.length).toBeGreaterThan(3);
    expect(puts.filter(({ headers }) => headers['if-none-match'] !== '*')).toEqual([]);
  });
});

describe('settle-dead-letters', () => {
  test('files what fails no more', async () => {
    const nudge = world.arrive('incoming/smtp-late', message('late'), factsFor(endpoint));
    expect(await world.invoke('settle-dead-letters', sqsEvent(`${ARRIVALS}-dead`, nudge))).toEqual({
      batchItemFailures: [],
    });
    const { items } = await world.api('GET', `/mailboxes/${endpoint.mailboxId}/messages`);
    expect(items.map((item: { readonly subject: string }) => item.subject)).toContain('late');
  });

  test.each(['jobs', 'fetches'])('ends a job that the queue %s gave up on as failed, once', async (name) => {
    const jobId = `job-given-up-${name}`;
    const job = {
      jobId,
      kind: name === 'jobs' ? 'sweep' : 'fetch',
      state: 'running',
      startedAt: HOUR_AGO.toISOString(),
    };
    const counts = { seen: 3, archived: 3, rendition: 0, duplicate: 0, quarantined: 0, excluded: 0, bytes: 9 };
    await world.tables.put('activity', { pk: 'job', sk: jobId, version: 1, data: { ...job, counts } });
    for (let delivery = 0; delivery < 2; delivery += 1) {
      const letter = sqsEvent(`letterlock-example-${name}-dead`, JSON.stringify({ jobId }));
      expect(await world.invoke('settle-dead-letters', letter)).toEqual({ batchItemFailures: [] });
    }
    expect(await world.api('GET', `/jobs/${jobId}`)).toMatchObject({ state: 'finished', outcome: 'failed', counts });
    const { items } = await world.api('GET', `/jobs/${jobId}/log`);
    expect(items).toMatchObject([{ message: expect.stringMatching(/^given up: /) }]);
  });

  test('keeps what names no arrival and no job', async () => {
    const answer = await world.invoke('settle-dead-letters', sqsEvent(`${ARRIVALS}-dead`, 'no JSON'));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '00000000-0000-4000-8000-000000000000' }] });
  });
});

test('sweep queues what lies in intake for long', async () => {
  const old = world.arrive('incoming/smtp-old', message('old'), factsFor(endpoint), HOUR_AGO);
  world.arrive('incoming/smtp-young', message('young'), factsFor(endpoint));
  expect(await world.invoke('sweep', scheduledEvent())).toMatchObject({ queued: 1 });
  expect(world.aws.sent(ARRIVALS)).toEqual([old]);
});

test('watch-endpoints looks at every endpoint', async () => {
  expect(await world.invoke('watch-endpoints', scheduledEvent())).toMatchObject({ endpoints: 1, events: 0 });
});

test('verify-signatures settles what was announced', async () => {
  const announced = world.receive('signed', signedMessage('signed'), endpoint.address);
  await world.invoke('archive-arrivals', sqsEvent(ARRIVALS, announced));
  const [nudge = ''] = world.aws.sent('letterlock-example-signatures');
  const event = sqsEvent('letterlock-example-signatures', nudge);
  expect(await world.invoke('verify-signatures', event)).toEqual({ batchItemFailures: [] });
});

test('run-maintenance runs a job that the API started', async () => {
  const { jobId } = await world.api('POST', '/maintenance/rebuild');
  const [job = ''] = world.aws.sent('letterlock-example-jobs');
  await world.invoke('run-maintenance', sqsEvent('letterlock-example-jobs', job));
  expect(await world.api('GET', `/jobs/${jobId}`)).toMatchObject({ state: 'finished', outcome: 'succeeded' });
});

test('notify mails an event to the alarm address', async () => {
  await world.invoke('notify', domainEvent('integrityViolation', { key: 'messages/ab/1' }));
  const sent = new URLSearchParams(world.aws.calls.find(({ action }) => action === 'ses:SendEmail')?.body);
  expect(sent.get('Source')).toBe('letterlock@journal.example.org');
  expect(sent.get('Destination.BccAddresses.member.1')).toBe('postmaster@example.org');
  expect(sent.get('Message.Subject.Data')).toBe('Letterlock: integrityViolation');
  expect(sent.get('Message.Body.Text.Data')).toContain('key: messages/ab/1');
});

test('what is added to the archive is locked for the days of the stage, and nothing else is', async () => {
  const variables = { LETTERLOCK_LOCK_MODE: 'COMPLIANCE', LETTERLOCK_LOCK_DAYS: '30' };
  const locking = await CloudWorld.start({ functions: deployedFunctions(), variables });
  try {
    await locking.signIn();
    const to = await locking.api('POST', '/journal-endpoints', { name: 'locked' });
    const announced = locking.receive('locked', message('locked'), to.address);
    await locking.invoke('archive-arrivals', sqsEvent(ARRIVALS, announced));
    const puts = locking.aws.calls.filter(({ action }) => action === 's3:PutObject');
    const kept = puts.filter(({ resource }) => resource.includes(locking.variable('LETTERLOCK_S3_BUCKET_ARCHIVE')));
    const month = new Date(Date.now() + 29.9 * 86_400_000).toISOString();
    expect(kept.length).toBeGreaterThan(3);
    for (const { headers } of kept) {
      expect(headers['x-amz-object-lock-mode']).toBe('COMPLIANCE');
      expect((headers['x-amz-object-lock-retain-until-date'] ?? '') > month).toBe(true);
    }
    expect(puts.filter((put) => put.headers['x-amz-object-lock-mode'] && !kept.includes(put))).toEqual([]);
  } finally {
    await locking.stop();
  }
});

test('bodies over 4 MB are answered by a link to a copy that expires', async () => {
  const large = message('large', { body: `${'x'.repeat(70)}\r\n`.repeat(70_000) });
  const nudge = world.arrive('incoming/smtp-large', large, factsFor(endpoint));
  await world.invoke('archive-arrivals', sqsEvent(ARRIVALS, nudge));
  const { items } = await world.api('GET', `/mailboxes/${endpoint.mailboxId}/messages`);
  const found = items.find((item: { readonly subject: string }) => item.subject === 'large');
  const { statusCode, headers } = await world.request('GET', `/messages/${found.archiveId}/raw`);
  expect(statusCode).toBe(303);
  const copy = await fetch(headers.location);
  expect(await copy.text()).toBe(large);
});

test('nothing is logged of what mail says, or of who wrote it', async () => {
  for (const { name } of world.functions) {
    const { log } = await world.process(name);
    expect(log).not.toMatch(/example\.net|Subject|Hello/);
  }
});
