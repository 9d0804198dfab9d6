import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Request } from './request.ts';

/** A request as IAM knows it. */
export interface Judged {
  readonly action: string;
  readonly resource: string;
  /** The object is not there: S3 says so only to those who may list the bucket. */
  readonly absent?: boolean;
  /** What else the request takes, such as a lock that is put with the object. */
  readonly also?: readonly string[];
  /** Nobody needs it to be answered, but the answer says more to whoever has it. */
  readonly shown?: readonly string[];
}

/** Of every object: none is put over another. */
const VERSION = 'v1';

/** Whether whoever sent a request has a permission. */
export type May = (action: string, resource: string) => boolean;

interface Lock {
  readonly retainUntil?: Date;
  readonly legalHold?: boolean;
}

interface Stored {
  readonly body: Buffer;
  readonly etag: string;
  readonly modifiedAt: Date;
  readonly lock: Lock;
}

/**
 * As much of S3 as the functions use, in memory, with buckets addressed by path, one version of each object. Honours
 * If-None-Match and If-Match, and Object Lock in governance mode that nobody may bypass, as S3 does. Answers the action
 * and the resource of a request as IAM knows them.
 */
export class ObjectServer {
  readonly #objects = new Map<string, Stored>();
  /** The bucket and key of an object that S3 cannot give now. */
  unavailable: string | undefined;

  /** Puts an object as SES or an earlier time would have. */
  put(bucket: string, key: string, body: Uint8Array, modifiedAt: Date = new Date()): void {
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    this.#objects.set(`${bucket}/${key}`, { body: Buffer.from(body), etag, modifiedAt, lock: {} });
  }

  /** Locks an object as somebody else would have, or lifts what locks it. */
  lock(bucket: string, key: string, lock: Lock): void {
    const stored = this.#objects.get(`${bucket}/${key}`);
    if (!stored) throw new Error(`there is no object ${key}`);
    this.#objects.set(`${bucket}/${key}`, { ...stored, lock });
  }

  lockOf(bucket: string, key: string): Lock {
    return this.#objects.get(`${bucket}/${key}`)?.lock ?? {};
  }

  get(bucket: string, key: string): Buffer | undefined {
    return this.#objects.get(`${bucket}/${key}`)?.body;
  }

  /** Loses an object. */
  delete(bucket: string, key: string): void {
    this.#objects.delete(`${bucket}/${key}`);
  }

