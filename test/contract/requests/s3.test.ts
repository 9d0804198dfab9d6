import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createS3Client } from '../../../shared/adapters/s3/s3-client.ts';
import { createS3ObjectStore } from '../../../shared/adapters/s3/s3-object-store.ts';
import { ObjectLockedError, StorageError } from '../../../shared/errors.ts';
import type { ObjectStore } from '../../../shared/ports/object-store.ts';
import { broken, bytes, streamed } from '../bytes.ts';
import { type RecordingServer, type Reply, startRecordingServer } from '../recording-server.ts';
import { withTestCredentials } from '../test-credentials.ts';

withTestCredentials();

let server: RecordingServer;
let store: ObjectStore;
beforeAll(async () => {
  server = await startRecordingServer();
  // As the bundles are pointed at test servers: the client is the one for AWS in all but where it sends.
  vi.stubEnv('AWS_ENDPOINT_URL_S3', server.url);
  store = createS3ObjectStore({ client: createS3Client(), bucket: 'archive', lockMode: 'COMPLIANCE' });
});
afterAll(() => server.close());

const stored: Reply = { headers: { etag: '"e"', 'x-amz-version-id': 'v1' } };
const refusal = (status: number, code: string, message = ''): Reply => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});
const sent = () => server.requests.map(({ method, url }) => `${method} ${url.replace(/[?&]x-id=\w+/, '')}`);
const headers = (index = 0) => server.requests[index]?.headers ?? {};

describe('put', () => {
  test('ifAbsent is If-None-Match, and bytes go whole, with a checksum that S3 compares', async () => {
    server.reply(stored);
    const put = await store.put('messages/ab/c', bytes('hello'), { ifAbsent: true });
    expect(put).toEqual({ outcome: 'stored', versionId: 'v1', etag: '"e"' });
    expect(sent()).toEqual(['PUT /archive/messages/ab/c']);
    expect(headers()).toMatchObject({
      'if-none-match': '*',
      'content-length': '5',
      'x-amz-checksum-crc32': 'NhCmhg==',
    });
    expect(headers()).not.toHaveProperty('if-match');
    expect(server.requests[0]?.body.toString()).toBe('hello');
  });

  test('ifMatch is If-Match', async () => {
    server.reply(stored);
    await store.put('k', bytes('x'), { ifMatch: '"before"' });
    expect(headers()).toMatchObject({ 'if-match': '"before"' });
    expect(headers()).not.toHaveProperty('if-none-match');
  });

  test('a short stream is one request of known length', async () => {
    server.reply(stored);
    await store.put('k', streamed('one ', 'two'), { ifAbsent: true });
    expect(sent()).toEqual(['PUT /archive/k']);
    expect(headers()).toMatchObject({ 'content-length': '7', 'if-none-match': '*' });
  });

  test('a lock is in force from the same request on', async () => {
    server.reply(stored);
    const retainUntil = new Date('2030-01-02T03:04:05.000Z');
    await store.put('k', bytes('x'), { ifAbsent: true, lock: { retainUntil, legalHold: true } });
    expect(headers()).toMatchObject({
      'x-amz-object-lock-mode': 'COMPLIANCE',
      'x-amz-object-lock-retain-until-date': '2030-01-02T03:04:05Z',
      'x-amz-object-lock-legal-hold': 'ON',
    });
  });

  test('a store that retains everything does so for the days it was given, longer where asked', async () => {
    const clock = { now: () => new Date('2026-01-01T00:00:00.000Z') };
    const retaining = createS3ObjectStore({ client: createS3Client(), bucket: 'archive', retainDays: 10, clock });
    const until = async (retainUntil?: string) => {
      server.reply(stored);
      const lock = retainUntil === undefined ? {} : { lock: { retainUntil: new Date(retainUntil) } };
      await retaining.put('k', bytes('x'), { ifAbsent: true, ...lock });
      expect(headers()['x-amz-object-lock-mode']).toBe('GOVERNANCE');
      return headers()['x-amz-object-lock-retain-until-date'];
    };
    expect(await until()).toBe('2026-01-11T00:00:00Z');
    expect(await until('2026-01-05T00:00:00.000Z')).toBe('2026-01-11T00:00:00Z');
    expect(await until('2036-01-01T00:00:00.000Z')).toBe('2036-01-01T00:00:00Z');
  });

  test.each([
    { name: 'exists', reply: refusal(412, 'PreconditionFailed'), options: { ifAbsent: true }, outcome: 'exists' },
    { name: 'other etag', reply: refusal(412, 'PreconditionFailed'), options: { ifMatch: 'e' }, outcome: 'changed' },
    { name: 'nothing to match', reply: refusal(404, 'NoSuchKey'), options: { ifMatch: 'e' }, outcome: 'changed' },
  ])('an unmet condition is an outcome: $name', async ({ reply, options, outcome }) => {
    server.reply(reply);
    expect(await store.put('k', bytes('x'), options)).toEqual({ outcome });
    expect(server.requests).toHaveLength(1);
  });

  test('a race with another write of the key is tried again', async () => {
    server.reply(refusal(409, 'ConditionalRequestConflict'), refusal(409, 'ConditionalRequestConflict'), stored);
    expect((await store.put('k', bytes('x'), { ifAbsent: true })).outcome).toBe('stored');
    expect(sent()).toEqual(['PUT /archive/k', 'PUT /archive/k', 'PUT /archive/k']);
  });

  test.each([
    { name: 'a race without end', reply: refusal(409, 'ConditionalRequestConflict') },
    { name: 'a missing bucket', reply: refusal(404, 'NoSuchBucket') },
    { name: 'another conflict', reply: refusal(409, 'OperationAborted') },
    { name: 'denied', reply: refusal(403, 'AccessDenied') },
  ])('anything else is a failure of the store: $name', async ({ reply }) => {
    server.reply(reply);
    await expect(store.put('k', bytes('x'), { ifMatch: 'e' })).rejects.toThrow(StorageError);
  });

  test('what was throttled is repeated', async () => {
    server.reply(refusal(503, 'SlowDown'), refusal(500, 'InternalError'), stored);
    expect((await store.put('k', bytes('x'))).outcome).toBe('stored');
  });
});

