import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';
import { isFields } from '../cloud-assembly.ts';
import { ACCOUNT, REGION } from '../deployed.ts';
import { type Judged, type May, ObjectServer } from './object-server.ts';
import type { RecordedCall } from './recorded-call.ts';
import { type Request, readRequest, signerOf } from './request.ts';

/** Servers that stand for AWS on one address: DynamoDB is dynalite, the rest is as much as the functions use. */
export interface FakeAws {
  readonly endpoint: string;
  readonly objects: ObjectServer;
  /** Every request so far, in the order of arrival. */
  readonly calls: RecordedCall[];
  /** Bodies sent to queues, by the queue's name, in order. */
  sent(queueName: string): readonly string[];
  close(): Promise<void>;
}

/** Does what a function does with an event, and answers what it answers; rejects where it fails. */
export type Invoke = (functionName: string, event: unknown) => Promise<unknown>;

/** What every secret is here: as long as the stack generates them. */
const SECRET = 'x'.repeat(64);

/** `invoke` stands for Lambda; `may` knows the permissions of each caller, as far as answers depend on them. */
export async function startFakeAws(
  invoke: Invoke,
  may: (caller: string, ...permission: Parameters<May>) => boolean,
): Promise<FakeAws> {
  const tables = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  tables.listen(0, '127.0.0.1');
  await once(tables, 'listening');
  const tablesUrl = `http://127.0.0.1:${portOf(tables)}`;
  const objects = new ObjectServer();
  const calls: RecordedCall[] = [];
  const messages = new Messages();

  const answer = async (request: Request, response: ServerResponse): Promise<Judged> => {
    const target = request.headers['x-amz-target'] ?? '';
    if (target.startsWith('DynamoDB_')) return await forward(tablesUrl, request, response);
    if (target.startsWith('AmazonSQS.')) return messages.send(request, response);
    if (target.startsWith('AWSEvents.')) return putEvents(request, response);
    if (target.startsWith('secretsmanager.')) return getSecret(request, response);
    const [, functionName] = FUNCTION_PATH.exec(request.path) ?? [];
    if (functionName !== undefined) return await invokeFunction(invoke, functionName, request, response);
    if (request.body.includes('Action=SendEmail')) return sendEmail(request, response);
    return objects.answer(request, response, (...permission) => may(signerOf(request), ...permission));
  };
  const server = createServer((incoming, response) => {
    readRequest(incoming)
      .then(async (request) => {
        const { action, resource, absent, also = [], shown = [] } = await answer(request, response);
        const { headers, body } = request;
        const call = { caller: signerOf(request), action, resource, headers, body: body.toString('latin1') };
        calls.push(call, ...also.map((another) => ({ ...call, action: another })));
        calls.push(...shown.map((another) => ({ ...call, action: another, isOptional: true }) as const));
        const [bucket = ''] = resource.split('/');
        if (absent) calls.push({ ...call, action: 's3:ListBucket', resource: bucket });
      })
      .catch((error: unknown) => {
        calls.push({ caller: 'error', action: String(error), resource: '', headers: {}, body: '' });
        response.writeHead(500).end();
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${portOf(server)}`,
    objects,
    calls,
    sent: (queueName) => messages.sentTo(queueName),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await new Promise<void>((resolve) => tables.close(() => resolve()));
    },
  };
}

async function forward(url: string, { headers, body }: Request, response: ServerResponse): Promise<Judged> {
  const {
    authorization = '',
    'content-type': type = '',
    'x-amz-target': target = '',
    'x-amz-date': date = '',
  } = headers;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization, 'content-type': type, 'x-amz-target': target, 'x-amz-date': date },
    body: new Uint8Array(body),
  });
  const answered = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-crc32': answer.headers.get('x-amz-crc32') ?? '',
  });
  response.end(answered);
  const operation = target.slice(target.indexOf('.') + 1);
  const asked = fieldsOf(body);
  const batch = isFields(asked.RequestItems) ? Object.keys(asked.RequestItems)[0] : undefined;
  const index = typeof asked.IndexName === 'string' ? `/index/${asked.IndexName}` : '';
  const table = String(asked.TableName ?? batch);
  return { action: `dynamodb:${operation}`, resource: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${table}${index}` };
}

/** Queues; FIFO ones take messages of groups alone. All are kept: by the time of a delivery the next like it is another. */
class Messages {
  readonly #bodies = new Map<string, string[]>();

  sentTo(queueName: string): readonly string[] {
    return this.#bodies.get(queueName) ?? [];
  }

  send({ body }: Request, response: ServerResponse): Judged {
    const { QueueUrl, MessageBody, MessageGroupId: group, MessageDeduplicationId: once, DelaySeconds } = fieldsOf(body);
    const name = String(QueueUrl).split('/').at(-1) ?? '';
    const isFifo = name.endsWith('.fifo');
    const isGrouped = typeof group === 'string' && typeof once === 'string' && once.length <= 128;
    if (isFifo ? !isGrouped || DelaySeconds !== undefined : group !== undefined) {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: 'com.amazonaws.sqs#InvalidParameterValue' }));
    } else {
      this.#bodies.set(name, [...this.sentTo(name), String(MessageBody)]);
      const md5 = createHash('md5').update(String(MessageBody)).digest('hex');
      json(response, { MessageId: randomUUID(), MD5OfMessageBody: md5, ...(isFifo ? { SequenceNumber: '1' } : {}) });
    }
    return { action: 'sqs:SendMessage', resource: `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}` };
  }
}

const FUNCTION_PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

async function invokeFunction(
  invoke: Invoke,
  functionName: string,
  { body }: Request,
  response: ServerResponse,
): Promise<Judged> {
  try {
    json(response, await invoke(functionName, JSON.parse(body.toString())));
  } catch (error) {
    response.writeHead(200, { 'content-type': 'application/json', 'x-amz-function-error': 'Unhandled' });
    response.end(JSON.stringify({ errorMessage: String(error) }));
  }
  const resource = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${functionName}`;
  return { action: 'lambda:InvokeFunction', resource };
}

function putEvents({ body }: Request, response: ServerResponse): Judged {
  const { Entries } = fieldsOf(body);
  const [entry] = Array.isArray(Entries) ? Entries.filter(isFields) : [];
  json(response, { FailedEntryCount: 0, Entries: [{ EventId: randomUUID() }] });
  const bus = String(entry?.EventBusName);
  return { action: 'events:PutEvents', resource: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/${bus}` };
}

function getSecret({ body }: Request, response: ServerResponse): Judged {
  const { SecretId } = fieldsOf(body);
  json(response, { ARN: SecretId, Name: SecretId, SecretString: SECRET });
  return { action: 'secretsmanager:GetSecretValue', resource: String(SecretId) };
}

function sendEmail({ body }: Request, response: ServerResponse): Judged {
  const from = new URLSearchParams(body.toString()).get('Source') ?? '';
  response.writeHead(200, { 'content-type': 'text/xml' });
  const result = '<SendEmailResult><MessageId>1</MessageId></SendEmailResult>';
  response.end(`<SendEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/">${result}</SendEmailResponse>`);
  return { action: 'ses:SendEmail', resource: `arn:aws:ses:${REGION}:${ACCOUNT}:identity/${from.split('@')[1]}` };
}

function json(response: ServerResponse, answer: unknown): void {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify(answer));
}

function fieldsOf(body: Buffer) {
  const parsed: unknown = JSON.parse(body.toString());
  return isFields(parsed) ? parsed : {};
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