  keys(bucket: string): readonly string[] {
    const prefix = `${bucket}/`;
    return [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  }

  answer(request: Request, response: ServerResponse, may: May): Judged {
    const [, bucket = '', ...rest] = request.path.split('/').map(decodeURIComponent);
    const key = rest.join('/');
    const resource = `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`;
    if (key === '') return { action: this.#list(request, response, bucket), resource };
    switch (request.method) {
      case 'PUT':
        return { ...this.#put(request, response, `${bucket}/${key}`), resource };
      case 'DELETE':
        return { action: this.#delete(request, response, `${bucket}/${key}`), resource };
      case 'GET':
      case 'HEAD':
        if (`${bucket}/${key}` === this.unavailable) {
          writeError(response, 503, 'SlowDown');
          return { action: 's3:GetObject', resource };
        }
        return { action: 's3:GetObject', resource, ...this.#get(request, response, { bucket, key, may }) };
      default:
        response.writeHead(501).end();
        return { action: `s3:${request.method}`, resource };
    }
  }

  #put(request: Request, response: ServerResponse, path: string): Omit<Judged, 'resource'> {
    const { headers, body, query } = request;
    if (query.has('retention')) return this.#changeLock(request, response, path, 's3:PutObjectRetention');
    if (query.has('legal-hold')) return this.#changeLock(request, response, path, 's3:PutObjectLegalHold');
    if ([...query.keys()].some((name) => name !== 'x-id'))
      throw new Error(`no such operation here: ${[...query.keys()]}`);
    const there = this.#objects.get(path);
    const isRefused =
      (headers['if-none-match'] === '*' && there) || (headers['if-match'] && headers['if-match'] !== there?.etag);
    const retainUntil = headers['x-amz-object-lock-retain-until-date'];
    const isHeld = headers['x-amz-object-lock-legal-hold'] === 'ON';
    if (isRefused) {
      writeError(response, 412, 'PreconditionFailed');
    } else {
      const at = path.indexOf('/');
      const [bucket, key] = [path.slice(0, at), path.slice(at + 1)];
      this.put(bucket, key, body);
      this.lock(bucket, key, {
        ...(retainUntil === undefined ? {} : { retainUntil: new Date(retainUntil) }),
        ...(isHeld ? { legalHold: true } : {}),
      });
      response.writeHead(200, { etag: this.#objects.get(path)?.etag ?? '', 'x-amz-version-id': VERSION }).end();
    }
    const also = [
      ...(retainUntil === undefined ? [] : ['s3:PutObjectRetention']),
      ...(isHeld ? ['s3:PutObjectLegalHold'] : []),
    ];
    return { action: 's3:PutObject', also };
  }

  #changeLock(
    { body }: Request,
    response: ServerResponse,
    path: string,
    action: 's3:PutObjectRetention' | 's3:PutObjectLegalHold',
  ): Omit<Judged, 'resource'> {
    const stored = this.#objects.get(path);
    const [, until] = /<RetainUntilDate>([^<]+)</.exec(body.toString()) ?? [];
    const [, status] = /<Status>(ON|OFF)</.exec(body.toString()) ?? [];
    const change: Lock =
      action === 's3:PutObjectRetention' ? { retainUntil: new Date(until ?? '') } : { legalHold: status === 'ON' };
    const { retainUntil } = stored?.lock ?? {};
    const isShorter = change.retainUntil !== undefined && retainUntil !== undefined && change.retainUntil < retainUntil;
    if (!stored) {
      writeError(response, 404, 'NoSuchKey');
    } else if (isShorter) {
      writeError(response, 403, 'AccessDenied');
    } else {
      this.#objects.set(path, { ...stored, lock: { ...stored.lock, ...change } });
      response.writeHead(200).end();
    }
    return { action };
  }

  #delete({ query }: Request, response: ServerResponse, path: string): string {
    const isVersion = query.has('versionId');
    const { retainUntil, legalHold } = this.#objects.get(path)?.lock ?? {};
    if (isVersion && (legalHold || (retainUntil !== undefined && retainUntil > new Date()))) {
      writeError(response, 403, 'AccessDenied');
    } else {
      this.#objects.delete(path);
      response.writeHead(204).end();
    }
    return isVersion ? 's3:DeleteObjectVersion' : 's3:DeleteObject';
  }

  #get(
    { method, headers }: Request,
    response: ServerResponse,
    { bucket, key, may }: { readonly bucket: string; readonly key: string; readonly may: May },
  ): Pick<Judged, 'absent' | 'shown'> {
    const stored = this.#objects.get(`${bucket}/${key}`);
    if (!stored) {
      if (method === 'HEAD') response.writeHead(404).end();
      else writeError(response, 404, 'NoSuchKey');
      return { absent: true };
    }
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    const body = start === undefined ? stored.body : stored.body.subarray(Number(start), Number(end) + 1);
    const range =
      start === undefined
        ? {}
        : { 'content-range': `bytes ${start}-${Number(start) + body.length - 1}/${stored.body.length}` };
    const locks = shownLocks(stored.lock);
    const resource = `arn:aws:s3:::${bucket}/${key}`;
    response.writeHead(start === undefined ? 200 : 206, {
      etag: stored.etag,
      'last-modified': stored.modifiedAt.toUTCString(),
      'x-amz-version-id': VERSION,
      'content-length': body.length,
      ...range,
      ...Object.assign({}, ...locks.map(({ action, fields }) => (may(action, resource) ? fields : {}))),
    });
    response.end(method === 'HEAD' ? undefined : body);
    // Nobody reads locks off the bytes.
    return method === 'HEAD' ? { shown: locks.map(({ action }) => action) } : {};
  }

  #list({ query }: Request, response: ServerResponse, bucket: string): string {
    const prefix = query.get('prefix') ?? '';
    const keys = this.keys(bucket)
      .filter((key) => key.startsWith(prefix))
      .toSorted();
    if (query.has('versions')) {
      const versions = keys.map((key) => {
        const stored = this.#objects.get(`${bucket}/${key}`);
        const facts = `<LastModified>${stored?.modifiedAt.toISOString()}</LastModified><ETag>x</ETag><Size>${stored?.body.length}</Size>`;
        return `<Version><Key>${key}</Key><VersionId>${VERSION}</VersionId><IsLatest>true</IsLatest>${facts}</Version>`;
      });
      response.writeHead(200, { 'content-type': 'application/xml' });
      response.end(`<ListVersionsResult><IsTruncated>false</IsTruncated>${versions.join('')}</ListVersionsResult>`);
      return 's3:ListBucketVersions';
    }
    const contents = keys.map((key) => {
      const stored = this.#objects.get(`${bucket}/${key}`);
      const facts = `<LastModified>${stored?.modifiedAt.toISOString()}</LastModified><ETag>x</ETag><Size>${stored?.body.length}</Size>`;
      return `<Contents><Key>${key}</Key>${facts}</Contents>`;
    });
    response.writeHead(200, { 'content-type': 'application/xml' });
    response.end(`<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`);
    return 's3:ListBucket';
  }
}

/** What S3 says of a lock, and to whom. */
function shownLocks({ retainUntil, legalHold }: Lock) {
  const retention = retainUntil && {
    action: 's3:GetObjectRetention',
    fields: {
      'x-amz-object-lock-mode': 'GOVERNANCE',
      'x-amz-object-lock-retain-until-date': retainUntil.toISOString(),
    },
  };
  const hold = legalHold !== undefined && {
    action: 's3:GetObjectLegalHold',
    fields: { 'x-amz-object-lock-legal-hold': legalHold ? 'ON' : 'OFF' },
  };
  return [...(retention ? [retention] : []), ...(hold ? [hold] : [])];
}

function writeError(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