describe('a long stream', () => {
  const mebibyte = 'x'.repeat(1024 * 1024);
  const long = () => streamed(...Array(20).fill(mebibyte));
  const begun: Reply = {
    headers: { 'content-type': 'application/xml' },
    body: '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>',
  };
  const part: Reply = { headers: { etag: '"p"', 'x-amz-checksum-crc32': 'AAAAAA==' } };
  const completed: Reply = {
    headers: { 'content-type': 'application/xml', 'x-amz-version-id': 'v2' },
    body: '<CompleteMultipartUploadResult><ETag>"m"</ETag></CompleteMultipartUploadResult>',
  };

  test('goes in parts; the condition is on their completion, the lock on their beginning', async () => {
    server.reply(begun, part, part, completed);
    const lock = { retainUntil: new Date('2030-01-02T03:04:05.000Z') };
    const put = await store.put('k', long(), { ifAbsent: true, lock });
    expect(put).toEqual({ outcome: 'stored', versionId: 'v2', etag: '"m"' });
    expect(sent()).toEqual([
      'POST /archive/k?uploads=',
      'PUT /archive/k?partNumber=1&uploadId=u',
      'PUT /archive/k?partNumber=2&uploadId=u',
      'POST /archive/k?uploadId=u',
    ]);
    expect(server.requests.map((request) => request.headers['if-none-match'])).toEqual([
      undefined,
      undefined,
      undefined,
      '*',
    ]);
    expect(headers()).toMatchObject({ 'x-amz-object-lock-mode': 'COMPLIANCE' });
    expect(server.requests.slice(1, 3).map(({ body }) => body.length)).toEqual([16 << 20, 4 << 20]);
    const completion = server.requests[3]?.body.toString();
    expect(completion).toMatch(/<PartNumber>2<\/PartNumber>/);
    expect(completion?.match(/<ChecksumCRC32>AAAAAA==</g)).toHaveLength(2);
  });

  test('is given up where the object exists', async () => {
    server.reply(begun, part, part, refusal(412, 'PreconditionFailed'), { status: 204 });
    expect(await store.put('k', long(), { ifAbsent: true })).toEqual({ outcome: 'exists' });
    expect(sent().at(-1)).toBe('DELETE /archive/k?uploadId=u');
  });

  test('is given up where the body throws', async () => {
    server.reply(begun, part, { status: 204 });
    const failure = new Error('the sender hung up');
    await expect(store.put('k', broken(failure, ...Array(17).fill(mebibyte)))).rejects.toBe(failure);
    expect(sent()).toEqual([
      'POST /archive/k?uploads=',
      'PUT /archive/k?partNumber=1&uploadId=u',
      'DELETE /archive/k?uploadId=u',
    ]);
  });
});

