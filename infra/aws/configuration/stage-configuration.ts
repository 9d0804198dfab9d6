import { ConfigurationError } from './configuration-error.ts';
import { awsRegion, domainName, flag, mailAddress, oneOf, tags, text, whole } from './rules.ts';
import { SettingsReader } from './settings-reader.ts';

/** How one stage is deployed: the settings of `cdk.json`, checked. docs/deploy.md explains each. */
export interface StageConfiguration {
  readonly stage: string;
  readonly region: string;
  /** Domain of the journal endpoints' addresses; all mail to it is taken in. */
  readonly journalDomain: string;
  /** Where DNS records are created; left out, the records to set are outputs of the stack. */
  readonly hostedZone: HostedZone | undefined;
  readonly receiptRuleSet: { readonly name: string; readonly create: boolean };
  readonly objectLock: ObjectLockSettings;
  readonly logRetentionDays: LogRetentionDays;
  readonly alarmAddress: string;
  readonly customDomain: CustomDomain | undefined;
  /** The only principal that may disable the key or have it deleted; left out, the stack makes a role for it. */
  readonly breakGlassRoleArn: string | undefined;
  /** So many batches of arrivals are filed at once. */
  readonly filingConcurrency: number;
  /** So many units of the index are worked on at once. */
  readonly indexingConcurrency: number;
  /** Whether the bucket and the distribution of the web application are made. */
  readonly web: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

interface HostedZone {
  readonly id: string;
  readonly name: string;
}

export interface ObjectLockSettings {
  readonly mode: 'GOVERNANCE' | 'COMPLIANCE';
  /** Every object of the archive is locked for so long from its writing; 0 locks none by itself. */
  readonly minimumDays: number;
  /** Whether mail is locked until the minimums of its retention policies are over. */
  readonly policies: boolean;
}

export interface CustomDomain {
  readonly name: string;
  /** Left out, a certificate is made and proven in the hosted zone. */
  readonly certificateArn: string | undefined;
}

/** What CloudWatch Logs takes, in days. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
type LogRetentionDays = (typeof LOG_RETENTION_DAYS)[number];

const STAGE = text(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/);
const ROLE_ARN = text(/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/);
const CERTIFICATE_ARN = text(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/);
/** A century: what is longer is a mistake of units, and in compliance mode nobody can take it back. */
const MOST_LOCKED_DAYS = 36_500;

/** The settings of a stage out of the `stages` of `cdk.json`. Throws `ConfigurationError` with all that is wrong. */
export function readStageConfiguration(stages: unknown, stage: unknown): StageConfiguration {
  const name = STAGE(stage);
  const all = typeof stages === 'object' && stages !== null ? new Map(Object.entries(stages)) : new Map();
  if (name === undefined) {
    throw new ConfigurationError([
      `stage is ${JSON.stringify(stage) ?? 'missing'}; give -c stage=NAME, lower-case letters, digits and hyphens, 2 to 20 characters`,
    ]);
  }
  if (!all.has(name)) {
    const known = [...all.keys()].join(', ') || 'none';
    throw new ConfigurationError([`stage is "${name}"; add it to "stages" in cdk.json (there: ${known})`]);
  }
  const reader = new SettingsReader(`stages.${name}`, all.get(name));
  const configuration = read(reader, name);
  reader.refuseUnknown();
  if (reader.problems.length > 0) throw new ConfigurationError(reader.problems);
  return configuration;
}

function read(reader: SettingsReader, stage: string): StageConfiguration {
  const journalDomain = reader.required(
    'journalDomain',
    domainName,
    'write a domain of its own in lower case, such as journal.example.org; all mail to it goes into the archive',
    '',
  );
  const hostedZone = reader.has('hostedZone') ? readHostedZone(reader.within('hostedZone')) : undefined;
  if (hostedZone?.name && journalDomain && !isWithin(journalDomain, hostedZone.name)) {
    reader.refuse(
      'journalDomain',
      journalDomain,
      `it must lie in the hosted zone ${hostedZone.name}, or leave hostedZone out`,
    );
  }
  return {
    stage,
    region: reader.required('region', awsRegion, 'write a region where SES receives mail, such as eu-west-1', ''),
    journalDomain,
    hostedZone,
    receiptRuleSet: readRuleSet(reader.within('receiptRuleSet')),
    objectLock: readObjectLock(reader.within('objectLock')),
    logRetentionDays: reader.optional(
      'logRetentionDays',
      oneOf(LOG_RETENTION_DAYS),
      `CloudWatch Logs takes ${LOG_RETENTION_DAYS.join(', ')}`,
      90,
    ),
    alarmAddress: reader.required('alarmAddress', mailAddress, 'write the e-mail address that alarms go to', ''),
    customDomain: reader.has('customDomain') ? readCustomDomain(reader.within('customDomain'), hostedZone) : undefined,
    breakGlassRoleArn: reader.optional<string | undefined>(
      'breakGlassRoleArn',
      ROLE_ARN,
      'write the ARN of an IAM role, arn:aws:iam::123456789012:role/NAME, or leave it out',
      undefined,
    ),
    filingConcurrency: reader.optional('filingConcurrency', whole(2, 1_000), 'SQS takes from 2 to 1000', 10),
    indexingConcurrency: reader.optional('indexingConcurrency', whole(2, 1_000), 'SQS takes from 2 to 1000', 10),
    web: reader.optional('web', flag, 'write true or false', false),
    tags: reader.optional('tags', tags, 'write an object of at most 40 texts; no name begins with aws:', {}),
  };
}

function readHostedZone(reader: SettingsReader): HostedZone {
  const id = reader.required(
    'id',
    text(/^Z[A-Z0-9]{1,31}$/),
    'write the id of a Route 53 hosted zone, such as Z0123456789ABC',
    '',
  );
  const name = reader.required('name', domainName, 'write the domain of the zone, without a dot at its end', '');
  reader.refuseUnknown();
  return { id, name };
}

function readRuleSet(reader: SettingsReader): StageConfiguration['receiptRuleSet'] {
  const create = reader.required(
    'create',
    flag,
    'write false to add a rule to the active rule set of this account and region, true only where none is active',
    false,
  );
  const name = reader.required('name', text(/^[\w.-]{1,64}$/), 'write the name of the receipt rule set', '');
  reader.refuseUnknown();
  return { name, create };
}

function readObjectLock(reader: SettingsReader): ObjectLockSettings {
  const mode = reader.required(
    'mode',
    oneOf(['GOVERNANCE', 'COMPLIANCE'] as const),
    'write "GOVERNANCE", or "COMPLIANCE" for what nobody, not even the account, can delete early',
    'GOVERNANCE',
  );
  const minimumDays = reader.required(
    'minimumDays',
    whole(0, MOST_LOCKED_DAYS),
    `write a whole number of days, 0 to ${MOST_LOCKED_DAYS}`,
    0,
  );
  const policies = reader.optional('policies', flag, 'write true to lock mail for as long as policies keep it', false);
  reader.refuseUnknown();
  return { mode, minimumDays, policies };
}

function readCustomDomain(reader: SettingsReader, hostedZone: HostedZone | undefined): CustomDomain {
  const name = reader.required('name', domainName, 'write the host name of the API, such as archive.example.org', '');
  const certificateArn = reader.optional<string | undefined>(
    'certificateArn',
    CERTIFICATE_ARN,
    'write the ARN of a certificate of ACM in the same region',
    undefined,
  );
  const isProven = reader.has('certificateArn') || (hostedZone && isWithin(name, hostedZone.name));
  if (name && !isProven) {
    reader.refuse('certificateArn', undefined, `give one for ${name}, or a hostedZone that the name lies in`);
  }
  reader.refuseUnknown();
  return { name, certificateArn };
}

function isWithin(domain: string, zone: string): boolean {
  return domain === zone || domain.endsWith(`.${zone}`);
}
