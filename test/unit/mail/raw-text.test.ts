import { describe, expect, test } from 'vitest';
import { decodeRawTextAs } from '../../../shared/mail/raw-text.ts';

describe('decodeRawTextAs', () => {
  test.each([
    ['ASCII', 'plan', 'utf-16le', 'plan'],
    ['UTF-8, whatever the text is in', '\xc3\xbc', 'koi8-r', 'ü'],
    ['UTF-8 cut in its last character', '\xd0\xbf\xd1\x80\xd0', 'koi8-r', 'пр\ufffd'],
    ['the charset of the text', '\xd0\xd2', 'koi8-r', 'пр'],
    ['a charset of two bytes', '\xd6\xd0\xce\xc4', 'GB2312', '中文'],
    ['windows-1252 where the charset does not fit', 'Gr\xfc', 'gb2312', 'Grü'],
    ['windows-1252 where ASCII would be other letters', 'ann\xfc@', 'utf-16le', 'annü@'],
    ['windows-1252 where there is no charset', 'Gr\xfc\xdfe', '', 'Grüße'],
  ])('reads %s', (_, bytes, charset, expected) => expect(decodeRawTextAs(bytes, charset)).toBe(expected));
});
