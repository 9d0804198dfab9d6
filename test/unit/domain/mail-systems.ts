import type { FilingBasis } from '../../../shared/domain/arrival.ts';

/** How one mail system hands its copies to a journal endpoint, and whose mail each has to become. */
export interface SystemRow {
  readonly system: string;
  readonly mailFrom: string;
  /** RCPT TO beside the endpoint's address. */
  readonly rcptTo?: readonly string[];
  /** The host the endpoint trusts, if any. */
  readonly trusts?: string;
  /** Header fields above those of the mail, from the top. */
  readonly trace: readonly string[];
  readonly fields?: readonly string[];
  readonly basis: FilingBasis;
  readonly senders: readonly string[];
  readonly recipients: readonly string[];
}

export const ENDPOINT = 'j-5d1a@journal.example.org';
const ANNA = ['anna@example.org'];
const HEADER_ROW = { mailFrom: 'anna@example.org', basis: 'header', senders: ANNA } as const;
/** To and Cc of every mail here. */
const VISIBLE = ['bert@example.org', 'carl@example.net'];
const MX = 'from mail.example.net (mail.example.net [192.0.2.7]) by mx.example.org with ESMTPS id 1; Sat, 21 Nov 2026';
const SUBMITTED = 'Received: from [192.0.2.9] by mail.example.org; Sat, 21 Nov 2026 10:00:00 +0000';

