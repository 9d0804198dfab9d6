import { describe, expect, test } from 'vitest';
import { InvalidRequestError } from '../../../../shared/errors.ts';
import { parseAllowedSources } from '../../../../shared/usecases/filing/allowed-sources.ts';

describe('parseAllowedSources', () => {
  test('tells networks and names apart, in the form that DNS has them', () => {
    const { networks, ...names } = parseAllowedSources([
      '192.0.2.0/24',
      'tls:*.Protection.Outlook.com',
      'tls:mail.bücher.example',
      'dkim:example.org',
      'dkim:*.example.net',
      'spf:Example.org',
    ]);
    expect(networks.check('192.0.2.7')).toBe(true);
    expect(names).toEqual({
      tls: ['*.protection.outlook.com', 'mail.xn--bcher-kva.example'],
      dkim: ['example.org', '*.example.net'],
      spf: ['example.org'],
    });
  });

  test.each([
    '',
    'everywhere',
    'example.org',
    '192.0.2.0/33',
    '192.0.2.0/24/1',
    '192.0.2.0/',
    '2001:db8::/129',
    'tls:',
    'tls:*',
    'tls:*.',
    'tls:localhost',
    'tls:mail.*.example.org',
    'tls:**.example.org',
    'tls:192.0.2.1',
    'tls:mail example.org',
    'tls:mail.example.org.',
    'TLS:mail.example.org',
    'dkim:a@example.org',
    'dkim:example..org',
    `dkim:${'a'.repeat(64)}.example.org`,
    'spf:*.example.org',
    'spf:example.org/24',
    'dns:example.org',
  ])('refuses "%s", and says what it takes', (entry) => {
    expect(() => parseAllowedSources(['192.0.2.0/24', entry])).toThrow(InvalidRequestError);
    expect(() => parseAllowedSources([entry])).toThrow(
      `allowedSources: "${entry.slice(0, 100)}" is none of a network as 192.0.2.0/24`,
    );
  });
});
