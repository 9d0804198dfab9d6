import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dottedLines } from '../../../shared/sources/pop3/dotted-lines.ts';

async function read(chunks: readonly Buffer[], before = Buffer.alloc(0)) {
  const left = [...chunks];
  const rest = { bytes: before };
  const next = async () => {
    const chunk = left.shift();
    if (!chunk) throw new Error('the connection has ended');
    return chunk;
  };
  const pieces: Buffer[] = [];
  for await (const piece of dottedLines(next, rest)) pieces.push(piece);
  return {
    body: Buffer.concat(pieces).toString('latin1'),
    rest: Buffer.concat([rest.bytes, ...left]).toString('latin1'),
  };
}

/** As a server sends a text: dots doubled, a line end where there is none, the last line. */
function stuffed(text: string): string {
  const whole = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
  return `${`\r\n${whole}`.replaceAll('\r\n.', '\r\n..').slice(2)}.\r\n`;
}

test.each([
  { name: 'nothing', text: '' },
  { name: 'a dot alone', text: '.\r\n' },
  { name: 'dots at the start of lines', text: '.a\r\n..b\r\nc.\r\n' },
  { name: 'bare line feeds around a dot', text: 'a\n.\nb\r\n' },
  { name: 'empty lines', text: '\r\n\r\n\r\n' },
])('reads $name', async ({ text }) => {
  expect(await read([Buffer.from(`${stuffed(text)}+OK next`)])).toEqual({ body: text, rest: '+OK next' });
});

test('reads the same however the bytes come', async () => {
  const part = fc.constantFrom('\r\n', '.', '\r', '\n', 'a', '\r\n.', '\r\n.\r');
  await fc.assert(
    fc.asyncProperty(
      fc.array(part),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      async (parts, sizes) => {
        const text = parts.join('');
        fc.pre(!text.endsWith('\r'));
        const sent = Buffer.from(`${stuffed(text)}rest`, 'latin1');
        const chunks: Buffer[] = [];
        for (let at = 0, n = 0; at < sent.length; n += 1) {
          const size = sizes[n % sizes.length] ?? 1;
          chunks.push(sent.subarray(at, at + size));
          at += size;
        }
        const { body, rest } = await read(chunks);
        expect(body).toBe(text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`);
        expect(rest).toBe('rest');
      },
    ),
  );
});

test('a connection that ends too early is no whole message', async () => {
  await expect(read([Buffer.from('half a mess')])).rejects.toThrow('ended');
});
