import { describe, expect, test } from 'vitest';
import { INDEX_CACHE_MEGABYTES } from '../../functions/search-units/index-cache.ts';
import { FUNCTIONS, QUEUES } from '../../infra/aws/functions.ts';
import { DEPLOYED } from '../bench/scale-model.ts';
import { type Fields, isFields, resourcesOf } from './cloud-assembly.ts';
import { Deployed } from './deployed.ts';
import { deployedFunctions } from './functions-of.ts';
import { templateOf } from './templates.ts';

const template = templateOf('Service');
const deployed = new Deployed({ Storage: templateOf('Storage'), Service: template });
const functions = resourcesOf(template, 'AWS::Lambda::Function');

/** Properties of every resource of a type, references resolved. */
function all(type: string): readonly Fields[] {
  return [...resourcesOf(template, type).values()]
    .map(({ Properties }) => deployed.resolve('Service', Properties))
    .filter(isFields);
}

/** As SQS wants it of queues with groups. */
function suffixOf(name: string): string {
  return QUEUES.some((definition) => definition.name === name && definition.groups) ? '.fifo' : '';
}

function queue(name: string): Fields {
  const queueName = `letterlock-example-${name}${suffixOf(name)}`;
  const found = all('AWS::SQS::Queue').find(({ QueueName }) => QueueName === queueName);
  if (!found) throw new Error(`there is no queue ${name}`);
  return found;
}

function mappingOf(name: string): Fields {
  const found = all('AWS::Lambda::EventSourceMapping').find(
    ({ FunctionName }) => FunctionName === `letterlock-example-${name}`,
  );
  if (!found) throw new Error(`no queue invokes ${name}`);
  return found;
}

const arn = (service: string, name: string) => `arn:aws:${service}:eu-west-1:111122223333:${name}`;

describe('journal mail', () => {
  test('all mail to the journal domain is taken, over TLS, by one rule, into intake, and announced', () => {
    expect(all('AWS::SES::ReceiptRule')).toEqual([
      {
        RuleSetName: 'default-rule-set',
        Rule: {
          Name: 'letterlock-example',
          Enabled: true,
          Recipients: ['journal.example.org'],
          ScanEnabled: false,
          TlsPolicy: 'Require',
          Actions: [
            {
              S3Action: {
                BucketName: 'intakebucketdf3620f2',
                ObjectKeyPrefix: 'incoming/ses/',
                TopicArn: expect.stringContaining(':journalmailtopic'),
                IamRoleArn: expect.stringContaining(':role/journalmailrole'),
              },
            },
          ],
        },
      },
    ]);
  });

  test('SES may act for this rule of this account alone, and add to intake and the topic alone', () => {
    const role = all('AWS::IAM::Role').find(
      ({ Description }) => Description === 'Lets SES store journal mail and announce it',
    );
    expect(role?.AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'ses.amazonaws.com' },
          Condition: {
            StringEquals: {
              'aws:SourceAccount': '111122223333',
              'aws:SourceArn': arn('ses', 'receipt-rule-set/default-rule-set:receipt-rule/letterlock-example'),
            },
          },
        },
      ],
    });
    const policy = all('AWS::IAM::Policy').find(({ PolicyName }) => String(PolicyName).startsWith('JournalMailRole'));
    expect(policy?.PolicyDocument).toMatchObject({
      Statement: [
        { Action: 's3:PutObject', Resource: 'arn:aws:s3:::intakebucketdf3620f2/incoming/ses/*' },
        { Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'] },
        { Action: 'sns:Publish' },
      ],
    });
  });

  test('the announcement reaches the queue of arrivals, or its dead letters', () => {
    expect(all('AWS::SNS::Subscription')).toContainEqual({
      Protocol: 'sqs',
      TopicArn: expect.stringContaining('journalmailtopic'),
      Endpoint: arn('sqs', 'letterlock-example-arrivals'),
      RedrivePolicy: { deadLetterTargetArn: arn('sqs', 'letterlock-example-arrivals-dead') },
    });
  });

  test('without a hosted zone the DNS records to set are outputs', () => {
    const names = Object.keys(template.Outputs).filter((name) => name.startsWith('Dns'));
    expect(names).toEqual(['DnsMx', 'DnsCname1', 'DnsCname2', 'DnsCname3']);
    expect(deployed.text('Service', template.Outputs.DnsMx?.Value)).toBe(
      'journal.example.org. MX 10 inbound-smtp.eu-west-1.amazonaws.com.',
    );
  });
});

