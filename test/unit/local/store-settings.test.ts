import { describe, expect, test } from 'vitest';
import { SettingsError } from '../../../infra/local/settings-error.ts';
import { LOCAL_STORES, readStoreSettings } from '../../../infra/local/store-settings.ts';

const s3 = {
  LETTERLOCK_OBJECTS: 's3',
  LETTERLOCK_S3_BUCKET_INTAKE: 'mail-intake',
  LETTERLOCK_S3_BUCKET_ARCHIVE: 'mail-archive',
  LETTERLOCK_S3_BUCKET_DERIVED: 'mail-derived',
};
const dynamoDb = { LETTERLOCK_TABLES: 'dynamodb', LETTERLOCK_TABLE_PREFIX: 'letterlock-' };

describe('where objects and tables are kept', () => {
  test('is on this machine unless something else is said', () => {
    expect(readStoreSettings({})).toEqual(LOCAL_STORES);
    expect(readStoreSettings({ LETTERLOCK_OBJECTS: 'file', LETTERLOCK_TABLES: 'sqlite' })).toEqual(LOCAL_STORES);
  });

  test('may be S3 and DynamoDB, of AWS or of another server', () => {
    const buckets = { intake: 'mail-intake', archive: 'mail-archive', derived: 'mail-derived' };
    expect(readStoreSettings({ ...s3, ...dynamoDb })).toEqual({
      s3: { buckets, weak: false },
      dynamoDb: { prefix: 'letterlock-' },
    });
    const endpoints = { LETTERLOCK_S3_ENDPOINT: 'https://s3.test', LETTERLOCK_DYNAMODB_ENDPOINT: 'http://[::1]:8000' };
    expect(readStoreSettings({ ...s3, ...dynamoDb, ...endpoints, LETTERLOCK_S3_WEAK: '1' })).toEqual({
      s3: { buckets, endpoint: 'https://s3.test', weak: true },
      dynamoDb: { prefix: 'letterlock-', endpoint: 'http://[::1]:8000' },
    });
  });

  test.each([
    { env: { LETTERLOCK_OBJECTS: 'S3' }, name: 'LETTERLOCK_OBJECTS' },
    { env: { LETTERLOCK_TABLES: 'mysql' }, name: 'LETTERLOCK_TABLES' },
    { env: { ...s3, LETTERLOCK_S3_BUCKET_ARCHIVE: undefined }, name: 'LETTERLOCK_S3_BUCKET_ARCHIVE' },
    { env: { ...s3, LETTERLOCK_S3_BUCKET_DERIVED: 'Not_A_Bucket' }, name: 'LETTERLOCK_S3_BUCKET_DERIVED' },
    { env: { ...s3, LETTERLOCK_S3_BUCKET_INTAKE: 'mail-archive' }, name: 'three buckets' },
    { env: { ...s3, LETTERLOCK_S3_ENDPOINT: 's3.example.org' }, name: 'LETTERLOCK_S3_ENDPOINT' },
    { env: { ...s3, LETTERLOCK_S3_WEAK: 'yes' }, name: 'LETTERLOCK_S3_WEAK' },
    { env: { LETTERLOCK_TABLES: 'dynamodb' }, name: 'LETTERLOCK_TABLE_PREFIX' },
    { env: { ...dynamoDb, LETTERLOCK_TABLE_PREFIX: 'a/b' }, name: 'LETTERLOCK_TABLE_PREFIX' },
    { env: { ...dynamoDb, LETTERLOCK_DYNAMODB_ENDPOINT: 'file:///x' }, name: 'LETTERLOCK_DYNAMODB_ENDPOINT' },
  ])('is refused with the name of what is wrong: $env', ({ env, name }) => {
    expect(() => readStoreSettings(env)).toThrow(SettingsError);
    expect(() => readStoreSettings(env)).toThrow(name);
  });
});
