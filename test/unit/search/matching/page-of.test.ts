import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IndexText } from '../../../../shared/search/index-document.ts';
import { pageOf } from '../../../../shared/search/matching/page-of.ts';
import { searchUnits } from '../../../../shared/search/matching/search-units.ts';
import type { Query, TextQuery } from '../../../../shared/search/query/query.ts';
import type { Segment } from '../../../../shared/search/segments/segment.ts';
import { mail, SEES_ALL } from './arbitrary-mail.ts';
import { modelSnapshot } from './model-segment.ts';

const word = (text: string, form: TextQuery['form'] = 'word'): Query => ({ kind: 'text', text, form });
const body = (text: string): IndexText => ({ field: 'body', text });
const attachment = (text: string): IndexText => ({ field: 'attachment', text, attachment: 0 });

async function shown(texts: readonly IndexText[], query: Query, visibility = SEES_ALL) {
  const document = mail('a', { texts, folders: ['Archive', 'Projects/Sub'], subject: 'Secret plan' });
  const units = [{ mailboxId: 'm', part: 'all', segments: [modelSnapshot('s', [document])], visibility }];
  const { items } = await searchUnits(units, query, { sort: 'newest', limit: 5 });
  const page = await pageOf(units, query, items);
  return page.messages[0];
}

const snippet = async (texts: readonly IndexText[], query: Query) => (await shown(texts, query))?.snippet;

describe('snippets', () => {
  const filler = 'lorem ipsum dolor sit amet '.repeat(30);

  test.each([
    {
      why: 'marks words, not parts of words',
      texts: [body('an offer, an offering')],
      query: word('offer', 'phrase'),
      expected: 'an <mark>offer</mark>, an offering',
    },
    {
      why: 'marks what a prefix begins',
      texts: [body('inv Invoice. other')],
      query: word('invo', 'prefix'),
      expected: 'inv <mark>Invoice</mark>. other',
    },
    {
      why: 'marks a phrase only where it stands as one',
      texts: [body('late the offer late. Offer late the.')],
      query: word('offer late', 'phrase'),
      expected: 'late the <mark>offer</mark> <mark>late</mark>. <mark>Offer</mark> <mark>late</mark> the.',
    },
    {
      why: 'escapes HTML of senders, inside marks too',
      texts: [body('<b onclick="x">a&b</b> <script>')],
      query: word('script'),
      expected: '&lt;b onclick=&quot;x&quot;&gt;a&amp;b&lt;/b&gt; &lt;<mark>script</mark>&gt;',
    },
    {
      why: 'opens with the first text that has anything to show',
      texts: [body(''), body(' \n'), body('second text')],
      query: { kind: 'everything' } as const,
      expected: 'second text',
    },
    {
      why: 'makes one space of white space and control characters',
      texts: [body(' a\r\n\t b\u0000\u202ec offer\n')],
      query: word('offer'),
      expected: 'a b c <mark>offer</mark>',
    },
    {
      why: 'marks part of a text without spaces as one',
      texts: [body('会議は東京都で開催')],
      query: word('東京都'),
      expected: '会議は<mark>東京都</mark>で開催',
    },
    {
      why: 'shows the opening where nothing in the text was asked for',
      texts: [body('Dear all')],
      query: { kind: 'everything' } as Query,
      expected: 'Dear all',
    },
    {
      why: 'does not mark what is asked not to be there',
      texts: [body('an offer late')],
      query: { kind: 'and', of: [word('offer'), { kind: 'not', of: word('xyz') }] } as Query,
      expected: 'an <mark>offer</mark> late',
    },
    {
      why: 'prefers the body to attachments',
      texts: [attachment('offer in attachment'), body('offer in body')],
      query: word('offer'),
      expected: '<mark>offer</mark> in body',
    },
    {
      why: 'shows an attachment where the body has nothing',
      texts: [body('see file'), attachment('first file'), attachment('second offer')],
      query: word('offer'),
      expected: 'second <mark>offer</mark>',
    },
    { why: 'is empty without any text', texts: [], query: { kind: 'everything' } as Query, expected: '' },
  ])('$why', async ({ texts, query, expected }) => {
    expect(await snippet(texts, query)).toBe(expected);
  });

  test('show the place where most of what was asked for stands together', async () => {
    const text = `offer alone. ${filler} late alone. ${filler} the late offer of May ${filler}`;
    const found = await snippet([body(text)], { kind: 'and', of: [word('offer'), word('late'), word('may')] });
    expect(found).toContain('the <mark>late</mark> <mark>offer</mark> of <mark>May</mark>');
    expect(found?.startsWith('… ')).toBe(true);
    expect(found?.endsWith(' …')).toBe(true);
  });

  test('are short, whole characters, and escaped, whatever the text', async () => {
    const unit = fc.constantFrom(
      'offer ',
      '<',
      '&',
      '😀',
      '\ud83d',
      '\udc00',
      '東京',
      'x'.repeat(300),
      ' ',
      '\n',
      '\u0000',
      'a\u0301 ',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(unit, { maxLength: 200 }), async (units) => {
        const found = await snippet([body(`${units.join('')} offer`)], word('offer'));
        expect(found?.isWellFormed()).toBe(true);
        const text = found?.replace(/<\/?mark>/g, '') ?? '';
        expect(text).not.toMatch(/[<>"\n\0]/);
        const plain = text.replace(/&(?:lt|gt|amp|quot|#39);/g, '.');
        expect(plain).not.toContain('&');
        expect(plain.length).toBeLessThanOrEqual(210);
        expect(found).toContain('<mark>offer</mark>');
      }),
    );
  });
});

test('a place in what is not kept of a long text gives the opening', async () => {
  const texts = [body('Dear all, an offer')];
  const snapshot = modelSnapshot('s', [mail('a', { texts })]);
  const segment = await snapshot.open();
  const cut: Segment = {
    ...segment,
    async messages(documents) {
      const messages = await segment.messages(documents);
      const around = () => ({ text: '', start: 0, isStart: false, isEnd: false });
      return messages.map((message) => ({ ...message, texts: message.texts.map((text) => ({ ...text, around })) }));
    },
  };
  const units = [
    { mailboxId: 'm', part: 'all', segments: [{ ...snapshot, open: async () => cut }], visibility: SEES_ALL },
  ];
  const { items } = await searchUnits(units, word('offer'), { sort: 'newest', limit: 5 });
  const page = await pageOf(units, word('offer'), items);
  expect(page.messages[0]?.snippet).toBe('Dear all, an offer');
});

describe('a message of a page', () => {
  test('stands in the folder that was asked for', async () => {
    const query: Query = { kind: 'folder', folder: 'projects' };
    expect(await shown([], query)).toMatchObject({ folder: 'Projects/Sub', mailboxId: 'm', subject: 'Secret plan' });
    expect(await shown([], { kind: 'everything' })).toMatchObject({ folder: 'Archive' });
  });

  test('shows no text to who sees headers only, and no subject where subjects are hidden', async () => {
    const query: Query = { kind: 'everything' };
    const texts = [body('secret')];
    expect(await shown(texts, query, { ...SEES_ALL, sight: 'headers' })).toMatchObject({
      snippet: '',
      subject: 'Secret plan',
    });
    expect(await shown(texts, query, { ...SEES_ALL, sight: 'headersWithoutSubject' })).toMatchObject({
      snippet: '',
      subject: '',
    });
  });
});
