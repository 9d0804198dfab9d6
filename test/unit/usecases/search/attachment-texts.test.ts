import { describe, expect, test } from 'vitest';
import type { ExtractedText } from '../../../../shared/domain/extracted-text.ts';
import { StorageError, UnreadableError } from '../../../../shared/errors.ts';
import type { Ocr } from '../../../../shared/ports/ocr.ts';
import type { TextExtractor } from '../../../../shared/ports/text-extractor.ts';
import { inProcessExtractor } from '../../../../shared/usecases/in-process-extractor.ts';
import { attachmentTexts } from '../../../../shared/usecases/search/attachment-texts.ts';
import { forgetTexts } from '../../../../shared/usecases/search/kept-texts.ts';
import { DEFAULT_SEARCH_SETTINGS, type SearchSettings } from '../../../../shared/usecases/settings/search-settings.ts';
import { docxOf } from '../../mail/index-text/documents.ts';
import { message, multipart } from '../../mail/message.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const part = (filename: string, content: string | Buffer, type = 'application/octet-stream') =>
  `Content-Type: ${type}\r\nContent-Disposition: attachment; filename=${filename}\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(content).toString('base64')}`;
const mail = (...parts: readonly string[]) =>
  message({ 'Content-Type': 'multipart/mixed; boundary=b' }, multipart('b', ...parts));
const PNG = Buffer.from('89504e470d0a1a0a00', 'hex');

function world(extract: TextExtractor['extract'] = inProcessExtractor.extract, ocr?: Ocr) {
  const extracted: string[] = [];
  const extractor: TextExtractor = {
    version: 'v',
    extract: async (content, hint) => {
      extracted.push(hint.filename);
      return await extract(content, hint);
    },
  };
  const ports = { ...createMemoryPorts('texts'), extractor, ...(ocr && { ocr }) };
  const texts = async (
    bytes: Uint8Array,
    settings: Partial<SearchSettings> = {},
  ): Promise<readonly ExtractedText[]> => {
    const { attachments } = await ports.reader.readForIndex(bytes, []);
    return await attachmentTexts(ports, bytes, attachments, { ...DEFAULT_SEARCH_SETTINGS, ...settings });
  };
  const kept = async () => {
    const keys: string[] = [];
    for await (const { key } of ports.derived.list('segments/texts/')) keys.push(key);
    return keys;
  };
  return { ports, texts, extracted, kept };
}

describe('the same content', () => {
  test('is read once, whatever message it comes with', async () => {
    const { texts, extracted, kept } = world();
    const document = docxOf('<w:t>plan</w:t>');
    expect((await texts(mail(part('a.docx', document), part('b.docx', document)))).map(({ text }) => text)).toEqual([
      'plan',
      'plan',
    ]);
    expect((await texts(mail(part('c.docx', document)))).map(({ text }) => text)).toEqual(['plan']);
    expect(extracted).toEqual(['a.docx']);
    expect(await kept()).toEqual([expect.stringMatching(/^segments\/texts\/(..)\/\1[0-9a-f]{62}\.v\.docx$/)]);
  });

  test('that killed its reader is not read again', async () => {
    const { texts, extracted } = world(async () => ({
      outcome: 'unreadable',
      reason: 'crashed',
      text: '',
      truncated: false,
    }));
    const bomb = mail(part('a.docx', docxOf('')));
    expect(await texts(bomb)).toMatchObject([{ outcome: 'unreadable', reason: 'crashed' }]);
    expect(await texts(bomb)).toMatchObject([{ outcome: 'unreadable', reason: 'crashed' }]);
    expect(extracted).toHaveLength(1);
  });

  test('is read again where nothing was read for reasons outside of it', async () => {
    const { texts, kept } = world(async () => {
      throw new StorageError('start the process');
    });
    await expect(texts(mail(part('a.docx', docxOf(''))))).rejects.toThrow(StorageError);
    expect(await kept()).toEqual([]);
  });

  test('is read otherwise where its name makes it something else', async () => {
    const { texts } = world();
    const card = 'BEGIN:X\nNOTE:a\n  b';
    const read = await texts(mail(part('a.txt', card), part('a.vcf', card)));
    expect(read.map(({ text }) => text)).toEqual([card, 'BEGIN: X\nNOTE: a b']);
  });

  test('is forgotten on demand', async () => {
    const { ports, texts, extracted, kept } = world();
    const bytes = mail(part('a.docx', docxOf('<w:t>plan</w:t>')));
    await texts(bytes);
    const { attachments } = await ports.reader.readForIndex(bytes, []);
    await forgetTexts(
      ports,
      attachments.map(({ contentHash }) => contentHash),
    );
    expect(await kept()).toEqual([]);
    await texts(bytes);
    expect(extracted).toHaveLength(2);
  });

  test('is read again where what was kept is damaged', async () => {
    const { ports, texts, kept } = world();
    const bytes = mail(part('a.docx', docxOf('<w:t>plan</w:t>')));
    await texts(bytes);
    const [key = ''] = await kept();
    await ports.derived.put(key, Buffer.from('no zstd'));
    expect(await texts(bytes)).toMatchObject([{ text: 'plan' }]);
  });
});

