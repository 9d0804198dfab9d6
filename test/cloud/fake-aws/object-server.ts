import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Request } from './request.ts';

/** A request as IAM knows it. */
export interface Judged {
  readonly action: string;
  readonly resource: string;
  /** The object is not there: S3 says so only to those who may list the bucket. */
  readonly absent?: boolean;
}

interface Stored {
  readonly body: Buffer;
  readonly etag: string;
  readonly modifiedAt: Date;
}

/**
 * As much of S3 as the functions use, in memory, with buckets addressed by path. Honours If-None-Match and
 * If-Match, as S3 does. Answers the action and the resource of a request as IAM knows them.
 */
export class ObjectServer {
  readonly #objects = new Map<string, Stored>();
  /** The bucket and key of an object that S3 cannot give now. */
  unavailable: string | undefined;

  /** Puts an object as SES or an earlier time would have. */
  put(bucket: string, key: string, body: Uint8Array, modifiedAt: Date = new Date()): void {
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    this.#objects.set(`${bucket}/${key}`, { body: Buffer.from(body), etag, modifiedAt });
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

  answer(request: Request, response: ServerResponse): Judged {
    const [, bucket = '', ...rest] = request.path.split('/').map(decodeURIComponent);
    const key = rest.join('/');
    const resource = `arn:aws:s3:::${bucket}${key === '' ? '' : `/${key}`}`;
    if (key === '') return { action: this.#list(request, response, bucket), resource };
    switch (request.method) {
      case 'PUT':
        return { action: this.#put(request, response, `${bucket}/${key}`), resource };
      case 'DELETE':
        this.#objects.delete(`${bucket}/${key}`);
        response.writeHead(204).end();
        return { action: request.query.has('versionId') ? 's3:DeleteObjectVersion' : 's3:DeleteObject', resource };
      case 'GET':
      case 'HEAD':
        if (`${bucket}/${key}` === this.unavailable) {
          writeError(response, 503, 'SlowDown');
          return { action: 's3:GetObject', resource };
        }
        return { action: 's3:GetObject', resource, absent: !this.#get(request, response, `${bucket}/${key}`) };
      default:
        response.writeHead(501).end();
        return { action: `s3:${request.method}`, resource };
    }
  }

  #put({ headers, body, query }: Request, response: ServerResponse, path: string): string {
    if ([...query.keys()].some((name) => name !== 'x-id'))
      throw new Error(`no such operation here: ${[...query.keys()]}`);
    const there = this.#objects.get(path);
    const isRefused =
      (headers['if-none-match'] === '*' && there) || (headers['if-match'] && headers['if-match'] !== there?.etag);
    if (isRefused) {
      writeError(response, 412, 'PreconditionFailed');
    } else {
      const at = path.indexOf('/');
      this.put(path.slice(0, at), path.slice(at + 1), body);
      response.writeHead(200, { etag: this.#objects.get(path)?.etag ?? '', 'x-amz-version-id': 'v1' }).end();
    }
    return 's3:PutObject';
  }

  /** Answers whether the object is there. */
  #get({ method, headers }: Request, response: ServerResponse, path: string): boolean {
    const stored = this.#objects.get(path);
    if (!stored) {
      if (method === 'HEAD') response.writeHead(404).end();
      else writeError(response, 404, 'NoSuchKey');
      return false;
    }
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    const body = start === undefined ? stored.body : stored.body.subarray(Number(start), Number(end) + 1);
    const range =
      start === undefined
        ? {}
        : { 'content-range': `bytes ${start}-${Number(start) + body.length - 1}/${stored.body.length}` };
    response.writeHead(start === undefined ? 200 : 206, {
      etag: stored.etag,
      'last-modified': stored.modifiedAt.toUTCString(),
      'x-amz-version-id': 'v1',
      'content-length': body.length,
      ...range,
    });
    response.end(method === 'HEAD' ? undefined : body);
    return true;
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
        return `<Version><Key>${key}</Key><VersionId>v1</VersionId><IsLatest>true</IsLatest>${facts}</Version>`;
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

function writeError(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
}