describe('reading', () => {
  test('a range is inclusive on the wire', async () => {
    const headersOfRange = { etag: '"e"', 'content-range': 'bytes 3-4/10' };
    server.reply({ status: 206, headers: headersOfRange, body: '34' });
    expect(await store.get('k', { start: 3, end: 5 })).toMatchObject({ sizeBytes: 10, body: bytes('34') });
    expect(headers()).toMatchObject({ range: 'bytes=3-4' });
  });

  test('what comes is compared with the checksum that S3 keeps', async () => {
    server.reply({ headers: { 'x-amz-checksum-crc32': 'NhCmhg==' }, body: 'hello' });
    expect(await store.get('k')).toMatchObject({ body: bytes('hello') });
    expect(headers()).toMatchObject({ 'x-amz-checksum-mode': 'ENABLED' });
    server.reply({ headers: { 'x-amz-checksum-crc32': 'NhCmhg==' }, body: 'hallo' });
    await expect(store.get('k')).rejects.toThrow(StorageError);
  });

  test('a body that ends too early is a failure of the store', async () => {
    server.reply({ headers: { 'content-length': '10' }, body: 'half', cut: true });
    await expect(store.get('k')).rejects.toThrow(StorageError);
  });

  test('403 says what it may mean', async () => {
    server.reply(refusal(403, 'AccessDenied'));
    await expect(store.get('k')).rejects.toThrow(/may not list the bucket/);
  });

  test('a server that is not there is a failure of the store', async () => {
    const gone = createS3ObjectStore({ client: createS3Client({ endpoint: 'http://127.0.0.1:1' }), bucket: 'b' });
    await expect(gone.get('k')).rejects.toThrow(StorageError);
  });
});

describe('locks', () => {
  const version = (versionId: string, hold: 'ON' | 'OFF'): Reply => ({
    headers: { 'x-amz-version-id': versionId, 'x-amz-object-lock-legal-hold': hold },
  });

  test('a refused deletion is a lock only where there is one', async () => {
    server.reply(refusal(403, 'AccessDenied'), version('v1', 'ON'));
    await expect(store.deleteVersion('k', 'v1')).rejects.toThrow(ObjectLockedError);
    // Asking for the newest version takes no permission to read older ones.
    expect(sent()).toEqual(['DELETE /archive/k?versionId=v1', 'HEAD /archive/k']);
    server.reply(refusal(403, 'AccessDenied'), version('v1', 'OFF'));
    await expect(store.deleteVersion('k', 'v1')).rejects.toThrow(StorageError);
  });

  test('the lock of an older version is asked for by its id', async () => {
    server.reply(refusal(403, 'AccessDenied'), version('v2', 'OFF'), version('v1', 'ON'));
    await expect(store.deleteVersion('k', 'v1')).rejects.toThrow(ObjectLockedError);
    expect(sent()).toEqual(['DELETE /archive/k?versionId=v1', 'HEAD /archive/k', 'HEAD /archive/k?versionId=v1']);
  });

  test('nothing asks to bypass governance', async () => {
    server.reply({});
    await store.deleteVersion('k', 'v1');
    await store.retain('k', 'v1', new Date('2030-01-01T00:00:00.000Z'));
    expect(sent()).toEqual(['DELETE /archive/k?versionId=v1', 'PUT /archive/k?retention=&versionId=v1']);
    for (const request of server.requests)
      expect(request.headers).not.toHaveProperty('x-amz-bypass-governance-retention');
    expect(server.requests[1]?.body.toString()).toMatch(/<Mode>COMPLIANCE<.*<RetainUntilDate>2030-01-01T00:00:00Z</);
  });
});

test('a temporary URL says type, name and end, and is made without asking S3', async () => {
  server.reply({});
  const options = { seconds: 60, contentType: 'message/rfc822', fileName: 'Grüße (1).eml' };
  const url = new URL(await store.temporaryUrl('exports/k', { ...options, now: new Date('2026-01-01T00:00:00.000Z') }));
  expect(url.pathname).toBe('/archive/exports/k');
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    'X-Amz-Date': '20260101T000000Z',
    'X-Amz-Expires': '60',
    'response-content-type': 'message/rfc822',
    'response-content-disposition': "attachment; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20%281%29.eml",
  });
  expect(server.requests).toEqual([]);
});
