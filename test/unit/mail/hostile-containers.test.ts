import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendarText } from '../../../shared/mail/calendar-text.ts';
import { signedContent } from '../../../shared/mail/cms.ts';
import { embeddedFiles } from '../../../shared/mail/embedded-files.ts';
import { OpeningBudget } from '../../../shared/mail/opening-budget.ts';
import { decompressRtf } from '../../../shared/mail/tnef/compressed-rtf.ts';
import { readRtfBody } from '../../../shared/mail/tnef/rtf-body.ts';
import { openTnef } from '../../../shared/mail/tnef/tnef-files.ts';
import { attribute, ber, der, signedData, tnefFile, tnefStream } from './containers.ts';

const properties = Buffer.from('020000001f000737010000000400000061006200030005370100000000000000', 'hex');
const rtf = Buffer.from("{\\rtf1\\ansi\\fromhtml1{\\*\\htmltag <p>}\\htmlrtf x\\htmlrtf0 \\'fc\\u8364?}");
const stream = tnefStream(tnefFile('A.TXT', Buffer.from('cat')), attribute(2, 0x69005, properties));
const samples = [
  stream,
  tnefStream(tnefFile('winmail.dat', stream)),
  signedData(der(0x04, Buffer.from('content'))),
  signedData(ber(0x24, der(0x04, Buffer.from('content'))), ber),
  Buffer.concat([Buffer.from([40, 0, 0, 0, 90, 0, 0, 0]), Buffer.from('LZFu\0\0\0\0'), rtf]),
  rtf,
  Buffer.from('begin 644 a\n#0V%T\n`\nend\n=ybegin line=1 size=1 name=a\nabc\n=yend size=1\n'),
  Buffer.from('METHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:a\\n\r\n b\r\nDTSTART;TZID="x":20260101T000000\r\nEND:VEVENT'),
];
const mutated = fc
  .tuple(fc.constantFrom(...samples), fc.array(fc.tuple(fc.nat(200), fc.nat(4), fc.uint8Array({ maxLength: 4 }))))
  .map(([sample, mutations]) =>
    mutations.reduce((changed, [at, removed, put]) => {
      const offset = Math.min(at, changed.length);
      return Buffer.concat([changed.subarray(0, offset), put, changed.subarray(offset + removed)]);
    }, sample),
  );

describe('mutated containers', () => {
  test('are read without a throw, and give no more than they may', () => {
    fc.assert(
      fc.property(mutated, (bytes) => {
        const { files, body } = openTnef(bytes, new OpeningBudget(bytes.length), 0);
        for (const file of files) expect(file.content().byteLength).toBeLessThanOrEqual(bytes.length);
        body?.();
        expect(signedContent(bytes)?.length ?? 0).toBeLessThanOrEqual(bytes.length);
        expect(decompressRtf(bytes).length).toBeLessThanOrEqual(9 * bytes.length);
        readRtfBody(bytes);
        calendarText(bytes.toString('latin1'), 'REQUEST');
        for (const { content } of embeddedFiles(bytes)) expect(content().length).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 3_000 },
    );
  });
});
