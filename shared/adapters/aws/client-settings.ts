/** Where a client's calls go; without `endpoint` to AWS, in the region and with the credentials of the environment. */
export interface ClientPlace {
  /** Another server that speaks the protocol, as a URL. */
  readonly endpoint?: string;
}

/** A call that has no connection by then is repeated. */
const CONNECTION_TIMEOUT_MS = 3_000;
/** Servers other than AWS rarely look at the region; signatures need one. */
const FOREIGN_REGION = 'us-east-1';
/** Calls that one client has under way at once. */
const MAX_SOCKETS = 128;

/**
 * What every client is made with. The SDK repeats what was throttled or broke, with back-off and jitter, up to
 * `attempts` times in all. `timeoutMs` is for the whole call, or, with `streams`, for silence within it.
 */
export function clientSettings(
  { endpoint }: ClientPlace,
  {
    attempts,
    timeoutMs,
    streams = false,
  }: { readonly attempts: number; readonly timeoutMs: number; readonly streams?: boolean },
) {
  const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
  const requestHandler = {
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    ...(streams ? { socketTimeout: timeoutMs } : { requestTimeout: timeoutMs, throwOnRequestTimeout: true }),
    httpAgent: agent,
    httpsAgent: agent,
  };
  return {
    maxAttempts: attempts,
    retryMode: 'standard',
    requestHandler,
    ...(endpoint === undefined ? {} : { endpoint, region: process.env.AWS_REGION || FOREIGN_REGION }),
  };
}
