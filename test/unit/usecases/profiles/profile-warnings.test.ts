import { expect, test } from 'vitest';
import { profileWarnings } from '../../../../shared/usecases/profiles/profile-warnings.ts';
import { createFetchWorld } from '../fetching/fetch-world.ts';

const SERVER = { protocol: 'imap', host: 'mail.example.org', port: 993, security: 'tls', timeoutSeconds: 60 } as const;

test.each([
  { acceptAllCertificates: true, warned: true },
  { acceptAllCertificates: false, warned: false },
])('profiles are warned of where acceptAllCertificates is $acceptAllCertificates', async ({ warned, ...rest }) => {
  const { ports, profile } = await createFetchWorld(`warned ${warned}`, { server: { ...SERVER, ...rest } });
  expect(await profileWarnings(ports)).toEqual(warned ? [`profile ${profile.profileId} accepts all certificates`] : []);
  expect(await profileWarnings(ports, { ownerId: 'user-somebody' })).toEqual([]);
});
