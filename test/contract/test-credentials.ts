import { afterAll, beforeAll, vi } from 'vitest';

/** Gives the AWS clients of a test file credentials and a region, so that none are looked for on the machine. */
export function withTestCredentials(region = 'eu-central-1'): void {
  beforeAll(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'testtest');
    vi.stubEnv('AWS_SESSION_TOKEN', undefined);
    vi.stubEnv('AWS_REGION', region);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });
}
