import { describe, expect, test } from 'vitest';
import { type BodyPart, bodyTextOf } from '../../../shared/mail/body-text.ts';

const text = (content: string): BodyPart => ({ kind: 'text', read: () => content });
const html = (content: string): BodyPart => ({ kind: 'html', read: () => content });
const mixed = (...children: readonly BodyPart[]): BodyPart => ({ kind: 'mixed', children });
const alternative = (...children: readonly BodyPart[]): BodyPart => ({ kind: 'alternative', children });

describe('bodyTextOf', () => {
  test.each([
    ['nothing', mixed(), undefined, undefined],
    ['empty parts', mixed(text(''), html('')), undefined, undefined],
    ['plain parts', mixed(text('a'), text('b')), 'a\nb', undefined],
    ['HTML alone', html('<p>a</p>'), undefined, '<p>a</p>'],
    ['alternatives', alternative(text('a'), html('<p>a</p>')), 'a', '<p>a</p>'],
    [
      'a footer behind alternatives',
      mixed(alternative(text('a'), html('<b>')), text('f')),
      'a\nf',
      '<b><br/>\n<p>f</p>',
    ],
    ['HTML around a picture', alternative(text('a'), mixed(html('<b>'), html('<i>'))), 'a', '<b><br/>\n<i>'],
    ['plain text beside HTML', mixed(text('1 < 2\n3'), html('<b>')), '1 < 2\n3', '<p>1 &lt; 2<br/>\n3</p><br/>\n<b>'],
    ['alternatives without HTML beside HTML', mixed(alternative(text('a')), html('<b>')), 'a', '<p>a</p><br/>\n<b>'],
  ])('joins %s', (_, body, plain, asHtml) => expect(bodyTextOf(body)).toEqual({ text: plain, html: asHtml }));
});
