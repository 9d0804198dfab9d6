import type { ArrivalFacts } from '../../shared/domain/arrival.ts';

/** A message as bytes; each `id` makes another one. */
export function message(
  id: string,
  fields: { readonly to?: string; readonly body?: string; readonly top?: string } = {},
): string {
  const { to = 'Anna <anna@example.org>', body = 'Hello.', top = '' } = fields;
  const lines = [
    `Message-ID: <${id}@example.net>`,
    'Date: Mon, 05 Jan 2026 08:29:00 +0000',
    'From: Ada <ada@example.net>',
    `To: ${to}`,
    `Subject: ${id}`,
    '',
    body,
    '',
  ];
  return top + lines.join('\r\n');
}

/** What a listener knows of a message to an endpoint. */
export function factsFor(endpoint: { readonly endpointId: string; readonly address: string }): ArrivalFacts {
  return {
    receivedAt: '2026-01-05T08:30:00.000Z',
    source: { kind: 'journal', endpointIds: [endpoint.endpointId] },
    envelope: { mailFrom: 'ada@example.net', rcptTo: [endpoint.address], remoteAddress: '192.0.2.25' },
  };
}

/** A message with an attachment that is stored once for all messages that have it. */
export function messageWithAttachment(id: string, top = ''): string {
  const content = Buffer.alloc(60_000, `attachment of ${id} `)
    .toString('base64')
    .replace(/(.{76})/g, '$1\r\n');
  const part = ['Content-Type: application/octet-stream', 'Content-Transfer-Encoding: base64', '', content];
  const body = ['--b', 'Content-Type: text/plain', '', 'Attached.', '--b', ...part, '--b--'].join('\r\n');
  return message(id, { body, top: `${top}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n` });
}

/** One whose attachment has words that are kept once they were read: plain text would be read again. */
export function messageWithText(id: string): string {
  const disposition = 'Content-Disposition: attachment; filename=a.rtf';
  const part = ['Content-Type: application/rtf', disposition, '', `{\\rtf1\\ansi words of ${id}}`];
  const body = ['--b', 'Content-Type: text/plain', '', 'Attached.', '--b', ...part, '--b--'].join('\r\n');
  return message(id, { body, top: 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n' });
}

/** Such a message with a signature of a domain that there is not. */
export function signedMessage(id: string): string {
  const signature = 'v=1; a=rsa-sha256; d=signer.invalid; s=key; h=from; bh=AAAA; b=AAAA';
  return messageWithAttachment(id, `DKIM-Signature: ${signature}\r\n`);
}
