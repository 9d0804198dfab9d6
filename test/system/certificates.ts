import { generate } from 'selfsigned';

/** A certificate and its key, PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** Who vouches for it; without, it does so itself. */
  readonly by?: Certificate;
  readonly notAfter?: Date;
  readonly commonName?: string;
  /** Left out, it may be used for clients. */
  readonly usage?: 'server';
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** A certificate authority. */
export function newAuthority(commonName: string): Promise<Certificate> {
  return make(commonName, { notAfter: new Date(Date.now() + DAY_MS) }, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ]);
}

/** A certificate for these DNS names. */
export function newCertificate(names: readonly string[], options: CertificateOptions = {}): Promise<Certificate> {
  const altNames = names.map((value) => ({ type: 2 as const, value }));
  return make(options.commonName ?? 'test', options, [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'extKeyUsage', ...(options.usage === 'server' ? { serverAuth: true } : { clientAuth: true }) },
    ...(altNames.length > 0 ? [{ name: 'subjectAltName' as const, altNames }] : []),
  ]);
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>['extensions']>;

async function make(commonName: string, options: CertificateOptions, extensions: Extensions): Promise<Certificate> {
  const { by, notAfter = new Date(Date.now() + DAY_MS) } = options;
  const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - 2 * DAY_MS),
    notAfterDate: notAfter,
    extensions,
    ...(by ? { ca: by } : {}),
  });
  return { cert, key };
}
