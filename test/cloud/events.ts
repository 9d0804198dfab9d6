import type { APIGatewayProxyEventV2, EventBridgeEvent, ScheduledEvent, SQSEvent } from 'aws-lambda';
import { ACCOUNT, REGION } from './deployed.ts';

/** What SQS hands to a function, as recorded from Lambda; one record per body. */
export function sqsEvent(
  queue: string | { readonly name: string; readonly receiveCount: number },
  ...bodies: readonly string[]
): SQSEvent {
  const { name: queueName, receiveCount } = typeof queue === 'string' ? { name: queue, receiveCount: 1 } : queue;
  return {
    Records: bodies.map((body, index) => ({
      messageId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
      receiptHandle: 'AQEB',
      body,
      attributes: {
        ApproximateReceiveCount: String(receiveCount),
        SentTimestamp: '1764000000000',
        SenderId: 'AIDAEXAMPLE',
        ApproximateFirstReceiveTimestamp: '1764000000001',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:${REGION}:${ACCOUNT}:${queueName}`,
      awsRegion: REGION,
    })),
  };
}

/** What SNS puts on a queue of a notification of SES about mail that an S3 action stored, as recorded (values invented). */
export function sesMessage(arrival: {
  readonly objectKey: string;
  readonly source: string;
  readonly recipients: readonly string[];
  readonly headers?: readonly { readonly name: string; readonly value: string }[];
  readonly timestamp?: string;
}): string {
  const { objectKey, source, recipients, timestamp = '2026-01-05T08:30:00.123Z' } = arrival;
  const received = `from mail.example.net (mail.example.net [192.0.2.25]) by inbound-smtp.${REGION}.amazonaws.com with SMTP id ${objectKey.split('/').at(-1)} for ${recipients[0]}; Mon, 05 Jan 2026 08:30:00 +0000 (UTC)`;
  const {
    headers = [
      { name: 'Return-Path', value: `<${source}>` },
      { name: 'Received', value: received },
    ],
  } = arrival;
  const verdict = { status: 'DISABLED' };
  const message = {
    notificationType: 'Received',
    mail: {
      timestamp,
      source,
      messageId: objectKey.split('/').at(-1),
      destination: recipients,
      headersTruncated: false,
      headers,
      commonHeaders: { returnPath: source, from: ['Ada <ada@example.net>'], to: recipients, subject: 'Hello' },
    },
    receipt: {
      timestamp,
      processingTimeMillis: 612,
      recipients,
      spamVerdict: verdict,
      virusVerdict: verdict,
      spfVerdict: { status: 'PASS' },
      dkimVerdict: { status: 'PASS' },
      dmarcVerdict: { status: 'PASS' },
      action: {
        type: 'S3',
        topicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:journal`,
        bucketName: 'intake',
        objectKeyPrefix: 'incoming/ses/',
        objectKey,
      },
    },
  };
  return JSON.stringify({
    Type: 'Notification',
    MessageId: '2b3c6f2e-0000-5000-8000-000000000000',
    TopicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:journal`,
    Subject: 'Amazon SES Email Receipt Notification',
    Message: JSON.stringify(message),
    Timestamp: '2026-01-05T08:30:01.000Z',
    SignatureVersion: '1',
    Signature: 'EXAMPLE',
    SigningCertURL: `https://sns.${REGION}.amazonaws.com/SimpleNotificationService.pem`,
    UnsubscribeURL: `https://sns.${REGION}.amazonaws.com/?Action=Unsubscribe`,
  });
}

/** A request as an HTTP API hands it on (payload 2.0): the path decoded, the query as it came. */
export function httpEvent(request: {
  readonly method: string;
  readonly path: string;
  readonly token?: string;
  readonly body?: unknown;
}): APIGatewayProxyEventV2 {
  const [path = '', query = ''] = request.path.split('?');
  const rawPath = decodeURIComponent(`/api/v1${path}`);
  return {
    version: '2.0',
    routeKey: 'ANY /api/v1/{proxy+}',
    rawPath,
    rawQueryString: query,
    headers: {
      host: 'abc.execute-api.eu-west-1.amazonaws.com',
      'user-agent': 'test',
      'x-forwarded-for': '198.51.100.7',
      ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'abc',
      domainName: 'abc.execute-api.eu-west-1.amazonaws.com',
      domainPrefix: 'abc',
      http: {
        method: request.method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '198.51.100.7',
        userAgent: 'test',
      },
      requestId: 'Z0000000000000=',
      routeKey: 'ANY /api/v1/{proxy+}',
      stage: '$default',
      time: '05/Jan/2026:08:30:00 +0000',
      timeEpoch: 1767601800000,
    },
    isBase64Encoded: false,
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  };
}

/** What a rule with a schedule sends. */
export function scheduledEvent(): ScheduledEvent {
  return {
    version: '0',
    id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: ACCOUNT,
    time: '2026-01-05T08:30:00Z',
    region: REGION,
    resources: [`arn:aws:events:${REGION}:${ACCOUNT}:rule/letterlock-sweep`],
    detail: {},
  };
}

/** A domain event as a rule hands it on. */
export function domainEvent(type: string, detail: object): EventBridgeEvent<string, object> {
  return { ...scheduledEvent(), 'detail-type': type, source: 'letterlock', detail };
}
