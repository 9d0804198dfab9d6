import { SettingsError } from './settings-error.ts';

/** Where objects and tables are kept. */
export interface StoreSettings {
  /** `undefined`: in files below the data directory. */
  readonly s3: S3Settings | undefined;
  /** `undefined`: in SQLite below the data directory. */
  readonly dynamoDb: DynamoDbSettings | undefined;
}

export interface S3Settings {
  readonly buckets: { readonly intake: string; readonly archive: string; readonly derived: string };
  /** Another server than AWS. */
  readonly endpoint?: string;
  /** Whether a server is accepted that lacks what the archive relies on. */
  readonly weak: boolean;
}

export interface DynamoDbSettings {
  readonly prefix: string;
  /** Another server than AWS; missing tables are then created. */
  readonly endpoint?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Everything on this machine. */
export const LOCAL_STORES: StoreSettings = { s3: undefined, dynamoDb: undefined };

/** Reads where objects and tables are kept. Throws `SettingsError`. */
export function readStoreSettings(env: Environment): StoreSettings {
  return {
    s3: chosen(env, 'LETTERLOCK_OBJECTS', 'file', 's3') === 's3' ? s3(env) : undefined,
    dynamoDb: chosen(env, 'LETTERLOCK_TABLES', 'sqlite', 'dynamodb') === 'dynamodb' ? dynamoDb(env) : undefined,
  };
}

function s3(env: Environment): S3Settings {
  const bucket = (name: string) =>
    matching(env, `LETTERLOCK_S3_BUCKET_${name}`, /^[a-z0-9][a-z0-9.-]{2,62}$/, 'a bucket');
  const buckets = { intake: bucket('INTAKE'), archive: bucket('ARCHIVE'), derived: bucket('DERIVED') };
  if (new Set(Object.values(buckets)).size < 3) {
    throw new SettingsError('LETTERLOCK_S3_BUCKET_INTAKE, _ARCHIVE and _DERIVED have to be three buckets');
  }
  return {
    buckets,
    ...endpoint(env, 'LETTERLOCK_S3_ENDPOINT'),
    weak: chosen(env, 'LETTERLOCK_S3_WEAK', '0', '1') === '1',
  };
}

function dynamoDb(env: Environment): DynamoDbSettings {
  const prefix = matching(env, 'LETTERLOCK_TABLE_PREFIX', /^[\w.-]{1,200}$/, 'what the names of the tables begin with');
  return { prefix, ...endpoint(env, 'LETTERLOCK_DYNAMODB_ENDPOINT') };
}

function endpoint(env: Environment, name: string): { readonly endpoint?: string } {
  const text = env[name];
  if (!text) return {};
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? '')) {
    throw new SettingsError(`${name} is "${text}"; it takes a URL such as https://s3.example.org`);
  }
  return { endpoint: text };
}

function chosen(env: Environment, name: string, fallback: string, other: string): string {
  const text = env[name] || fallback;
  if (text === fallback || text === other) return text;
  throw new SettingsError(`${name} is "${text}"; it takes ${fallback} or ${other}`);
}

function matching(env: Environment, name: string, pattern: RegExp, what: string): string {
  const text = env[name] ?? '';
  if (pattern.test(text)) return text;
  throw new SettingsError(`${name} is "${text}"; it has to name ${what}`);
}
