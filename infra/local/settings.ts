import { Resolver } from 'node:dns';
import { isAbsolute, resolve } from 'node:path';
import type { SmtpRelay } from '../../shared/adapters/smtp/smtp-mailer.ts';
import type { LockMode } from '../../shared/domain/retention/lock-mode.ts';
import { SINGLE_INSTANCE_BYTES } from '../../shared/usecases/filing/store-attachments.ts';
import { SettingsError } from './settings-error.ts';
import { readSmtpRelay } from './smtp-relay.ts';
import { readStoreSettings, type StoreSettings } from './store-settings.ts';

/** How the local system runs; each field is an environment variable of docs/architecture.md, checked. */
export interface LocalSettings {
  readonly dataDir: string;
  readonly stores: StoreSettings;
  /** How storage locks what policies keep; left out, it locks nothing for them. */
  readonly objectLock?: LockMode;
  readonly host: string;
  readonly httpPort: number;
  readonly smtpPort: number;
  readonly tlsCertFile?: string;
  readonly tlsKeyFile?: string;
  /** PEM file of certificate authorities for clients of the SMTP listener, beside those of the system. */
  readonly smtpClientCaFile?: string;
  /** Which name servers are asked; without `servers` those of the system. */
  readonly dns: 'off' | { readonly servers?: readonly string[] };
  readonly maxMessageBytes: number;
  readonly journalDomain: string;
  readonly singleInstanceBytes: number;
  readonly adminPassword?: string;
  /** Session cookies are never sent over plain HTTP, whatever a proxy says. */
  readonly secureCookies: boolean;
  /** A syslog receiver over TLS that is told of audit events; `caFile`: PEM file of the authorities that vouch for it. */
  readonly auditSyslog?: { readonly host: string; readonly port: number; readonly caFile?: string };
  /** What digests are sent by; without it they become files of the data directory. */
  readonly smtpRelay?: SmtpRelay;
  readonly logLevel: 'info' | 'warn' | 'error';
}

/** Reads the settings; a variable that is unset or empty has its default. Throws `SettingsError`. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): LocalSettings {
  const text = (name: string, fallback: string) => env[name] || fallback;
  const dataDir = text('LETTERLOCK_DATA_DIR', './data');
  const cert = env.LETTERLOCK_TLS_CERT;
  const key = env.LETTERLOCK_TLS_KEY;
  if (Boolean(cert) !== Boolean(key)) {
    throw new SettingsError('set both LETTERLOCK_TLS_CERT and LETTERLOCK_TLS_KEY to PEM files, or neither');
  }
  const adminPassword = env.LETTERLOCK_ADMIN_PASSWORD;
  const smtpClientCa = env.LETTERLOCK_SMTP_CLIENT_CA;
  const smtpRelay = readSmtpRelay(env.LETTERLOCK_SMTP_RELAY);
  return {
    dataDir: isAbsolute(dataDir) ? dataDir : resolve(dataDir),
    stores: readStoreSettings(env),
    ...objectLock(text('LETTERLOCK_OBJECT_LOCK', 'off')),
    host: text('LETTERLOCK_HOST', '127.0.0.1'),
    httpPort: port(env, 'LETTERLOCK_HTTP_PORT', 8420),
    smtpPort: port(env, 'LETTERLOCK_SMTP_PORT', 2525),
    ...(cert && key ? { tlsCertFile: cert, tlsKeyFile: key } : {}),
    ...(smtpClientCa ? { smtpClientCaFile: smtpClientCa } : {}),
    dns: nameServers(text('LETTERLOCK_DNS', 'system')),
    maxMessageBytes: whole(env, 'LETTERLOCK_MAX_MESSAGE_BYTES', 157_286_400, 1_024, 1_073_741_824),
    singleInstanceBytes: whole(env, 'LETTERLOCK_SINGLE_INSTANCE_BYTES', SINGLE_INSTANCE_BYTES, 1_024, 1_073_741_824),
    journalDomain: domain(text('LETTERLOCK_JOURNAL_DOMAIN', 'journal.localhost')),
    ...(adminPassword ? { adminPassword } : {}),
    ...auditSyslog(env),
    ...(smtpRelay ? { smtpRelay } : {}),
    secureCookies: onOrOff(env, 'LETTERLOCK_SECURE_COOKIES'),
    logLevel: level(text('LETTERLOCK_LOG_LEVEL', 'info')),
  };
}

function port(env: Readonly<Record<string, string | undefined>>, name: string, fallback: number): number {
  return whole(env, name, fallback, 0, 65_535);
}

function whole(
  env: Readonly<Record<string, string | undefined>>,
  name: string,
  fallback: number,
  least: number,
  most: number,
): number {
  const text = env[name] || String(fallback);
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most) {
    throw new SettingsError(`${name} is "${text}"; it takes a whole number from ${least} to ${most}`);
  }
  return value;
}

function onOrOff(env: Readonly<Record<string, string | undefined>>, name: string): boolean {
  const text = env[name] || 'off';
  if (text !== 'on' && text !== 'off') throw new SettingsError(`${name} is "${text}"; it takes on or off`);
  return text === 'on';
}

function objectLock(text: string): Pick<LocalSettings, 'objectLock'> {
  if (text === 'off') return {};
  if (text === 'governance' || text === 'compliance') return { objectLock: text };
  throw new SettingsError(`LETTERLOCK_OBJECT_LOCK is "${text}"; it takes off, governance or compliance`);
}

function domain(text: string): string {
  if (!/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text)) {
    throw new SettingsError(
      `LETTERLOCK_JOURNAL_DOMAIN is "${text}"; it takes a domain name such as journal.example.org`,
    );
  }
  return text.toLowerCase();
}

function nameServers(text: string): LocalSettings['dns'] {
  if (text === 'off') return 'off';
  if (text === 'system') return {};
  const servers = text.split(',').map((server) => server.trim());
  try {
    new Resolver().setServers(servers);
  } catch {
    throw new SettingsError(
      `LETTERLOCK_DNS is "${text}"; it takes system, off, or addresses of name servers such as 192.0.2.53,[2001:db8::53]:5353`,
    );
  }
  return { servers };
}

function auditSyslog(env: Readonly<Record<string, string | undefined>>): Pick<LocalSettings, 'auditSyslog'> {
  const { LETTERLOCK_AUDIT_SYSLOG: text, LETTERLOCK_AUDIT_SYSLOG_CA: caFile } = env;
  if (!text) return {};
  const pattern = /^tls:\/\/(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::(\d{1,5}))?\/?$/i;
  const [, bracketed, name, port = '6514'] = pattern.exec(text) ?? [];
  const host = bracketed ?? name;
  if (host === undefined || Number(port) > 65_535) {
    throw new SettingsError(`LETTERLOCK_AUDIT_SYSLOG is "${text}"; it takes tls://HOST:PORT`);
  }
  return { auditSyslog: { host, port: Number(port), ...(caFile ? { caFile } : {}) } };
}

function level(text: string): LocalSettings['logLevel'] {
  if (text === 'info' || text === 'warn' || text === 'error') return text;
  throw new SettingsError(`LETTERLOCK_LOG_LEVEL is "${text}"; it takes info, warn or error`);
}
