import { describe, expect, test } from 'vitest';
import { decodeBase64WithFooter } from '../../../shared/mail/base64-text.ts';

const FULL_LINE = Buffer.from('x'.repeat(45)).toString('base64');
const decode = (text: string) => decodeBase64WithFooter(Buffer.from(text))?.toString();

describe('decodeBase64WithFooter', () => {
  test.each([
    ['a footer behind padding', 'SGVsbG8=\r\n\r\n____\r\nlist\r\n', 'Hello\n____\r\nlist\r\n'],
    ['a footer behind whole quanta', 'SGVsbG8h\n-- \nlist', 'Hello!\n-- \nlist'],
    ['a footer behind a line end', 'SGVsbG8K\n--\nlist', 'Hello\n--\nlist'],
  ])('reads %s', (_, text, expected) => expect(decode(text)).toBe(expected));

  test.each([
    ['base64 alone', 'SGVsbG8='],
    ['a stray character amid base64', `SGVsbG8h\n!${FULL_LINE}\n${FULL_LINE}\n`],
    ['plain text', 'no base64, at all\n'],
    ['nothing in front of the footer', '\n____\nlist'],
  ])('answers undefined for %s', (_, text) => expect(decode(text)).toBeUndefined());
});
