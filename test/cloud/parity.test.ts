import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allRoutes } from '../../functions/http-api/routes/all-routes.ts';
import { FUNCTIONS, QUEUES } from '../../infra/aws/functions.ts';
import { isFields, resourcesOf } from './cloud-assembly.ts';
import { CloudWorld } from './cloud-world.ts';
import { httpEvent } from './events.ts';
import { deployedFunctions } from './functions-of.ts';
import { templateOf } from './templates.ts';

/** Functions that only AWS has, and what does the same on one machine. */
const CLOUD_FUNCTIONS: Readonly<Record<string, string>> = {
  'settle-dead-letters': 'the local queue settles its dead letters itself (infra/local/workers.ts)',
  'search-units': 'the local system searches in threads (infra/local/search-thread.ts)',
  notify: 'on one machine domain events are lines of the log (infra/local/log-events.ts)',
  'prepare-tables': 'the local system prepares its tables at each start (infra/local/first-start.ts)',
};

/** Functions that only the local system has, and why. */
const LOCAL_FUNCTIONS: Readonly<Record<string, string>> = {
  'forward-audit': 'it would need a way into the network of the receiver; on AWS the trail is read from the bucket',
};

/** Variables that only functions on AWS have, and why. */
const CLOUD_VARIABLES: Readonly<Record<string, string>> = {
  LETTERLOCK_LOCK_MODE: 'on one machine whoever has the disk can delete, whatever the mode',
  LETTERLOCK_LOCK_DAYS: 'as the mode',
  LETTERLOCK_QUEUE_ARRIVALS: 'the local queue lies in the process',
  LETTERLOCK_QUEUE_JOBS: 'as the other queue',
  LETTERLOCK_QUEUE_FETCHES: 'as the other queues',
  LETTERLOCK_QUEUE_SIGNATURES: 'as the other queues',
  LETTERLOCK_QUEUE_INDEX: 'as the other queues',
  LETTERLOCK_QUEUE_PURGES: 'as the other queues',
  LETTERLOCK_QUEUE_HOLDS: 'as the other queues',
  LETTERLOCK_FUNCTION_SEARCH_UNITS: 'the local system searches in threads',
  LETTERLOCK_EVENT_BUS: 'on one machine domain events are lines of the log',
  LETTERLOCK_SECRET_SESSION_SIGNING: 'on one machine secrets are files of the data directory',
  LETTERLOCK_SECRET_CREDENTIAL_SEALING: 'as the other secrets',
  LETTERLOCK_SECRET_OTP_SEALING: 'as the other secrets',
  LETTERLOCK_SECRET_DELETION_PROOF: 'as the other secrets',
  LETTERLOCK_ALARM_ADDRESS: 'on one machine whoever watches the log is told',
  LETTERLOCK_SENDER_ADDRESS: 'as the alarm address',
  LETTERLOCK_VERSION: 'the local system reads its package.json',
};

/** Variables that only the local system has, and what stands for them on AWS. */
const LOCAL_VARIABLES: Readonly<Record<string, string>> = {
  LETTERLOCK_DATA_DIR: 'buckets, tables and secrets',
  LETTERLOCK_HOST: 'the gateway listens',
  LETTERLOCK_HTTP_PORT: 'the gateway listens',
  LETTERLOCK_SMTP_PORT: 'SES listens',
  LETTERLOCK_TLS_CERT: 'SES and the gateway have their own',
  LETTERLOCK_TLS_KEY: 'as the certificate',
  LETTERLOCK_MAX_MESSAGE_BYTES: 'SES takes 40 MB',
  LETTERLOCK_ADMIN_PASSWORD: 'prepare-tables makes one',
  LETTERLOCK_LOG_LEVEL: 'functions log at the level info',
  LETTERLOCK_OBJECTS: 'always s3',
  LETTERLOCK_TABLES: 'always dynamodb',
  LETTERLOCK_S3_ENDPOINT: 'always AWS',
  LETTERLOCK_DYNAMODB_ENDPOINT: 'always AWS',
  LETTERLOCK_SINGLE_INSTANCE_BYTES: 'the default holds',
  LETTERLOCK_DNS: 'the resolver of Lambda',
  LETTERLOCK_SMTP_CLIENT_CA: 'SES tells no certificate of a client',
  LETTERLOCK_S3_WEAK: 'S3 honours every condition',
  LETTERLOCK_AUDIT_SYSLOG: 'forward-audit runs on one machine only',
  LETTERLOCK_AUDIT_SYSLOG_CA: 'as the receiver',
  LETTERLOCK_SMTP_RELAY: 'SES sends',
  LETTERLOCK_SECURE_COOKIES: 'the gateway has TLS only',
};

const ROOT = new URL('../../', import.meta.url);
const LOCAL = filesBelow('infra/local');

/** Sources of the local system, without its demo. */
function filesBelow(folder: string): ReadonlyMap<string, string> {
  const path = fileURLToPath(new URL(folder, ROOT));
  const names = readdirSync(path, { withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.ts'),
  );
  return new Map(names.map(({ name }) => [name, readFileSync(`${path}/${name}`, 'utf8')]));
}

function found(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].toSorted();
}