describe('what is read', () => {
  test('are the types that settings name, and no pictures', async () => {
    const { texts, extracted, kept } = world();
    const bytes = mail(
      part('a.txt', 'one'),
      part('b.csv', 'two'),
      part('c.png', PNG),
      part('d.asc', '-----BEGIN PGP MESSAGE-----'),
    );
    const outcomes = async (settings: Partial<SearchSettings>) =>
      (await texts(bytes, settings)).map(({ outcome }) => outcome);
    expect(await outcomes({})).toEqual(['text', 'text', 'nothing', 'unreadable']);
    expect(extracted).toEqual(['a.txt', 'b.csv']);
    expect(await outcomes({ attachmentTypes: ['csv'] })).toEqual(['notIndexed', 'text', 'notIndexed', 'notIndexed']);
    expect(await outcomes({ excludedTypes: ['csv'] })).toEqual(['text', 'notIndexed', 'nothing', 'unreadable']);
    expect(await kept()).toEqual([]);
  });

  test('ends where all attachments of a message together have enough', async () => {
    const { texts } = world(async () => ({ outcome: 'text', text: 'x'.repeat(3_000_000), truncated: false }));
    const read = await texts(mail(part('a.txt', '1'), part('b.txt', '2'), part('c.txt', '3')));
    expect(read.map(({ outcome, reason }) => reason ?? outcome)).toEqual(['text', 'text', 'limit']);
  });

  test('is nothing where the message kills its reader', async () => {
    const { ports, texts } = world();
    ports.reader = {
      ...ports.reader,
      readAttachments: async () => {
        throw new UnreadableError('its reader ended');
      },
    };
    expect(await texts(mail(part('a.docx', docxOf(''))))).toMatchObject([{ outcome: 'unreadable', reason: 'crashed' }]);
  });
});

describe('where somebody reads pictures', () => {
  const ocr: Ocr = {
    takes: (contentType) => contentType === 'image/png',
    recognise: async () => 'seen',
  };

  test('those it takes are read, and kept apart from what was read without it', async () => {
    const { texts, kept } = world(inProcessExtractor.extract, ocr);
    const read = await texts(mail(part('a.png', PNG, 'image/png'), part('b.jpg', '\xff\xd8\xff', 'image/jpeg')));
    expect(read.map(({ text }) => text)).toEqual(['seen', '']);
    expect(await kept()).toEqual([expect.stringMatching(/\.v-ocr\.image$/)]);
  });

  test('one it cannot read is told', async () => {
    const failing: Ocr = { ...ocr, recognise: async () => Promise.reject(new UnreadableError('no picture')) };
    const { texts } = world(inProcessExtractor.extract, failing);
    expect(await texts(mail(part('a.png', PNG, 'image/png')))).toMatchObject([
      { outcome: 'unreadable', reason: 'damaged' },
    ]);
  });
});
