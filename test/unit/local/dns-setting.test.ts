import { describe, expect, test } from 'vitest';
import { readSettings } from '../../../infra/local/settings.ts';
import { SettingsError } from '../../../infra/local/settings-error.ts';

const dnsOf = (value?: string) => readSettings({ ...(value === undefined ? {} : { LETTERLOCK_DNS: value }) }).dns;

describe('LETTERLOCK_DNS', () => {
  test.each([
    [undefined, {}],
    ['', {}],
    ['system', {}],
    ['off', 'off'],
    ['192.0.2.53', { servers: ['192.0.2.53'] }],
    ['192.0.2.53:5353, [2001:db8::53]:5353', { servers: ['192.0.2.53:5353', '[2001:db8::53]:5353'] }],
  ])('%j is taken', (value, dns) => {
    expect(dnsOf(value)).toEqual(dns);
  });

  test.each(['on', 'ns.example.org', '192.0.2.53:99999', '192.0.2.53,,', 'off,192.0.2.53'])(
    '%j is refused',
    (value) => {
      expect(() => dnsOf(value)).toThrow(SettingsError);
    },
  );
});