export const systems: readonly SystemRow[] = [
  {
    system: 'Google Workspace, inbound: a copy for each recipient, blind ones too',
    mailFrom: 'anna@example.org',
    trusts: 'mx.google.com',
    trace: [
      `Delivered-To: ${ENDPOINT}`,
      'Received: by 2002:a05:6a10:1:b0:1 with SMTP id a1; Sat, 21 Nov 2026 02:00:00 -0800 (PST)',
      'X-Gm-Original-To: dora@example.org',
      'Return-Path: <anna@example.org>',
      'Received: from mail.example.net (mail.example.net. [192.0.2.7]) by mx.google.com with ESMTPS id b2 for <dora@example.org> (version=TLS1_3); Sat, 21 Nov 2026 02:00:00 -0800 (PST)',
    ],
    basis: 'envelope',
    senders: ANNA,
    recipients: ['dora@example.org'],
  },
  {
    system: 'Google Workspace, outbound: the copy as it was sent',
    trusts: 'mx.google.com',
    trace: ['Received: by 2002:a05:6a10:1:b0:2 with SMTP id c3; Sat, 21 Nov 2026 02:00:00 -0800 (PST)'],
    ...HEADER_ROW,
    recipients: VISIBLE,
  },
  {
    system: 'Google Workspace, the field below the trusted host: the sender wrote it',
    trusts: 'mx.google.com',
    trace: ['Received: from evil.example by mx.google.com with ESMTPS; x', 'X-Gm-Original-To: boss@example.org'],
    ...HEADER_ROW,
    recipients: VISIBLE,
  },
  {
    system: 'Google Workspace, no host trusted: no field is evidence',
    trace: ['X-Gm-Original-To: dora@example.org', 'Received: from x by mx.google.com; y'],
    ...HEADER_ROW,
    recipients: VISIBLE,
  },
  {
    system: 'Kerio Connect, archiving to a remote address',
    trace: [
      'X-Footer: ZXhhbXBsZS5vcmc=',
      'Received: from anna-pc ([192.0.2.9]) (authenticated user anna@example.org) by mail.example.org (Kerio Connect 9.4); x',
    ],
    ...HEADER_ROW,
    recipients: VISIBLE,
  },
  {
    system: 'MDaemon, archiving: its own recipient fields are nobody’s evidence',
    trace: [
      'X-MDRcpt-To: boss@example.org',
      'X-Rcpt-To: boss@example.org',
      'X-MDaemon-Deliver-To: boss@example.org',
      SUBMITTED,
    ],
    ...HEADER_ROW,
    recipients: VISIBLE,
  },
  {
    system: 'IceWarp, archiving by a rule that keeps the envelope',
    mailFrom: 'anna@example.org',
    rcptTo: ['bert@example.org', 'dora@example.org'],
    trace: [SUBMITTED],
    basis: 'envelope',
    senders: ANNA,
    recipients: ['bert@example.org', 'dora@example.org'],
  },
  {
    system: 'Zimbra, legal intercept: a mail of the interceptor with the message attached',
    mailFrom: 'postmaster@example.org',
    trace: [],
    fields: ['From: postmaster@example.org', `To: ${ENDPOINT}`, 'Subject: Intercept message for anna@example.org Plan'],
    basis: 'header',
    senders: ['postmaster@example.org'],
    recipients: [],
  },
  {
    system: 'Postfix, always_bcc: fields of the endpoint’s own delivery name nobody',
    trusts: 'mx.example.org',
    trace: [`X-Original-To: ${ENDPOINT}`, `Delivered-To: ${ENDPOINT}`, `Received: ${MX}`],
    ...HEADER_ROW,
    recipients: VISIBLE,
  },
  {
    system: 'Postfix, a copy out of a mailbox: Delivered-To of the one who got it',
    mailFrom: 'forwarder@example.org',
    trusts: 'mx.example.org',
    trace: [
      'Return-Path: <anna@example.org>',
      'X-Original-To: info@example.org',
      'Delivered-To: dora@example.org',
      `Received: ${MX}`,
    ],
    basis: 'envelope',
    senders: ANNA,
    recipients: ['info@example.org', 'dora@example.org'],
  },
  {
    system: 'Postfix, a bounce to one person: the null reverse-path is no sender',
    mailFrom: 'anna@example.org',
    trusts: 'mx.example.org',
    trace: ['Return-Path: <>', 'Delivered-To: dora@example.org', `Received: ${MX}`],
    basis: 'envelope',
    senders: [],
    recipients: ['dora@example.org'],
  },
  {
    system: 'Exim, a shadow transport that keeps the envelope',
    mailFrom: 'bounce@example.org',
    rcptTo: ['dora@example.org'],
    trace: [SUBMITTED],
    basis: 'envelope',
    senders: ['bounce@example.org'],
    recipients: ['dora@example.org'],
  },
  { system: 'a plain Bcc to the endpoint', trace: [SUBMITTED], ...HEADER_ROW, recipients: VISIBLE },
  {
    system: 'a plain Bcc, whose Bcc field names the endpoint and a person',
    trace: [],
    fields: [`Bcc: Archive <${ENDPOINT}>, dora@example.org`],
    ...HEADER_ROW,
    recipients: [...VISIBLE, 'dora@example.org'],
  },
  {
    system: 'a resent message (RFC 5322, 3.6.6)',
    trace: [],
    fields: ['Resent-From: erik@example.org', 'Resent-To: fay@example.org', 'Resent-Bcc: gus@example.org'],
    mailFrom: 'erik@example.org',
    basis: 'header',
    senders: ['anna@example.org', 'erik@example.org'],
    recipients: [...VISIBLE, 'fay@example.org', 'gus@example.org'],
  },
];

const up = 'mx.example.org';
/** Received fields, and whether the trusted host `mx.example.org` wrote them. */
export const received: readonly [value: string, isTrusted: boolean][] = [
  [`from a by ${up}`, true],
  [`from a by ${up}; Sat, 21 Nov 2026 10:00:00 +0000`, true],
  [`from a (b [192.0.2.1]) by ${up} (Postfix) with ESMTP id 1`, true],
  [`by ${up} id 1; x`, true],
  [`from a BY MX.Example.ORG; x`, true],
  [`from a (x)by ${up}; y`, true],
  [`from a\r\n\tby ${up}\r\n\twith ESMTP; x`, true],
  [`from a by ${up}.; x`, true],
  [`from a by ${up}(Sendmail); x`, true],
  [`from a by evil.example (helo) by ${up}; x`, true],
  [`from [192.0.2.1] (HELO x by evil.example) by ${up}; x`, true],
  [`from ${up} by other.example; x`, false],
  [`from a by other.example for <x@${up}>; y`, false],
  [`from a by ${up}.evil.example; x`, false],
  [`from a by evil-${up}; x`, false],
  [`from a baby ${up}; x`, false],
  [`from a by; ${up}`, false],
  ['(qmail 123 invoked from network); x', false],
  ['', false],
];
