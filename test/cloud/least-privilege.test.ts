import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CloudWorld, NO_FUNCTION } from './cloud-world.ts';
import { useEverything } from './everything.ts';
import type { DeployedFunction } from './functions-in.ts';
import { deployedFunctions, lockingFunctions } from './functions-of.ts';
import { covers, type Permission, permissionsOf } from './permissions.ts';

/** What Lambda does in a function's name, so that no code of ours calls it. */
const BY_THE_PLATFORM: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': 'Lambda writes the log',
  'logs:PutLogEvents': 'Lambda writes the log',
  'xray:PutTraceSegments': 'Lambda sends traces',
  'xray:PutTelemetryRecords': 'Lambda sends traces',
  'sqs:ReceiveMessage': 'Lambda polls the queue',
  'sqs:DeleteMessage': 'Lambda polls the queue',
  'sqs:GetQueueAttributes': 'Lambda polls the queue',
};

/** S3 asks for the key in the caller's name, so that the request itself names it nowhere. */
const KEY_USE: Readonly<Record<string, string>> = {
  's3:PutObject': 'kms:GenerateDataKey',
  's3:GetObject': 'kms:Decrypt',
};

/** What may end mail, or what protects it. */
const FATAL = [
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:BypassGovernanceRetention',
  's3:PutObjectLegalHold',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketPolicy',
];
/** Nobody else has any of them, and nobody has two. */
const FATAL_OF: Readonly<Record<string, string>> = {
  'purge-messages': 's3:DeleteObjectVersion',
  'hold-versions': 's3:PutObjectLegalHold',
};

const LOCKING = 'where storage locks what policies keep';

const STAGES: readonly (readonly [name: string, functions: readonly DeployedFunction[]])[] = [
  ['where nothing is locked for policies', deployedFunctions()],
  [LOCKING, lockingFunctions()],
];

describe.each(STAGES)('%s', (stage, functions) => {
  let world: CloudWorld;
  beforeAll(async () => {
    world = await CloudWorld.start({ functions });
    await useEverything(world);
  }, 180_000);
  afterAll(() => world.stop());

  /** Requests of a function, each kind once, uses of the key included. */
  function requestsOf(name: string, { withOptional = false } = {}): readonly Permission[] {
    const requests = world.aws.calls.filter(
      ({ caller, isOptional }) => caller === name && (withOptional || !isOptional),
    );
    const kinds = new Map<string, Permission>();
    for (const { action, resource } of requests) {
      kinds.set(`${action} ${resource}`, { action, resource });
      const key = KEY_USE[action];
      if (key !== undefined) kinds.set(key, { action: key, resource: keyArn() });
    }
    return [...kinds.values()];
  }

  function keyArn(): string {
    const permissions = functions.flatMap(({ statements }) => permissionsOf(statements));
    const arns = permissions.filter(({ action }) => action.startsWith('kms:')).map(({ resource }) => resource);
    expect(new Set(arns).size).toBe(1);
    return arns[0] ?? '';
  }

  test('what a hold covers cannot be deleted, and all mail is locked where policies lock, none elsewhere', () => {
    const bucket = world.variable('LETTERLOCK_S3_BUCKET_ARCHIVE');
    const keys = world.aws.objects.keys(bucket);
    const held = keys.filter((key) => world.aws.objects.lockOf(bucket, key).legalHold);
    expect(new Set(held.map((key) => key.split('/')[0]))).toEqual(new Set(['messages', 'quarantine']));
    const mail = keys.filter((key) => key.startsWith('messages/'));
    const inYears = new Date(Date.now() + 14 * 365 * 24 * 3_600_000);
    const locked = mail.filter((key) => (world.aws.objects.lockOf(bucket, key).retainUntil ?? 0) > inYears);
    expect(locked).toEqual(stage === LOCKING ? mail : []);
  });

  test('every request was answered by a server that knows it, for a function that is deployed', () => {
    const callers = new Set(world.aws.calls.map(({ caller }) => caller).filter((caller) => caller !== NO_FUNCTION));
    expect([...callers].toSorted()).toEqual(functions.map(({ name }) => name).toSorted());
  });

  describe.each(functions)('$name', ({ name, statements }) => {
    test('may do all that it does', () => {
      const permissions = permissionsOf(statements);
      const refused = requestsOf(name).filter(
        (request) => !permissions.some((permission) => covers(permission, request)),
      );
      expect(refused).toEqual([]);
    });

    test('may do nothing that it does not', () => {
      const requests = requestsOf(name, { withOptional: true });
      const unused = permissionsOf(statements).filter(
        (permission) =>
          !(permission.action in BY_THE_PLATFORM) && !requests.some((request) => covers(permission, request)),
      );
      expect(unused).toEqual([]);
    });

    test('cannot delete from the archive, nor end a lock, unless it is the one that may, and none may both', () => {
      const bucket = `arn:aws:s3:::${world.variable('LETTERLOCK_S3_BUCKET_ARCHIVE')}`;
      const objects = ['messages/ab/x/y', 'attachments/ab/x', 'quarantine/x/y', 'log/x', 'audit/x', 'certificates/x'];
      const places = [bucket, ...objects.map((key) => `${bucket}/${key}`)];
      const permissions = permissionsOf(statements);
      const found = FATAL.filter((action) =>
        places.some((resource) => permissions.some((given) => covers(given, { action, resource }))),
      );
      expect(found).toEqual(name in FATAL_OF ? [FATAL_OF[name]] : []);
    });

    test('names its actions, without wildcards', () => {
      expect(permissionsOf(statements).filter(({ action }) => action.includes('*'))).toEqual([]);
    });
  });
});
