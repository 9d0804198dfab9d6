import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { NewProfileSchema } from '../../../functions/http-api/schemas/profiles.ts';
import { signInNameOf } from '../../../shared/domain/profile-preset.ts';
import { PROFILE_PRESETS } from '../../../shared/domain/profile-presets.ts';
import { tokenEndpointFault } from '../../../shared/domain/token-endpoint.ts';

const ROOT = new URL('../../../', import.meta.url);
const GUIDES = new URL('docs/guides/', ROOT);

describe.each(PROFILE_PRESETS)('$presetId', (preset) => {
  test('makes a profile that the API takes', () => {
    const name = signInNameOf(preset, { address: 'anna@example.org' });
    const secret = preset.method === 'bearer' ? { accessToken: 'x' } : { password: 'x' };
    const profile = NewProfileSchema.parse({
      name: preset.name,
      server: { host: 'mail.example.org', ...preset.server },
      credentials: { ...name, ...secret },
      folders: preset.folders,
      ...(preset.sentFolder === undefined ? {} : { sentFolder: preset.sentFolder }),
      target: preset.target === 'multidrop' ? { multidrop: {} } : { mailboxId: 'mb-1' },
    });
    expect(profile.server).toMatchObject(preset.server);
    expect(profile.credentials?.userName).toContain('anna');
  });

  test('gets its tokens from an endpoint that secrets may be sent to', () => {
    for (const { tokenEndpoint, scope } of preset.renewals ?? []) {
      expect(tokenEndpointFault(tokenEndpoint.replace('{tenant}', 'example.org'))).toBeUndefined();
      expect(scope).toMatch(/^https:/);
    }
  });

  test('goes over TLS', () => {
    expect(preset.server.security).not.toBe('plain');
  });

  test('has a guide, which the index names', () => {
    expect(existsSync(new URL(preset.guide, ROOT))).toBe(true);
    const index = readFileSync(new URL('README.md', GUIDES), 'utf8');
    expect(index).toContain(`\`${preset.presetId}\``);
  });
});

test('no two presets have an id in common', () => {
  expect(new Set(PROFILE_PRESETS.map(({ presetId }) => presetId)).size).toBe(PROFILE_PRESETS.length);
});

test('every guide is that of a preset', () => {
  const named = new Set(PROFILE_PRESETS.map(({ guide }) => guide.slice('docs/guides/'.length)));
  expect(readdirSync(GUIDES).filter((name) => !named.has(name))).toEqual([]);
});

describe('signInNameOf', () => {
  const preset = {
    method: 'password',
    signIn: { userName: '{address}' },
    delegated: { userName: '{user}*{master}', authorisationId: '{address}' },
  } as const;

  test.each([
    { name: 'the owner', who: { address: 'anna@example.org' }, expected: { userName: 'anna@example.org' } },
    {
      name: 'a privileged user',
      who: { address: 'anna@example.org', master: 'archive' },
      expected: { userName: 'anna*archive', authorisationId: 'anna@example.org' },
    },
    {
      name: 'a name without a domain is the user',
      who: { address: 'anna', master: 'archive' },
      expected: { userName: 'anna*archive', authorisationId: 'anna' },
    },
    {
      name: 'the last at sign ends the local part (RFC 5321, 4.1.2)',
      who: { address: '"a@b"@example.org', master: 'm' },
      expected: { userName: '"a@b"*m', authorisationId: '"a@b"@example.org' },
    },
    {
      name: 'what a value brings along stays as it is',
      who: { address: '{master}@example.org', master: '{address}' },
      expected: { userName: '{master}*{address}', authorisationId: '{master}@example.org' },
    },
  ])('$name', ({ who, expected }) => {
    expect(signInNameOf(preset, who)).toEqual({ method: 'password', ...expected });
  });

  test('knows no way for another where the preset has none', () => {
    const { delegated: _none, ...own } = preset;
    expect(signInNameOf(own, { address: 'anna@example.org', master: 'archive' })).toBeUndefined();
  });
});
