import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CloudWorld, NO_FUNCTION } from './cloud-world.ts';
import { useEverything } from './everything.ts';
import { deployedFunctions } from './functions-of.ts';
import { covers, type Permission, permissionsOf } from './permissions.ts';

/** What Lambda does in a function's name, so that no code of ours calls it. */
const BY_THE_PLATFORM: Readonly<Record<string, string>> = {
  's3:GetObjectRetention': 'S3 shows locks in answers to HEAD to whoever has it',
  's3:GetObjectLegalHold': 'S3 shows locks in answers to HEAD to whoever has it',
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

let world: CloudWorld;
beforeAll(async () => {
  world = await CloudWorld.start({ functions: deployedFunctions() });
  await useEverything(world);
}, 120_000);
afterAll(() => world.stop());

/** Requests of a function, each kind once, uses of the key included. */
function requestsOf(name: string): readonly Permission[] {
  const requests = world.aws.calls.filter(({ caller }) => caller === name);
  const kinds = new Map<string, Permission>();
  for (const { action, resource } of requests) {
    kinds.set(`${action} ${resource}`, { action, resource });
    const key = KEY_USE[action];
    if (key !== undefined) kinds.set(key, { action: key, resource: keyArn() });
  }
  return [...kinds.values()];
}

function keyArn(): string {
  const permissions = deployedFunctions().flatMap(({ statements }) => permissionsOf(statements));
  const arns = permissions.filter(({ action }) => action.startsWith('kms:')).map(({ resource }) => resource);
  expect(new Set(arns).size).toBe(1);
  return arns[0] ?? '';
}

test('every request was answered by a server that knows it, for a function that is deployed', () => {
  const callers = new Set(world.aws.calls.map(({ caller }) => caller).filter((caller) => caller !== NO_FUNCTION));
  expect([...callers].toSorted()).toEqual(world.functions.map(({ name }) => name).toSorted());
});

describe.each(deployedFunctions())('$name', ({ name, statements }) => {
  test('may do all that it does', () => {
    const permissions = permissionsOf(statements);
    const refused = requestsOf(name).filter(
      (request) => !permissions.some((permission) => covers(permission, request)),
    );
    expect(refused).toEqual([]);
  });

  test('may do nothing that it does not', () => {
    const requests = requestsOf(name);
    const unused = permissionsOf(statements).filter(
      (permission) =>
        !(permission.action in BY_THE_PLATFORM) && !requests.some((request) => covers(permission, request)),
    );
    expect(unused).toEqual([]);
  });

  test('cannot delete from the archive, unless it is the one that may, nor end a lock', () => {
    const archive = `arn:aws:s3:::${world.variable('LETTERLOCK_S3_BUCKET_ARCHIVE')}/messages/ab/x/y`;
    const fatal = [
      's3:DeleteObject',
      's3:DeleteObjectVersion',
      's3:BypassGovernanceRetention',
      's3:PutObjectLegalHold',
    ];
    const permissions = permissionsOf(statements);
    const found = fatal.filter((action) => permissions.some((given) => covers(given, { action, resource: archive })));
    expect(found).toEqual(name === 'purge-messages' ? ['s3:DeleteObjectVersion'] : []);
  });

  test('names its actions, without wildcards', () => {
    expect(permissionsOf(statements).filter(({ action }) => action.includes('*'))).toEqual([]);
  });
});
