import { Grant, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  EmailIdentity,
  Identity,
  type IReceiptRuleSet,
  ReceiptRule,
  ReceiptRuleSet,
  TlsPolicy,
} from 'aws-cdk-lib/aws-ses';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Aws, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { StageConfiguration } from '../configuration/stage-configuration.ts';
import type { ArchiveKey } from './archive-key.ts';
import { type IntakeBucket, SES_PREFIX } from './intake-bucket.ts';
import type { WorkQueue } from './work-queue.ts';

export interface JournalMailProps {
  readonly configuration: StageConfiguration;
  readonly key: ArchiveKey;
  readonly intake: IntakeBucket;
  readonly arrivals: WorkQueue;
}

/**
 * Takes in all mail to the journal domain: SES stores it in the intake bucket and announces it on the
 * queue `arrivals`, with the envelope, which is nowhere else. One rule for the domain, none per address:
 * which endpoint an address is, filing finds out.
 */
export class JournalMail extends Construct {
  readonly identity: EmailIdentity;
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { configuration, key, intake, arrivals }: JournalMailProps) {
    super(scope, id);
    const { stage, journalDomain } = configuration;
    this.identity = new EmailIdentity(this, 'Identity', { identity: Identity.domain(journalDomain) });
    this.topic = new Topic(this, 'Topic', { masterKey: key.key, enforceSSL: true });
    this.topic.addSubscription(new SqsSubscription(arrivals.queue, { deadLetterQueue: arrivals.deadLetters }));

    const ruleSet = this.#ruleSet(configuration);
    const receiptRuleName = `letterlock-${stage}`;
    const role = this.#role(`${ruleSet.receiptRuleSetName}:receipt-rule/${receiptRuleName}`);
    intake.grantReceive(role);
    Grant.addToPrincipal({ grantee: role, actions: ['sns:Publish'], resourceArns: [this.topic.topicArn] });
    // For the topic, whose messages hold addresses and header fields.
    key.key.grant(role, 'kms:Decrypt');
    const rule = new ReceiptRule(this, 'Rule', {
      ruleSet,
      receiptRuleName,
      recipients: [journalDomain],
      tlsPolicy: TlsPolicy.REQUIRE,
      // Scanning would add header fields, and what it finds is no reason not to keep a message.
      scanEnabled: false,
      actions: [
        {
          bind: () => ({
            s3Action: {
              bucketName: intake.bucket.bucketName,
              objectKeyPrefix: SES_PREFIX,
              topicArn: this.topic.topicArn,
              iamRoleArn: role.roleArn,
            },
          }),
        },
      ],
    });
    // SES tries the role out when the rule is made.
    rule.node.addDependency(role);
  }

  #ruleSet({ receiptRuleSet: { name, create } }: StageConfiguration): IReceiptRuleSet {
    if (create) return new ReceiptRuleSet(this, 'RuleSet', { receiptRuleSetName: name });
    return ReceiptRuleSet.fromReceiptRuleSetName(this, 'RuleSet', name);
  }

  /** What SES acts as; for mail of this rule only. */
  #role(rule: string): Role {
    const arn = Stack.of(this).formatArn({ service: 'ses', resource: 'receipt-rule-set', resourceName: rule });
    const conditions = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': arn } };
    return new Role(this, 'Role', {
      description: 'Lets SES store journal mail and announce it',
      assumedBy: new ServicePrincipal('ses.amazonaws.com').withConditions(conditions),
    });
  }
}

/** Grants a function sending mail: from one address to one address, or from a domain (`*@…`) to anybody. */
export function grantSendMail(role: Role, from: string, to?: string): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['ses:SendEmail'],
      // SES checks the identity of a recipient too, where the account has one; the conditions bound it instead.
      resources: [Stack.of(role).formatArn({ service: 'ses', resource: 'identity', resourceName: '*' })],
      conditions: to
        ? { StringEquals: { 'ses:FromAddress': from }, 'ForAllValues:StringEquals': { 'ses:Recipients': [to] } }
        : { StringLike: { 'ses:FromAddress': from } },
    }),
  );
}
