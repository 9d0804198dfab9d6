import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_SOURCE } from '../../../shared/adapters/eventbridge/event-source.ts';
import {
  createEventBridgeClient,
  createEventBridgeEvents,
} from '../../../shared/adapters/eventbridge/eventbridge-events.ts';
import { createSesClient, createSesMailer } from '../../../shared/adapters/ses/ses-mailer.ts';
import { createSqsClient, createSqsQueue } from '../../../shared/adapters/sqs/sqs-queue.ts';
import { InvalidRequestError, StorageError } from '../../../shared/errors.ts';
import { type RecordingServer, type Reply, startRecordingServer } from '../recording-server.ts';
import { withTestCredentials } from '../test-credentials.ts';

withTestCredentials();

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer();
});
afterAll(() => server.close());

const json = (body: object): Reply => ({
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
});
const body = (index = 0) => server.requests[index]?.body.toString() ?? '';
const event = {
  type: 'integrityViolation',
  at: new Date('2026-01-02T03:04:05.000Z'),
  detail: { archiveId: 'a', renditions: 2 },
} as const;

describe('EventBridge', () => {
  const events = () =>
    createEventBridgeEvents({ client: createEventBridgeClient({ endpoint: server.url }), eventBusName: 'letterlock' });
  const accepted = json({ FailedEntryCount: 0, Entries: [{ EventId: '1' }] });
  const failed = json({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'slow' }] });

  test('gets one entry with source, type, time and detail', async () => {
    server.reply(accepted);
    await events().publish(event);
    expect(server.requests[0]?.headers['x-amz-target']).toBe('AWSEvents.PutEvents');
    expect(JSON.parse(body())).toEqual({
      Entries: [
        {
          EventBusName: 'letterlock',
          Source: EVENT_SOURCE,
          DetailType: 'integrityViolation',
          Time: event.at.getTime() / 1000,
          Detail: '{"archiveId":"a","renditions":2}',
        },
      ],
    });
  });

  test('is asked again where it took the call but not the entry, and not for ever', async () => {
    server.reply(failed, failed, accepted);
    await events().publish(event);
    expect(server.requests).toHaveLength(3);
    server.reply(failed);
    await expect(events().publish(event)).rejects.toThrow(StorageError);
  });
});

describe('SES', () => {
  const mailer = () =>
    createSesMailer({ client: createSesClient({ endpoint: server.url }), from: 'archive@example.org' });
  const sent: Reply = {
    body: '<SendEmailResponse><SendEmailResult><MessageId>1</MessageId></SendEmailResult></SendEmailResponse>',
  };
  const mail = { to: ['a@example.org', 'b@example.org'], subject: 'Prüfung', text: 'Hash differs.\n' };

  test('gets plain text for recipients who do not see each other', async () => {
    server.reply(sent);
    await mailer().send(mail);
    expect(Object.fromEntries(new URLSearchParams(body()))).toEqual({
      Action: 'SendEmail',
      Version: '2010-12-01',
      Source: 'archive@example.org',
      'Destination.BccAddresses.member.1': 'a@example.org',
      'Destination.BccAddresses.member.2': 'b@example.org',
      'Message.Subject.Data': 'Prüfung',
      'Message.Subject.Charset': 'UTF-8',
      'Message.Body.Text.Data': 'Hash differs.\n',
      'Message.Body.Text.Charset': 'UTF-8',
    });
  });

  test('takes another sender from the mail', async () => {
    server.reply(sent);
    await mailer().send({ ...mail, from: 'digest@example.org' });
    expect(new URLSearchParams(body()).get('Source')).toBe('digest@example.org');
  });

  test('gets at most 50 recipients at once', async () => {
    server.reply(sent);
    await mailer().send({ ...mail, to: Array.from({ length: 60 }, (_, n) => `a${n}@example.org`) });
    const counts = server.requests.map((_, index) => body(index).match(/BccAddresses/g)?.length);
    expect(counts).toEqual([50, 10]);
  });

  test('refuses for good what it will not send, and anything else for now', async () => {
    const refusal = (status: number, code: string): Reply => ({
      status,
      body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>not verified</Message></Error></ErrorResponse>`,
    });
    server.reply(refusal(400, 'MessageRejected'));
    await expect(mailer().send(mail)).rejects.toThrow(InvalidRequestError);
    server.reply(refusal(403, 'AccessDenied'));
    await expect(mailer().send(mail)).rejects.toThrow(StorageError);
  });

  test.each([
    { name: 'nobody', mail: { ...mail, to: [] } },
    { name: 'a second header field', mail: { ...mail, subject: 'a\r\nBcc: c@example.org' } },
  ])('is not asked to send to $name', async ({ mail: wrong }) => {
    server.reply(sent);
    await expect(mailer().send(wrong)).rejects.toThrow(InvalidRequestError);
    expect(server.requests).toEqual([]);
  });
});

describe('SQS', () => {
  const queue = () =>
    createSqsQueue({ client: createSqsClient({ endpoint: server.url }), queueUrls: { jobs: `${server.url}/1/jobs` } });
  const md5OfX = '9dd4e461268c8034f5c8564e155c67a6';
  const sent = { ...json({ MessageId: '1', MD5OfMessageBody: md5OfX }) };

  test('gets whole seconds, never fewer than asked for', async () => {
    server.reply(sent);
    await queue().send('jobs', 'x');
    await queue().send('jobs', 'x', { delaySeconds: 1.2 });
    const QueueUrl = `${server.url}/1/jobs`;
    expect(JSON.parse(body(0))).toEqual({ QueueUrl, MessageBody: 'x' });
    expect(JSON.parse(body(1))).toEqual({ QueueUrl, MessageBody: 'x', DelaySeconds: 2 });
  });

  test('is not asked for what it cannot do', async () => {
    await expect(queue().send('jobs', 'x', { delaySeconds: 901 })).rejects.toThrow(InvalidRequestError);
    await expect(queue().send('arrivals', 'x')).rejects.toThrow('no URL was given for the queue arrivals');
  });

  test('failures are those of the store, unless the message can never be sent', async () => {
    const refusal = (type: string): Reply => ({ ...json({ __type: `com.amazonaws.sqs#${type}` }), status: 400 });
    server.reply(refusal('QueueDoesNotExist'));
    await expect(queue().send('jobs', 'x')).rejects.toThrow(StorageError);
    server.reply(refusal('InvalidMessageContents'));
    await expect(queue().send('jobs', '\uffff')).rejects.toThrow(InvalidRequestError);
  });
});
