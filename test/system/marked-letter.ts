import { mail } from './running-system.ts';

/** A letter to ann@example.org that says `text` wherever it can: in its From field, subject, body and attachment. */
export function markedLetter(name: string, text: string, from: string): ReturnType<typeof mail> {
  return mail(
    {
      From: `${text} <${from}>`,
      To: 'ann@example.org',
      Subject: `letter ${text}`,
      Date: new Date().toUTCString(),
      'Message-ID': `<${name}@example.net>`,
      'MIME-Version': '1.0',
      'Content-Type': 'multipart/mixed; boundary=b',
    },
    `--b\r\n\r\n${text}\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n${text} `.concat(
      `${text} lorem ipsum `.repeat(4_000).replace(/(.{60}) /g, '$1\r\n'),
      '\r\n--b--\r\n',
    ),
  );
}
