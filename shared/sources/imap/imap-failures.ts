import { ArchiveError, SourceError } from '../../errors.ts';

/** Response codes by which a server asks to be left alone for a while (RFC 5530, 3; THROTTLED: Yahoo, iCloud). */
const COME_LATER = /^(?:THROTTLED|UNAVAILABLE|INUSE|LIMIT|OVERQUOTA)$/;
/** What servers write where they have no response code for it: Gmail, Exchange, Dovecot. */
const TOO_MUCH = /too many (?:simultaneous )?connections|throttl|bandwidth limits|rate limit|try again later/i;
/** How much of a server's text is passed on: it goes into job logs. */
const TEXT_LENGTH = 200;

/** What failed in a session, as `SourceError`; errors of our own pass as they are. `doing` is a command's name. */
export function imapFailure(error: unknown, doing: string): unknown {
  if (error instanceof ArchiveError || !(error instanceof Error)) return error;
  const code = (textIn(error, 'serverResponseCode') || responseCode(error)).toUpperCase() || textIn(error, 'code');
  const said = (textIn(error, 'responseText') || textIn(error, 'response') || error.message).slice(0, TEXT_LENGTH);
  const message = `${doing}: ${said}`;
  const options = { cause: error };
  if (code === 'ETHROTTLE' || COME_LATER.test(code) || TOO_MUCH.test(said)) {
    const wait = 'throttleReset' in error ? Number(error.throttleReset) : Number.NaN;
    const waitSeconds = Number.isFinite(wait) ? { waitSeconds: Math.ceil(wait / 1000) } : {};
    return new SourceError('source_throttled', message, { ...options, ...waitSeconds });
  }
  if ('authenticationFailed' in error && error.authenticationFailed === true) {
    return new SourceError('source_refused_login', message, options);
  }
  const status = textIn(error, 'responseStatus');
  if (status === 'NO' || status === 'BAD' || code.startsWith('ParserError')) {
    return new SourceError('source_failed', message, options);
  }
  if (/TLS|CERT|SIGNATURE|UPGRADE/i.test(code) || ('tlsFailed' in error && error.tlsFailed === true)) {
    return new SourceError('source_failed', `${doing}: TLS: ${said}`, options);
  }
  return new SourceError('source_unreachable', message, options);
}

function textIn(error: Error, name: string): string {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}

/** The response code of a tagged NO or BAD (RFC 9051, 7.1), which imapflow leaves in the response it parsed. */
function responseCode(error: Error): string {
  const response: unknown = Reflect.get(error, 'response');
  if (!hasList(response, 'attributes')) return '';
  const coded = response.attributes.find((attribute) => hasList(attribute, 'section'));
  const [first] = hasList(coded, 'section') ? coded.section : [];
  const isText = typeof first === 'object' && first !== null && 'value' in first && typeof first.value === 'string';
  return isText ? String(first.value) : '';
}

function hasList<Name extends string>(
  value: unknown,
  name: Name,
): value is { readonly [Key in Name]: readonly unknown[] } {
  return typeof value === 'object' && value !== null && Array.isArray(Reflect.get(value, name));
}
