import { SourceError } from '../../errors.ts';

/**
 * The form of the codes of RFC 6749, 5.2, and of those that others added. Whatever else an endpoint writes there is
 * not passed on: it may repeat what it was sent.
 */
const ERROR_CODE = /^[a-z]{1,30}(?:_[a-z]{1,30}){0,4}$/;
/** The numbers by which Microsoft tells in `error_description` what is wrong; the rest has ids and times. */
const MICROSOFT_CODE = /\bAADSTS\d{4,8}\b/;
/** Codes of a trouble that passes. */
const COME_LATER = new Set(['temporarily_unavailable', 'server_error', 'slow_down']);

/** The failure that an answer other than 200 means; `text` is its body. */
export function refusedToken(status: number, retryAfter: string | null, text: string): SourceError {
  const { code, detail } = refusalIn(text);
  const said = `token endpoint: ${code ?? `HTTP status ${status}`}${detail === undefined ? '' : ` (${detail})`}`;
  if (status === 429 || status === 503) {
    const waitSeconds = /^\d{1,6}$/.test(retryAfter ?? '') ? { waitSeconds: Number(retryAfter) } : {};
    return new SourceError('source_throttled', said, waitSeconds);
  }
  if (status >= 500 || COME_LATER.has(code ?? '')) return new SourceError('source_unreachable', said);
  if (status >= 300 && status < 400) return new SourceError('source_failed', `${said}: redirects are not followed`);
  return new SourceError(code === undefined ? 'source_failed' : 'source_refused_login', said);
}

function refusalIn(text: string): { readonly code?: string; readonly detail?: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('error' in value)) return {};
    const { error } = value;
    if (typeof error !== 'string' || !ERROR_CODE.test(error)) return {};
    const description = 'error_description' in value ? String(value.error_description) : '';
    const detail = MICROSOFT_CODE.exec(description)?.[0];
    return { code: error, ...(detail === undefined ? {} : { detail }) };
  } catch {
    return {};
  }
}
