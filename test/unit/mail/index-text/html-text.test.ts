import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { htmlText } from '../../../../shared/mail/index-text/html-text.ts';

describe('htmlText', () => {
  test.each([
    { name: 'blocks are lines', html: '<p>one</p><div>two<br>three</div>', text: 'one\ntwo\nthree' },
    { name: 'a word may change its looks', html: 'Rech<b>nung</b> 4<wbr>2', text: 'Rechnung 42' },
    { name: 'cells stand apart', html: '<table><tr><td>a</td><td>b</td></tr><tr><td>c', text: 'a b\nc' },
    { name: 'entities', html: 'M&uuml;ller &amp; S&ouml;hne &#x20ac;&#53; &lt;b&gt;', text: 'Müller & Söhne €5 <b>' },
    { name: 'blanks of all kinds', html: 'a&nbsp;\n  b\t&#8201;c', text: 'a b c' },
    { name: 'texts in the place of pictures', html: '<img src=x alt="The&nbsp;Logo">by', text: 'The Logo by' },
    { name: 'no scripts and styles', html: '<style>p{}</style>a<SCRIPT>if (a<b) "</p>"</SCRIPT >b', text: 'ab' },
    { name: 'no comments', html: 'a<!-- x > y -->b<!doctype html><?xml z?>c', text: 'abc' },
    { name: 'what styles hide, which somebody may look for', html: '<p style="display:none">hidden', text: 'hidden' },
    { name: 'a title', html: '<head><title>Offer</title></head><body>x', text: 'Offer\nx' },
    { name: 'where links lead to', html: '<a href="https://u:p@Shop.test/a?b">x</a>', text: 'x\nshop.test' },
    { name: 'whom links write to', html: "<a href='mailto:ann@x.test?subject=a'>x</a>", text: 'x\nann@x.test' },
    { name: 'an angle bracket that is none', html: 'a < b <3 c', text: 'a < b <3 c' },
    { name: 'a bracket in an attribute', html: '<a title="a > b">x</a>', text: 'x' },
    { name: 'a slip of the pen in a tag', html: "<p don't>x</p> it's", text: "x\nit's" },
    { name: 'a tag that never ends', html: 'a<p title="', text: 'a' },
  ])('$name', ({ html, text }) => {
    expect(htmlText(html)).toBe(text);
  });

  test('takes whatever there is', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '</',
      '<!--',
      '-->',
      '"',
      "'",
      '=',
      'script',
      'alt',
      'href',
      ' ',
      'a',
      '&',
      ';',
    );
    fc.assert(fc.property(fc.array(pieces, { maxLength: 200 }), (html) => typeof htmlText(html.join('')) === 'string'));
  });
});
