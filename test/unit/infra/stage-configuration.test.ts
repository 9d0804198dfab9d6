import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../infra/aws/configuration/configuration-error.ts';
import { readStageConfiguration } from '../../../infra/aws/configuration/stage-configuration.ts';

const GOOD = {
  region: 'eu-central-1',
  journalDomain: 'journal.example.org',
  receiptRuleSet: { name: 'default-rule-set', create: false },
  objectLock: { mode: 'GOVERNANCE', minimumDays: 0 },
  alarmAddress: 'postmaster@example.org',
};
const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-4000-8000-000000000000';

function problemsOf(settings: unknown): readonly string[] {
  try {
    readStageConfiguration({ live: settings }, 'live');
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('readStageConfiguration', () => {
  test('takes the least that is needed, with defaults for the rest', () => {
    expect(readStageConfiguration({ live: GOOD }, 'live')).toEqual({
      ...GOOD,
      objectLock: { ...GOOD.objectLock, policies: false },
      stage: 'live',
      hostedZone: undefined,
      logRetentionDays: 90,
      customDomain: undefined,
      breakGlassRoleArn: undefined,
      filingConcurrency: 10,
      indexingConcurrency: 10,
      web: false,
      tags: {},
    });
  });

  test('takes everything', () => {
    const all = {
      ...GOOD,
      hostedZone: { id: 'Z0123456789ABC', name: 'example.org' },
      logRetentionDays: 365,
      customDomain: { name: 'archive.example.org' },
      breakGlassRoleArn: 'arn:aws:iam::111122223333:role/security/break-glass',
      filingConcurrency: 50,
      web: true,
      tags: { 'cost-centre': '4711' },
    };
    expect(readStageConfiguration({ live: all }, 'live')).toMatchObject({
      ...all,
      customDomain: { name: 'archive.example.org', certificateArn: undefined },
    });
  });

  test.each([
    { name: 'no stage', stages: { live: GOOD }, stage: undefined, says: 'stage is missing; give -c stage=NAME' },
    { name: 'a stage that is no name', stages: {}, stage: 'Live!', says: 'stage is "Live!"; give -c stage=NAME' },
    {
      name: 'an unknown stage',
      stages: { live: GOOD },
      stage: 'test',
      says: 'stage is "test"; add it to "stages" in cdk.json (there: live)',
    },
    { name: 'no stages at all', stages: undefined, stage: 'test', says: '(there: none)' },
  ])('refuses $name', ({ stages, stage, says }) => {
    expect(() => readStageConfiguration(stages, stage)).toThrow(says);
  });

  test.each([
    { wrong: { region: 'europe' }, says: 'stages.live.region is "europe"; write a region' },

    {
      wrong: { journalDomain: 'Journal.example.org' },
      says: 'stages.live.journalDomain is "Journal.example.org"; write a domain of its own in lower case',
    },
    { wrong: { journalDomain: 'localhost' }, says: 'stages.live.journalDomain is "localhost"; write a domain' },
    { wrong: { journalDomain: 'journal.example.org.' }, says: 'stages.live.journalDomain is "journal.example.org."' },
    {
      wrong: { hostedZone: { id: 'zone', name: 'example.org' } },
      says: 'stages.live.hostedZone.id is "zone"; write the id',
    },
    {
      wrong: { hostedZone: { id: 'Z1', name: 'example.com' } },
      says: 'stages.live.journalDomain is "journal.example.org"; it must lie in the hosted zone example.com',
    },
    { wrong: { hostedZone: 'example.org' }, says: 'stages.live.hostedZone is "example.org"; write an object' },
    {
      wrong: { receiptRuleSet: 'default-rule-set' },
      says: 'stages.live.receiptRuleSet is "default-rule-set"; write an object',
    },
    {
      wrong: { receiptRuleSet: { name: 'a b', create: true } },
      says: 'stages.live.receiptRuleSet.name is "a b"; write the name',
    },
    {
      wrong: { receiptRuleSet: { name: 'rules', create: 'yes' } },
      says: 'stages.live.receiptRuleSet.create is "yes"; write false',
    },
    {
      wrong: { objectLock: { mode: 'governance', minimumDays: 1 } },
      says: 'stages.live.objectLock.mode is "governance"; write "GOVERNANCE"',
    },
    {
      wrong: { objectLock: { mode: 'COMPLIANCE', minimumDays: 99_999 } },
      says: 'stages.live.objectLock.minimumDays is 99999; write a whole number of days, 0 to 36500',
    },
    {
      wrong: { objectLock: { mode: 'COMPLIANCE', minimumDays: '365' } },
      says: 'stages.live.objectLock.minimumDays is "365"; write a whole number',
    },
    { wrong: { logRetentionDays: 100 }, says: 'stages.live.logRetentionDays is 100; CloudWatch Logs takes 1, 3, 5' },
    {
      wrong: { alarmAddress: 'postmaster' },
      says: 'stages.live.alarmAddress is "postmaster"; write the e-mail address',
    },
    {
      wrong: { customDomain: { name: 'archive.example.org' } },
      says: 'stages.live.customDomain.certificateArn is missing; give one for archive.example.org',
    },
    {
      wrong: { customDomain: { name: 'archive.example.org', certificateArn: 'cert' } },
      says: 'stages.live.customDomain.certificateArn is "cert"; write the ARN',
    },
    {
      wrong: { breakGlassRoleArn: 'admin' },
      says: 'stages.live.breakGlassRoleArn is "admin"; write the ARN of an IAM role',
    },
    { wrong: { filingConcurrency: 1 }, says: 'stages.live.filingConcurrency is 1; SQS takes from 2 to 1000' },
    { wrong: { indexingConcurrency: 0 }, says: 'stages.live.indexingConcurrency is 0; SQS takes from 2 to 1000' },
    { wrong: { web: 'off' }, says: 'stages.live.web is "off"; write true or false' },
    {
      wrong: { tags: { 'aws:stack': 'x' } },
      says: 'stages.live.tags is {"aws:stack":"x"}; write an object of at most 40 texts',
    },
    {
      wrong: { regoin: 'eu-west-1' },
      says: 'stages.live.regoin is "eu-west-1"; it is no setting; known are journalDomain, hostedZone',
    },
    {
      wrong: { objectLock: { mode: 'GOVERNANCE', minimumDays: 0, days: 3 } },
      says: 'stages.live.objectLock.days is 3; it is no setting; known are mode, minimumDays, policies',
    },
  ])('says of $wrong: $says', ({ wrong, says }) => {
    const problems = problemsOf({ ...GOOD, ...wrong });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(says);
  });

  test('needs no hosted zone where a custom domain has a certificate', () => {
    expect(problemsOf({ ...GOOD, customDomain: { name: 'archive.example.com', certificateArn: CERTIFICATE } })).toEqual(
      [],
    );
  });

  test('says all that is wrong at once', () => {
    expect(problemsOf({ ...GOOD, region: 1, alarmAddress: null, web: 2 })).toHaveLength(3);
    expect(problemsOf(['region'])[0]).toBe('stages.live is ["region"]; write an object of settings');
  });
});
