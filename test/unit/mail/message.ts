/** The header section of a small message; `fields` replace the ones of the same name, or are added. */
export function header(fields: Readonly<Record<string, string>> = {}): string {
  const all: Record<string, string> = {
    'Message-ID': '<1@example.org>',
    Date: 'Thu, 1 Jan 2026 12:00:00 +0100',
    From: 'Ann <ann@example.org>',
    To: 'bob@example.net',
    Subject: 'Plan',
    ...fields,
  };
  return Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

/** The bytes of a message: each character of both halves is one byte. */
export function message(fields: Readonly<Record<string, string>>, body: string): Buffer {
  return Buffer.from(`${header(fields)}\r\n${body}`, 'latin1');
}

/** A multipart body of the given parts (each a header section, an empty line, and content). */
export function multipart(boundary: string, ...parts: readonly string[]): string {
  return `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;
}

/** The bytes of a text in UTF-8, each as one character. */
export function utf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
