import type { SmtpRelay } from '../../shared/adapters/smtp/smtp-mailer.ts';
import { SettingsError } from './settings-error.ts';

/** Reads `smtp://USER:PASSWORD@HOST:PORT` (587 with a user, else 25) or `smtps://…` (465). Throws `SettingsError`. */
export function readSmtpRelay(text: string | undefined): SmtpRelay | undefined {
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isTls = url?.protocol === 'smtps:';
  const isBare = url !== undefined && /^\/?$/.test(url.pathname) && url.search === '' && url.hash === '';
  if (!url?.hostname || !isBare || (url.protocol !== 'smtp:' && !isTls)) throw unusable();
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if ((user === '') !== (password === '')) throw unusable();
  const usual = isTls ? 465 : user === '' ? 25 : 587;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? usual : Number(url.port),
    isTls,
    ...(user === '' ? {} : { login: { user, password } }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unusable();
  }
}

/** Without the value: it may hold a password. */
function unusable(): SettingsError {
  return new SettingsError(
    'LETTERLOCK_SMTP_RELAY takes smtp://HOST:PORT or smtps://HOST:PORT, with USER:PASSWORD@ before the host where the ' +
      'relay wants them, percent-encoded',
  );
}
