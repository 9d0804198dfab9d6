import { readFile } from 'node:fs/promises';
import { getCACertificates, type TLSSocket } from 'node:tls';
import { SettingsError } from '../settings-error.ts';

/** Names of a certificate that are kept of it. Stops certificates that fill the envelope. */
const MAX_NAMES = 100;
/** One entry of the text form of subjectAltName; a value with odd characters is a JSON string. */
const ENTRY = /([^:,"]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?:, |$)/y;
/** A DNS name as certificates have it (RFC 9525, 6.3), in lower case. */
const DNS_NAME = /^(?:\*\.)?[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * The certificates, PEM, of the authorities whose word for a client counts: those of the system (of Node where it has
 * none), and those in `file`. Throws `SettingsError` where that has none.
 */
export async function clientAuthorities(file: string | undefined): Promise<readonly string[]> {
  const system = getCACertificates('system');
  const own = file === undefined ? [] : ((await readFile(file, 'utf8')).match(CERTIFICATE) ?? []);
  if (file !== undefined && own.length === 0) {
    throw new SettingsError(`LETTERLOCK_SMTP_CLIENT_CA names ${file}, which holds no certificate in PEM form`);
  }
  return [...new Set([...(system.length > 0 ? system : getCACertificates('bundled')), ...own])];
}

/**
 * The DNS names of the certificate that the client proved to have, lower case; none where no authority vouches for
 * it. Only subjectAltName counts (RFC 9525, 6.2).
 */
export function verifiedNames(socket: TLSSocket): readonly string[] {
  if (!socket.authorized) return [];
  const names = dnsNames(socket.getPeerX509Certificate()?.subjectAltName ?? '');
  return [...new Set(names)].slice(0, MAX_NAMES);
}

function dnsNames(subjectAltName: string): readonly string[] {
  const names: string[] = [];
  for (const [, type, value = ''] of subjectAltName.matchAll(new RegExp(ENTRY, 'gy'))) {
    const name = value.toLowerCase();
    if (type === 'DNS' && DNS_NAME.test(name)) names.push(name);
  }
  return names;
}
