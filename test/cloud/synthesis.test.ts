import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, inject, test } from 'vitest';
import type { Stacks } from '../../infra/aws/create-stacks.ts';
import { type Fields, isFields, resourcesOf, type Template } from './cloud-assembly.ts';
import { addBrokenResource, synthesiseStage } from './synthesised-stage.ts';

const HOSTED_ZONE = { id: 'Z0123456789ABC', name: 'example.org' };
const CERTIFICATE = 'arn:aws:acm:eu-west-1:111122223333:certificate/00000000-0000-4000-8000-000000000000';

/** Every setting at once, and the least there must be. */
const VARIANTS = [
  { name: 'the least settings', settings: {} },
  {
    name: 'every setting',
    settings: {
      hostedZone: HOSTED_ZONE,
      receiptRuleSet: { name: 'letterlock', create: true },
      objectLock: { mode: 'COMPLIANCE', minimumDays: 3_650 },
      logRetentionDays: 30,
      customDomain: { name: 'archive.example.org' },
      breakGlassRoleArn: 'arn:aws:iam::111122223333:role/break-glass',
      filingConcurrency: 100,
      web: true,
      tags: { 'cost-centre': '4711' },
    },
  },
  {
    name: 'a custom domain elsewhere',
    settings: { customDomain: { name: 'archive.example.com', certificateArn: CERTIFICATE } },
  },
];

const WITH_POLICIES = { objectLock: { mode: 'GOVERNANCE', minimumDays: 0, policies: true } };
const every = synthesiseStage(VARIANTS[1]?.settings ?? {});

function properties(template: Template, type: string): readonly Fields[] {
  return [...resourcesOf(template, type).values()].map(({ Properties }) => Properties);
}