/** The value of a constant such as `SWEEP_INTERVAL_MS = 5 * 60_000`. */
function constant(file: string, name: string): number {
  const [, product] = new RegExp(`const ${name} = ([\\d_ *]+);`).exec(LOCAL.get(file) ?? '') ?? [];
  if (product === undefined) throw new Error(`${file} has no constant ${name}`);
  return product
    .replaceAll('_', '')
    .split('*')
    .reduce((value, factor) => value * Number(factor), 1);
}

const localText = [...LOCAL.values()].join('\n');
const HANDLER = /functions\/([a-z-]+)\/handler\.ts/g;

describe('functions', () => {
  const deployed = deployedFunctions().map(({ name }) => name);

  test('every folder of a function is deployed, and nothing else is', () => {
    const folders = readdirSync(new URL('functions', ROOT)).filter((name) =>
      readdirSync(new URL(`functions/${name}`, ROOT)).includes('handler.ts'),
    );
    expect([...deployed, ...Object.keys(LOCAL_FUNCTIONS)].toSorted()).toEqual(folders.toSorted());
  });

  test('the local system runs each, but for those with a named reason', () => {
    const local = found(localText, HANDLER);
    expect([...local, ...Object.keys(CLOUD_FUNCTIONS)].toSorted()).toEqual(
      [...deployed, ...Object.keys(LOCAL_FUNCTIONS)].toSorted(),
    );
  });
});

describe('queues', () => {
  test('are the same', () => {
    expect(found(localText, /queue\.consume\(\s*'([a-z]+)'/g)).toEqual(QUEUES.map(({ name }) => name).toSorted());
  });

  test('give up after as many deliveries', () => {
    const most = constant('workers.ts', 'MAX_RECEIVE_COUNT');
    expect(QUEUES.filter(({ maxReceiveCount }) => maxReceiveCount !== most)).toEqual([]);
  });

  test('hand over as many arrivals at once', () => {
    const arrivals = FUNCTIONS.find(({ name }) => name === 'archive-arrivals');
    expect(arrivals?.trigger).toMatchObject({ batchSize: constant('workers.ts', 'BATCH_SIZE') });
  });
});

describe('schedules', () => {
  const scheduled = FUNCTIONS.filter(({ trigger }) => trigger.kind === 'schedule');

  test('invoke the same functions', () => {
    const local = found(LOCAL.get('schedules.ts') ?? '', HANDLER).filter((name) => !(name in LOCAL_FUNCTIONS));
    expect(local).toEqual(scheduled.map(({ name }) => name).toSorted());
  });

  test('sweep as often', () => {
    const sweep = scheduled.find(({ name }) => name === 'sweep');
    expect(sweep?.trigger).toMatchObject({ everyMinutes: constant('schedules.ts', 'SWEEP_INTERVAL_MS') / 60_000 });
  });
});

describe('environment', () => {
  const ofFunctions = new Set(deployedFunctions().flatMap(({ environment }) => Object.keys(environment)));
  const ofLocal = new Set(found(localText, /\b(LETTERLOCK_[A-Z0-9_]+[A-Z0-9])\b/g));

  test('what only functions have has a reason', () => {
    const composed = found(localText, /(LETTERLOCK_[A-Z0-9_]+_)\$\{/g);
    const isLocal = (name: string) => ofLocal.has(name) || composed.some((start) => name.startsWith(start));
    const only = [...ofFunctions].filter((name) => !isLocal(name));
    expect(only.toSorted()).toEqual(Object.keys(CLOUD_VARIABLES).toSorted());
  });

  test('what only the local system has has a reason', () => {
    const only = [...ofLocal].filter((name) => !ofFunctions.has(name));
    expect(only.toSorted()).toEqual(Object.keys(LOCAL_VARIABLES).toSorted());
  });

  test('no function has a variable that its bundle does not read', () => {
    for (const { name, environment, code } of deployedFunctions()) {
      const bundle = readFileSync(`${code}/index.mjs`, 'utf8');
      const named = ({ 0: variable = '' }: RegExpMatchArray | string[]) => variable;
      const composed = [...bundle.matchAll(/LETTERLOCK_(QUEUE|SECRET|FUNCTION)_/g)].map(named);
      const unread = Object.keys(environment).filter(
        (variable) => !bundle.includes(variable) && !composed.some((start) => variable.startsWith(start)),
      );
      expect({ name, unread }).toEqual({ name, unread: [] });
    }
  });
});

describe('routes', () => {
  let world: CloudWorld;
  beforeAll(async () => {
    world = await CloudWorld.start({ functions: deployedFunctions() });
  });
  afterAll(() => world.stop());

  test('lie below the same path', () => {
    const [route] = resourcesOf(templateOf('Service'), 'AWS::ApiGatewayV2::Route').values();
    const key = isFields(route?.Properties) ? String(route.Properties.RouteKey) : '';
    expect(key).toBe('ANY /api/v1/{proxy+}');
    expect(localText).toContain("basePath: '/api/v1'");
  });

  test.each(allRoutes)('$method $path is answered', async ({ method, path }) => {
    const asked = path.replace(/\{\w+\}/g, 'x');
    const answer = await world.invoke('http-api', httpEvent({ method, path: asked }));
    expect(isFields(answer) ? answer.statusCode : 0).toSatisfy((status: number) => [200, 400, 401].includes(status));
  });
});