describe('queues', () => {
  test('arrivals are filed 50 at a time, within a second, so many batches at once, each message for itself', () => {
    expect(mappingOf('archive-arrivals')).toEqual({
      EventSourceArn: arn('sqs', 'letterlock-example-arrivals'),
      FunctionName: 'letterlock-example-archive-arrivals',
      BatchSize: 50,
      MaximumBatchingWindowInSeconds: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
      Tags: expect.anything(),
    });
  });

  test.each(['arrivals', 'jobs', 'fetches', 'purges', 'holds'])(
    'dead letters of %s are settled one at a time',
    (name) => {
      const settled = all('AWS::Lambda::EventSourceMapping').filter(
        ({ FunctionName }) => FunctionName === 'letterlock-example-settle-dead-letters',
      );
      expect(settled).toContainEqual(
        expect.objectContaining({
          EventSourceArn: arn('sqs', `letterlock-example-${name}-dead`),
          BatchSize: 1,
          FunctionResponseTypes: ['ReportBatchItemFailures'],
        }),
      );
    },
  );

  test.each(QUEUES)(
    '$name gives up after $maxReceiveCount deliveries, and keeps what it gave up',
    ({ name, maxReceiveCount }) => {
      expect(queue(name).RedrivePolicy).toEqual({
        deadLetterTargetArn: arn('sqs', `letterlock-example-${name}-dead${suffixOf(name)}`),
        maxReceiveCount,
      });
    },
  );

  test.each(all('AWS::SQS::Queue'))('$QueueName keeps messages for 14 days, encrypted, over TLS', (properties) => {
    expect(properties).toMatchObject({ MessageRetentionPeriod: 1_209_600, SqsManagedSseEnabled: true });
    const policy = all('AWS::SQS::QueuePolicy').find(
      ({ Queues }) => Array.isArray(Queues) && String(Queues[0]).endsWith(`/${properties.QueueName}`),
    );
    expect(policy?.PolicyDocument).toMatchObject({
      Statement: expect.arrayContaining([
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      ]),
    });
  });

  test('units wait to be indexed in groups: each soon, once for all that was filed meanwhile, one at a time', () => {
    const groups = {
      FifoQueue: true,
      DelaySeconds: 20,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    };
    expect(queue('index')).toMatchObject(groups);
    expect(mappingOf('index-messages')).toMatchObject({
      BatchSize: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
  });

  test('while a unit is out, be it that its function died, it is out for little longer than the function runs', () => {
    const { timeoutSeconds } = FUNCTIONS.find(({ name }) => name === 'index-messages') ?? { timeoutSeconds: 0 };
    expect(queue('index').VisibilityTimeout).toBe(timeoutSeconds + 60);
  });

  const withoutGroups = all('AWS::Lambda::EventSourceMapping').filter(
    ({ EventSourceArn }) => !String(EventSourceArn).endsWith('.fifo'),
  );
  test.each(withoutGroups)('no message comes again while $FunctionName has it', (mapping) => {
    const source = all('AWS::SQS::Queue').find(({ QueueName }) =>
      String(mapping.EventSourceArn).endsWith(`:${QueueName}`),
    );
    const target = [...functions.values()].find(({ Properties }) => Properties.FunctionName === mapping.FunctionName);
    const least = 6 * Number(target?.Properties.Timeout) + Number(mapping.MaximumBatchingWindowInSeconds ?? 0);
    expect(source?.VisibilityTimeout).toBe(least);
  });
});

describe.each([...functions.values()].map(({ Properties }) => Properties))('$FunctionName', (properties) => {
  test('runs on Node 24, on ARM, traced, with a role and a log of its own', () => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogGroup: expect.anything() },
    });
    const sameRole = [...functions.values()].filter(
      ({ Properties }) => JSON.stringify(Properties.Role) === JSON.stringify(properties.Role),
    );
    expect(sameRole).toHaveLength(1);
  });

  test('invokes only functions that wait for others, with a name that it is told', () => {
    const named = FUNCTIONS.find(({ name }) => properties.FunctionName === `letterlock-example-${name}`);
    for (const name of named?.needs.invokes ?? []) {
      expect(FUNCTIONS.find((other) => other.name === name)?.trigger).toEqual({ kind: 'functions' });
    }
  });

  test('has no more time than Lambda gives', () => {
    expect(Number(properties.Timeout)).toBeLessThanOrEqual(900);
  });
});

test('functions that wait for others are invoked by nothing else, and keep the index on a disk that holds it', () => {
  const waiting = FUNCTIONS.filter(({ trigger }) => trigger.kind === 'functions').map(({ name }) => name);
  expect(waiting).toEqual(['search-units']);
  const invoked = all('AWS::Lambda::Permission').map(({ FunctionName }) => String(FunctionName));
  expect(invoked.filter((name) => name.includes('search-units'))).toEqual([]);
  const found = [...functions.values()].find(
    ({ Properties }) => Properties.FunctionName === 'letterlock-example-search-units',
  );
  expect(found?.Properties.EphemeralStorage).toEqual({ Size: INDEX_CACHE_MEGABYTES + 512 });
});

