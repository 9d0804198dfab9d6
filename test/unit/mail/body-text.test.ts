import { describe, expect, test } from 'vitest';
import { type BodyPart, bodyTextOf } from '../../../shared/mail/body-text.ts';
import { MAX_VIEW_CHARACTERS } from '../../../shared/mail/limits.ts';

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

  test('holds of a body no more than is shown, however many parts it has and whatever they grow to', () => {
    const large = '&'.repeat(MAX_VIEW_CHARACTERS);
    const asHtml = '&amp;'.length * (MAX_VIEW_CHARACTERS + 1);
    let unread = 0;
    const late: BodyPart = { kind: 'text', read: () => `${++unread}` };
    const body = bodyTextOf(mixed(text(large), text('b'), ...Array.from({ length: 8 }, () => late), html('<b>')));
    expect(body.text).toBe(`${large}\nb`);
    expect(body.html?.length).toBeLessThan(asHtml + 100);
    expect(body.html?.length).toBeGreaterThan(MAX_VIEW_CHARACTERS);
    expect(unread).toBe(0);
    expect(bodyTextOf(mixed(html(large), html('b'), html(large), html(large))).html?.length).toBeLessThan(
      MAX_VIEW_CHARACTERS + 100,
    );
  });
});
