import { expect, test } from 'vitest';
import { SettingsError } from '../../../infra/local/settings-error.ts';
import { readSmtpRelay } from '../../../infra/local/smtp-relay.ts';

test.each([
  { text: undefined, relay: undefined },
  { text: '', relay: undefined },
  { text: 'smtp://mail.example.org', relay: { host: 'mail.example.org', port: 25, isTls: false } },
  { text: 'smtp://mail.example.org:2525/', relay: { host: 'mail.example.org', port: 2525, isTls: false } },
  { text: 'smtps://mail.example.org', relay: { host: 'mail.example.org', port: 465, isTls: true } },
  { text: 'smtp://[2001:db8::1]:25', relay: { host: '2001:db8::1', port: 25, isTls: false } },
  {
    // Whoever signs in submits mail (RFC 6409).
    text: 'smtp://archive%40example.org:p%3Aw@mail.example.org',
    relay: {
      host: 'mail.example.org',
      port: 587,
      isTls: false,
      login: { user: 'archive@example.org', password: 'p:w' },
    },
  },
])('$text', ({ text, relay }) => {
  expect(readSmtpRelay(text)).toEqual(relay);
});

test.each([
  { text: 'mail.example.org', reason: 'no scheme' },
  { text: 'http://mail.example.org', reason: 'another scheme' },
  { text: 'smtp://mail.example.org/path', reason: 'a path' },
  { text: 'smtp://mail.example.org?tls=no', reason: 'a query' },
  { text: 'smtp://user@mail.example.org', reason: 'a user without a password' },
  { text: 'smtp://user:%zz@mail.example.org', reason: 'a broken escape' },
])('refuses $reason, and does not repeat it', ({ text }) => {
  const refused = () => readSmtpRelay(text);
  expect(refused).toThrow(SettingsError);
  expect(refused).not.toThrow(text);
});
