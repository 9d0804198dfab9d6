import { expect, test } from 'vitest';
import { UnreadableError } from '../../../../shared/errors.ts';
import { inProcessExtractor } from '../../../../shared/usecases/in-process-extractor.ts';
import { messageTexts } from '../../../../shared/usecases/search/message-texts.ts';
import { DEFAULT_SEARCH_SETTINGS } from '../../../../shared/usecases/settings/search-settings.ts';
import { message, multipart, utf8 } from '../../mail/message.ts';
import { createMemoryPorts } from '../memory-ports.ts';

const settings = { ...DEFAULT_SEARCH_SETTINGS, headers: ['list-id'] };
const ports = { ...createMemoryPorts('message-texts'), extractor: inProcessExtractor };

test('gathers all that can be found of a message, blind copies apart', async () => {
  const original = message(
    {
      From: 'Ann <Ann@Example.org>',
      Cc: 'c@x.test',
      Bcc: 'hidden@x.test',
      'List-Id': '<team.x.test>',
      'Content-Type': 'multipart/mixed; boundary=b',
    },
    multipart(
      'b',
      `Content-Type: text/plain; charset=utf-8\r\n\r\n${utf8('Mit freundlichen Grüßen, die Rechnung ist bezahlt')}`,
      'Content-Type: text/csv; name=sums.csv\r\nContent-Disposition: attachment\r\n\r\na,b',
      'Content-Type: application/pgp-encrypted; name=x.pgp\r\nContent-Disposition: attachment\r\n\r\nx',
    ),
  );
  const { texts, ...rest } = await messageTexts(ports, original, settings);
  expect(
    texts.map(({ field, text, attachment }) => [field, text, ...(attachment === undefined ? [] : [attachment])]),
  ).toEqual([
    ['subject', 'Plan'],
    ['messageId', '<1@example.org>'],
    ['from', 'Ann <Ann@Example.org>'],
    ['to', 'bob@example.net'],
    ['cc', 'c@x.test'],
    ['header', 'list-id=<team.x.test>'],
    ['body', 'Mit freundlichen Grüßen, die Rechnung ist bezahlt'],
    ['filename', 'sums.csv', 0],
    ['filename', 'x.pgp', 1],
    ['attachment', 'a,b', 0],
  ]);
  expect(rest).toEqual({
    bcc: [{ address: 'hidden@x.test' }],
    attachmentTypes: ['csv', 'encrypted'],
    flags: ['hasAttachments', 'unreadableAttachment'],
    sender: 'ann@example.org',
  });
});

test('mail that kills its reader has none', async () => {
  const reader = {
    ...ports.reader,
    readForIndex: async () => {
      throw new UnreadableError('its reader ended');
    },
  };
  await expect(messageTexts({ ...ports, reader }, message({}, 'x'), settings)).rejects.toThrow(UnreadableError);
});
