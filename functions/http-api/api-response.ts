import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** What a route answers. */
export interface ApiResponse {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: Uint8Array | string;
}

export function ok(body: object): ApiResponse {
  return json(200, body);
}

export function created(body: object): ApiResponse {
  return json(201, body);
}

export function accepted(body: object): ApiResponse {
  return json(202, body);
}

export function noContent(): ApiResponse {
  return { status: 204 };
}

export function json(status: number, body: object, headers: ApiResponse['headers'] = {}): ApiResponse {
  return { status, headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** In front of everything the API answers: nothing of it is a page, to be cached, or to be guessed at by a browser. */
const SECURITY_FIELDS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The answer as API Gateway takes it (payload 2.0); bytes as base64. */
export function toResult(response: ApiResponse): APIGatewayProxyStructuredResultV2 {
  const { status, headers = {}, body = '' } = response;
  const isText = typeof body === 'string';
  return {
    statusCode: status,
    headers: { ...SECURITY_FIELDS, ...headers },
    body: isText ? body : Buffer.from(body).toString('base64'),
    isBase64Encoded: !isText,
  };
}
