import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface TlsFiles {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

/** Long enough for STARTTLS without a name to check: nobody verifies this certificate, it only ends eavesdropping. */
const SELF_SIGNED_YEARS = 10;

/** The configured certificate, or one made at the first start and kept in `directory`. Throws where a file cannot be read. */
export async function loadTls(
  directory: string,
  configured: { readonly tlsCertFile?: string; readonly tlsKeyFile?: string },
): Promise<TlsFiles> {
  const certFile = configured.tlsCertFile ?? join(directory, 'smtp-cert.pem');
  const keyFile = configured.tlsKeyFile ?? join(directory, 'smtp-key.pem');
  if (!configured.tlsCertFile && !(existsSync(certFile) && existsSync(keyFile))) {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const made = await selfSigned();
    await writeFile(keyFile, made.key, { mode: 0o600 });
    await writeFile(certFile, made.cert);
  }
  return { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
}

async function selfSigned(): Promise<TlsFiles> {
  const now = new Date();
  const notAfterDate = new Date(now);
  notAfterDate.setUTCFullYear(now.getUTCFullYear() + SELF_SIGNED_YEARS);
  const name = hostname().replace(/[^A-Za-z0-9.-]/g, '') || 'localhost';
  const made = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: now,
    notAfterDate,
  });
  return { cert: made.cert, key: made.private };
}