describe('a synthesis', () => {
  test.each(VARIANTS)('with $name has no finding of cdk-nag and no warning of the CDK', ({ settings }) => {
    const isOurs = (text: string) => text.includes('letterlock:');
    expect(synthesiseStage(settings).findings.filter(({ text }) => !isOurs(text))).toEqual([]);
  });

  test('warns, in its output too, that compliance cannot be undone, and of governance not at all', () => {
    const ours = every.findings.map(({ level, text }) => `${level} ${text}`);
    expect(ours).toEqual([expect.stringMatching(/warn.*this cannot be undone/s)]);
    expect(every.templates.Storage.Outputs.ObjectLockWarning?.Value).toContain('not for an erasure request');
    expect(synthesiseStage(WITH_POLICIES).templates.Storage.Outputs.ObjectLockWarning).toBeUndefined();
  });

  test('is watched: a bucket of the usual kind is refused', () => {
    const change = ({ service }: Stacks) => void new Bucket(service, 'Usual');
    const addUsualBucket = () => synthesiseStage({}, { change });
    expect(addUsualBucket).toThrow('AwsSolutions-S10');
  });

  test('is validated: a property that CloudFormation does not know is refused', () => {
    expect(() => synthesiseStage({}, { change: addBrokenResource })).toThrow('BucketNaem');
  });

  test('of the example has what cdk-nag reports beside it, without a rule that was not met', () => {
    for (const stack of ['storage', 'service']) {
      const report = join(inject('assembly'), `AwsSolutions--letterlock-example-${stack}-NagReport.csv`);
      const lines = readFileSync(report, 'utf8').split('\n');
      expect(lines.length).toBeGreaterThan(10);
      expect(lines.filter((line) => line.includes('"Non-Compliant"'))).toEqual([]);
      const suppressed = lines.filter((line) => line.includes('"Suppressed"'));
      expect(suppressed.filter((line) => !/"[^"]{40,}"/.test(line))).toEqual([]);
    }
  });
});

describe('with every setting', () => {
  const { Service, Storage } = every.templates;

  test('DNS records are created, none is left to be set by hand', () => {
    const records = properties(Service, 'AWS::Route53::RecordSet').map(
      ({ Name, Type }) => `${Type} ${typeof Name === 'string' ? Name : 'DKIM'}`,
    );
    expect(records.toSorted()).toEqual([
      'A archive.example.org.',
      'AAAA archive.example.org.',
      'CNAME DKIM',
      'CNAME DKIM',
      'CNAME DKIM',
      'MX journal.example.org.',
    ]);
    expect(Object.keys(Service.Outputs).filter((name) => name.startsWith('Dns'))).toEqual([]);
  });

  test('the rule set is created, and how to activate it is an output', () => {
    expect(properties(Service, 'AWS::SES::ReceiptRuleSet')).toEqual([{ RuleSetName: 'letterlock' }]);
    expect(Service.Outputs.ActivateRuleSet?.Value).toBe(
      'aws ses set-active-receipt-rule-set --rule-set-name letterlock --region eu-west-1',
    );
  });

  test('who adds to the archive may lock, and only then', () => {
    const locking = (template: Template) =>
      properties(template, 'AWS::IAM::Policy').filter((policy) =>
        JSON.stringify(policy).includes('s3:PutObjectRetention'),
      ).length;
    expect(locking(Service)).toBeGreaterThan(3);
    expect(locking(synthesiseStage({}).templates.Service)).toBe(0);
  });

  test('where policies lock, who files and who extends may, where mail lies alone, and nobody may end a lock', () => {
    const { Service } = synthesiseStage(WITH_POLICIES).templates;
    const policies = properties(Service, 'AWS::IAM::Policy').map((policy) => JSON.stringify(policy));
    const locking = policies.filter((policy) => policy.includes('s3:PutObjectRetention'));
    expect(locking).toHaveLength(5);
    for (const policy of locking) expect(policy).toMatch(/s3:GetObjectRetention/);
    expect(JSON.stringify(Service)).not.toContain('s3:BypassGovernanceRetention');
    expect(JSON.stringify(Service)).not.toMatch(/"s3:\*"|"s3:PutObject\*"/);
    const told = properties(Service, 'AWS::Lambda::Function').filter(
      ({ Environment }) =>
        isFields(Environment) &&
        isFields(Environment.Variables) &&
        Environment.Variables.LETTERLOCK_OBJECT_LOCK === 'governance',
    );
    expect(told).toHaveLength(6);
  });

  test('functions are told mode and days', () => {
    const [first] = properties(Service, 'AWS::Lambda::Function');
    const variables = isFields(first?.Environment) ? first.Environment.Variables : {};
    expect(variables).toMatchObject({ LETTERLOCK_LOCK_MODE: 'COMPLIANCE', LETTERLOCK_LOCK_DAYS: '3650' });
  });

  test('the API answers at the custom domain alone', () => {
    expect(properties(Service, 'AWS::ApiGatewayV2::Api')).toMatchObject([{ DisableExecuteApiEndpoint: true }]);
    expect(Service.Outputs.ApiUrl?.Value).toBe('https://archive.example.org/api/v1');
    expect(properties(Service, 'AWS::CertificateManager::Certificate')).toMatchObject([
      { DomainName: 'archive.example.org', ValidationMethod: 'DNS' },
    ]);
  });

  test('the break-glass role is the one that was named', () => {
    expect(properties(Storage, 'AWS::IAM::Role')).toEqual([]);
    expect(JSON.stringify(properties(Storage, 'AWS::KMS::Key'))).toContain('role/break-glass');
  });

  test('the web application has its bucket, and the API on the same host', () => {
    const [distribution] = properties(Service, 'AWS::CloudFront::Distribution');
    expect(distribution?.DistributionConfig).toMatchObject({
      DefaultRootObject: 'index.html',
      CacheBehaviors: [{ PathPattern: '/api/*', ViewerProtocolPolicy: 'https-only' }],
    });
    expect(properties(synthesiseStage({}).templates.Service, 'AWS::CloudFront::Distribution')).toEqual([]);
  });

  test('everything that can be tagged has the tags', () => {
    const buckets = properties(Storage, 'AWS::S3::Bucket');
    for (const { Tags } of buckets) {
      expect(Tags).toEqual(
        expect.arrayContaining([
          { Key: 'cost-centre', Value: '4711' },
          { Key: 'letterlock:stage', Value: 'variant' },
        ]),
      );
    }
  });
});
