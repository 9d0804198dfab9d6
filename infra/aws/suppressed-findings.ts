import type { Stack } from 'aws-cdk-lib';
import { type NagPackSuppression, NagSuppressions } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** Keys of objects that a function reaches: by the first part, never the whole bucket. */
const OBJECT_KEYS =
  '/^Resource::<\\w*(Intake|Archive|Derived)Bucket\\w*\\.Arn>\\/[a-z]+(\\/(ses|texts))?\\/(fetch-)?\\*$/';

const OF_BUCKETS: readonly NagPackSuppression[] = [
  {
    id: 'AwsSolutions-S1',
    reason:
      'Server access logs would hold the key of every message a second time, late and incomplete. Who read what is recorded by the archive itself; CloudTrail data events can be switched on beside it (docs/deploy.md).',
  },
];

const OF_ROLES: readonly NagPackSuppression[] = [
  {
    id: 'AwsSolutions-IAM5',
    reason: 'Names of objects are made as mail arrives; the role is bound to the prefixes that its code uses.',
    appliesTo: [{ regex: OBJECT_KEYS }],
  },
  {
    id: 'AwsSolutions-IAM5',
    reason: 'X-Ray has no resources that its two actions could be bound to.',
    appliesTo: ['Resource::*'],
  },
  {
    id: 'AwsSolutions-IAM5',
    reason:
      'SES checks the identity of a recipient too, where the account has one; conditions bind sender and recipient to one address each.',
    appliesTo: [{ regex: '/^Resource::arn:<?[\\w:]+>?:ses:.*:identity\\/\\*$/' }],
  },
];

const OF_SERVICE: readonly NagPackSuppression[] = [
  ...OF_ROLES,
  {
    id: 'AwsSolutions-SMG4',
    reason:
      'The secret signs sessions and opens nothing else; a rotation would sign everybody out at a moment of its own.',
  },
  {
    id: 'AwsSolutions-APIG4',
    reason:
      'Callers are checked in the function, by session and privilege, for each route: the gateway knows neither mailboxes nor grants, and the same code has to hold on one machine.',
  },
];

const OF_ALERT_QUEUE: readonly NagPackSuppression[] = [
  { id: 'AwsSolutions-SQS3', reason: 'It is itself the queue of dead letters of EventBridge rules.' },
];

const OF_WEB: readonly NagPackSuppression[] = [
  ...OF_BUCKETS,
  { id: 'AwsSolutions-CFR1', reason: 'Who may use the archive is decided by sign-in, not by country.' },
  {
    id: 'AwsSolutions-CFR2',
    reason: 'The gateway behind it throttles; a web ACL costs by the month and is the organisation’s choice.',
  },
  {
    id: 'AwsSolutions-CFR3',
    reason: 'Access logs would hold the paths of the API, which name people; the gateway logs without them.',
  },
  { id: 'AwsSolutions-CFR4', reason: 'On the host name of CloudFront, CloudFront decides the version of TLS.' },
];

/** Findings of cdk-nag that stay, each with the reason. */
export function suppressFindings({ storage, service }: { readonly storage: Stack; readonly service: Stack }): void {
  NagSuppressions.addStackSuppressions(storage, [...OF_BUCKETS]);
  NagSuppressions.addStackSuppressions(service, [...OF_SERVICE]);
  suppressWithin(service, 'AlertsNotSent', OF_ALERT_QUEUE);
  suppressWithin(service, 'Web', OF_WEB);
}

function suppressWithin(scope: IConstruct, id: string, suppressions: readonly NagPackSuppression[]): void {
  const found = scope.node.tryFindChild(id);
  if (found) NagSuppressions.addResourceSuppressions(found, [...suppressions], true);
}
