import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../until.ts';
import { type Certificate, newAuthority, newCertificate } from './certificates.ts';
import { mail, type RunningSystem, removeData, startSystem } from './running-system.ts';

const NAME = 'mail.protection.test';

let directory: string;
let running: RunningSystem;
let endpoint: Awaited<ReturnType<RunningSystem['api']['endpoint']>>;
let authority: Certificate;
let stranger: Certificate;

beforeAll(async () => {
  authority = await newAuthority('Authority of the tests');
  stranger = await newAuthority('Authority of the tests');
  directory = await mkdtemp(join(tmpdir(), 'letterlock-ca-'));
  const file = join(directory, 'ca.pem');
  await writeFile(file, authority.cert);
  running = await startSystem({ env: { LETTERLOCK_SMTP_CLIENT_CA: file } });
  endpoint = await running.api.endpoint({ allowedSources: ['192.0.2.0/24', 'tls:*.protection.test'] });
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
  await rm(directory, { recursive: true });
});

/** Sends a mail over STARTTLS, as a client with this certificate; answers what the ledger says of it. */
async function sent(subject: string, client: Partial<Certificate>, tls: object = {}) {
  const transport = createTransport({
    host: '127.0.0.1',
    port: running.system.smtpPort,
    requireTLS: true,
    tls: { rejectUnauthorized: false, ...client, ...tls },
  });
  const known = (await arrivals()).length;
  try {
    const raw = mail({ From: 'a@b.test', Subject: subject });
    await transport.sendMail({ envelope: { from: 'a@b.test', to: [endpoint.address] }, raw });
  } finally {
    transport.close();
  }
  const [arrival] = await until('the arrival', arrivals, { isWanted: ({ length }) => length > known });
  return arrival;
}

const arrivals = async () => (await running.api.get(`/journal-endpoints/${endpoint.endpointId}/arrivals`)).items;

describe('an endpoint that takes mail of certified names', () => {
  test.each([
    [
      'by the authority',
      async () => await newCertificate([NAME, 'other.test'], { by: authority }),
      [NAME, 'other.test'],
    ],
    ['in capitals', async () => await newCertificate([NAME.toUpperCase()], { by: authority }), [NAME]],
    [
      'for all names below',
      async () => await newCertificate(['*.protection.test'], { by: authority }),
      ['*.protection.test'],
    ],
  ] as const)('archives what a client sends that is certified %s', async (name, certificate, tlsNames) => {
    for (const tls of [{}, { maxVersion: 'TLSv1.2' }]) {
      const arrival = await sent(name + JSON.stringify(tls), await certificate(), tls);
      expect(arrival).toMatchObject({ outcome: 'archived', envelope: { tlsNames } });
    }
  });

  test.each<[string, () => Promise<Partial<Certificate>>]>([
    ['without a certificate', async () => ({})],
    ['certified for another name', () => newCertificate(['protection.test'], { by: authority })],
    ['certified by its common name alone', () => newCertificate([], { by: authority, commonName: NAME })],
    ['with a name that hides another', () => newCertificate([`a, DNS:${NAME}, DNS:b`], { by: authority })],
    ['certified by itself', () => newCertificate([NAME])],
    ['certified by an authority of the same name', () => newCertificate([NAME], { by: stranger })],
    [
      'whose certificate has expired',
      () => newCertificate([NAME], { by: authority, notAfter: new Date(Date.now() - 60_000) }),
    ],
    ['whose certificate is for servers', () => newCertificate([NAME], { by: authority, usage: 'server' })],
    [
      'certified by a certificate that is no authority',
      async () => {
        const by = await newCertificate([NAME], { by: authority });
        const made = await newCertificate([NAME], { by });
        return { key: made.key, cert: `${made.cert}\n${by.cert}` };
      },
    ],
  ])('puts what comes from a client %s into quarantine', async (name, certificate) => {
    const arrival = await sent(name, await certificate());
    expect(arrival).toMatchObject({ outcome: 'quarantined', reason: 'source_not_allowed' });
    expect(arrival.envelope.tlsNames ?? []).not.toContain(NAME);
  });

  test('lets nobody in who has the certificate and not its key', async () => {
    const { cert } = await newCertificate([NAME], { by: authority });
    const { key } = await newCertificate([NAME]);
    await expect(sent('stolen', { cert, key })).rejects.toThrow();
  });

  test('takes unencrypted mail as ever, into quarantine', async () => {
    const transport = createTransport({ host: '127.0.0.1', port: running.system.smtpPort, ignoreTLS: true });
    const { response } = await transport.sendMail({
      envelope: { from: 'a@b.test', to: [endpoint.address] },
      raw: mail({ Subject: 'plain' }),
    });
    transport.close();
    expect(response).toMatch(/^250 /);
    await running.api.filed();
    expect((await arrivals())[0]).toMatchObject({ outcome: 'quarantined', reason: 'source_not_allowed' });
  });
});

describe('the authorities of a system', () => {
  test('without LETTERLOCK_SMTP_CLIENT_CA are not those of the tests', async () => {
    const other = await startSystem();
    try {
      const { address, endpointId } = await other.api.endpoint();
      const client = await newCertificate([NAME], { by: authority });
      const transport = createTransport({
        host: '127.0.0.1',
        port: other.system.smtpPort,
        requireTLS: true,
        tls: { rejectUnauthorized: false, ...client },
      });
      await transport.sendMail({ envelope: { from: 'a@b.test', to: [address] }, raw: mail({ Subject: 'x' }) });
      transport.close();
      await other.api.filed();
      const { items } = await other.api.get(`/journal-endpoints/${endpointId}/arrivals`);
      expect(items).toHaveLength(1);
      expect(items[0].envelope).not.toHaveProperty('tlsNames');
    } finally {
      await other.stop();
      await removeData(other);
    }
  });

  test.each([
    ['that is not there', 'no-such-file.pem'],
    ['that holds no certificate', 'empty.pem'],
  ])('cannot be those of a file %s', async (_name, file) => {
    await writeFile(join(directory, 'empty.pem'), 'nothing\n');
    const env = { LETTERLOCK_SMTP_CLIENT_CA: join(directory, file) };
    const dataDir = await mkdtemp(join(tmpdir(), 'letterlock-ca-'));
    await expect(startSystem({ dataDir, env })).rejects.toThrow(file);
    await rm(dataDir, { recursive: true, force: true });
  });
});