test('every log is dropped after the days of the configuration', () => {
  const groups = all('AWS::Logs::LogGroup');
  expect(groups.length).toBe(FUNCTIONS.length + 1);
  expect(groups.filter(({ RetentionInDays }) => RetentionInDays !== 90)).toEqual([]);
});

describe('the HTTP API', () => {
  test('hands everything below its path to http-api (payload 2.0), which checks who asks', () => {
    expect(all('AWS::ApiGatewayV2::Route')).toEqual([
      expect.objectContaining({ RouteKey: 'ANY /api/v1/{proxy+}', AuthorizationType: 'NONE' }),
    ]);
    expect(all('AWS::ApiGatewayV2::Integration')).toEqual([
      expect.objectContaining({
        IntegrationType: 'AWS_PROXY',
        PayloadFormatVersion: '2.0',
        IntegrationUri: arn('lambda', 'function:letterlock-example-http-api'),
      }),
    ]);
  });

  test('is throttled, and logs neither path nor query', () => {
    const [stage] = all('AWS::ApiGatewayV2::Stage');
    expect(stage).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    });
    const format = isFields(stage?.AccessLogSettings) ? String(stage.AccessLogSettings.Format) : '';
    expect(JSON.parse(format)).toMatchObject({ status: '$context.status', requestId: '$context.requestId' });
    expect(format).not.toMatch(/path|query|routeKey|authorizer/i);
  });

  test('answers within the 30 s of the gateway', () => {
    const found = FUNCTIONS.find(({ name }) => name === 'http-api');
    expect(found?.timeoutSeconds).toBeLessThan(30);
  });
});

describe('events', () => {
  const rules = all('AWS::Events::Rule');
  const onBus = rules.filter(({ EventBusName }) => EventBusName === 'letterlock-example');

  test('every kind of event goes to the topic that others subscribe to', () => {
    const toTopic = onBus.filter(({ Targets }) => JSON.stringify(Targets).includes('eventtopic'));
    expect(toTopic.map(({ EventPattern }) => EventPattern)).toEqual(
      [
        'jobFinished',
        'profileMissed',
        'completenessFell',
        'messageQuarantined',
        'endpointSilent',
        'endpointHeardAgain',
        'endpointQuarantineRising',
        'integrityViolation',
      ].map((type) => ({
        source: ['letterlock'],
        'detail-type': [type],
      })),
    );
  });

  test('what somebody has to look at goes to notify; what cannot be sent is kept', () => {
    const alerts = onBus.filter(({ Targets }) => JSON.stringify(Targets).includes('notify'));
    expect(alerts.map(({ EventPattern }) => isFields(EventPattern) && EventPattern['detail-type'])).toEqual([
      ['jobFinished'],
      ['endpointSilent'],
      ['endpointHeardAgain'],
      ['endpointQuarantineRising'],
      ['integrityViolation'],
    ]);
    for (const { Targets } of alerts) {
      expect(Targets).toMatchObject([{ DeadLetterConfig: { Arn: arn('sqs', 'letterlock-example-alerts-dead') } }]);
    }
  });

  test('fetches that went wrong are left to the digest', () => {
    const alert = onBus.find(
      ({ Targets, EventPattern }) =>
        JSON.stringify(Targets).includes('notify') && JSON.stringify(EventPattern).includes('jobFinished'),
    );
    expect(alert?.EventPattern).toMatchObject({ detail: { kind: [{ 'anything-but': ['fetch', 'folder-sync'] }] } });
  });

  test('only the digest goes to anybody, from the journal domain; alerts go to the alarm address', () => {
    const sending = FUNCTIONS.flatMap(({ name, needs }) => (needs.mail ? [[name, needs.mail]] : []));
    expect(sending).toEqual([
      ['notify', 'alarms'],
      ['send-digest', 'anybody'],
    ]);
    const policies = all('AWS::IAM::Policy').map((policy) => JSON.stringify(policy));
    const mailing = policies.filter((policy) => policy.includes('ses:SendEmail'));
    expect(mailing.filter((policy) => policy.includes('"ses:Recipients"'))).toHaveLength(1);
    expect(mailing.filter((policy) => policy.includes('{"StringLike":{"ses:FromAddress":"*@'))).toHaveLength(1);
    expect(mailing).toHaveLength(2);
  });

  test('sweep and digest run every five minutes, the watch of the endpoints every hour, the audit is anchored each minute', () => {
    const scheduled = rules.filter(({ ScheduleExpression }) => ScheduleExpression !== undefined);
    expect(scheduled).toMatchObject([
      {
        ScheduleExpression: 'rate(1 minute)',
        Targets: [{ Arn: arn('lambda', 'function:letterlock-example-queue-due-profiles') }],
      },
      { ScheduleExpression: 'rate(5 minutes)', Targets: [{ Arn: arn('lambda', 'function:letterlock-example-sweep') }] },
      {
        ScheduleExpression: 'rate(1 hour)',
        Targets: [{ Arn: arn('lambda', 'function:letterlock-example-watch-endpoints') }],
      },
      {
        ScheduleExpression: 'rate(1 minute)',
        Targets: [{ Arn: arn('lambda', 'function:letterlock-example-anchor-audit') }],
      },
      {
        ScheduleExpression: 'rate(5 minutes)',
        Targets: [{ Arn: arn('lambda', 'function:letterlock-example-send-digest') }],
      },
    ]);
  });
});

test('secrets are generated, more than 256 bits of each', () => {
  const secrets = all('AWS::SecretsManager::Secret');
  const names = ['session-signing', 'otp-sealing', 'credential-sealing', 'deletion-proof'];
  expect(secrets.map(({ Description }) => Description)).toEqual(names.map((name) => `Letterlock example: ${name}`));
  for (const secret of secrets) {
    expect(secret).toMatchObject({ GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true } });
  }
});

test('topics are encrypted and take nothing without TLS', () => {
  const topics = all('AWS::SNS::Topic');
  expect(topics).toHaveLength(3);
  for (const topic of topics) expect(topic.KmsMasterKeyId).toContain(':key/key9bcd29c7');
  const policies = all('AWS::SNS::TopicPolicy').map((policy) => JSON.stringify(policy));
  expect(policies.filter((policy) => policy.includes('"aws:SecureTransport":"false"'))).toHaveLength(3);
});

describe('alarms', () => {
  const alarms = all('AWS::CloudWatch::Alarm');
  const names = alarms.map(({ AlarmName }) => String(AlarmName).replace('letterlock-example-', ''));

  test('there is one for dead letters, quarantine, age, unknown endpoints, damage, and each function and table', () => {
    const functionNames = FUNCTIONS.flatMap(({ name }) => [`${name}-errors`, `${name}-throttles`]);
    const expected = [
      ...QUEUES.map(({ name }) => `${name}-dead`),
      'alerts-dead',
      'oldest-arrival',
      'index-lag',
      ...functionNames,
      ...['messages', 'configuration', 'activity'].map((name) => `${name}-throttles`),
      'quarantine',
      'integrity',
      'unknown-endpoints',
      'api-errors',
    ];
    expect(names.toSorted()).toEqual(expected.toSorted());
  });

  test('there are as many alarms, polled queues and secrets as docs/scale.md reckons with', () => {
    expect(alarms).toHaveLength(DEPLOYED.alarms);
    expect(all('AWS::Lambda::EventSourceMapping')).toHaveLength(DEPLOYED.polledQueues);
    expect(all('AWS::SecretsManager::Secret')).toHaveLength(DEPLOYED.secrets);
  });

  test.each(alarms)(
    '$AlarmName tells the alarm address, says what it means, and does not ring where nothing happens',
    (alarm) => {
      const topic = expect.stringContaining(':alarmtopic');
      expect(alarm).toMatchObject({ AlarmActions: [topic], OKActions: [topic], TreatMissingData: 'notBreaching' });
      expect(String(alarm.AlarmDescription).length).toBeGreaterThan(40);
    },
  );

  test('may tell their topic, whose policy names who may', () => {
    const policies = all('AWS::SNS::TopicPolicy').map(({ PolicyDocument }) => PolicyDocument);
    const admitted = policies.flatMap((document) =>
      isFields(document) && Array.isArray(document.Statement)
        ? document.Statement.filter(({ Effect }) => Effect === 'Allow')
        : [],
    );
    expect(admitted).toMatchObject([
      {
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: expect.stringContaining(':alarmtopic'),
        Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
      },
      { Principal: { Service: 'events.amazonaws.com' }, Resource: expect.stringContaining(':eventtopic') },
    ]);
  });

  test('the alarm address is subscribed', () => {
    expect(all('AWS::SNS::Subscription')).toContainEqual({
      Protocol: 'email',
      Endpoint: 'postmaster@example.org',
      TopicArn: expect.stringContaining(':alarmtopic'),
    });
  });
});

test('no function has a variable that names what it may not use', () => {
  for (const { name, environment, statements } of deployedFunctions()) {
    const resources = statements.flatMap((statement) => statement.resources).join('\n');
    const buckets = Object.entries(environment).filter(([variable]) => variable.startsWith('LETTERLOCK_S3_BUCKET_'));
    const without = buckets.filter(([, bucket]) => !resources.includes(`arn:aws:s3:::${bucket}`));
    expect({ name, without }).toEqual({ name, without: [] });
  }
});
