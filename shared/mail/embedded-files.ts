import type { EmbeddedFile } from './embedded-file.ts';
import { MAX_OPENED_FILES } from './opening-budget.ts';
import { uuencodedFileAt } from './uuencode.ts';
import { yencFileAt } from './yenc.ts';

const LF = 0x0a;
const READERS = [
  { mark: 'begin ', readAt: uuencodedFileAt },
  { mark: '=ybegin ', readAt: yencFileAt },
];

/**
 * The uuencoded and yEnc files in a text, in their order. Only what is whole counts (from its `begin` to its `end`
 * line): prose that speaks of such a thing stays prose. Linear: readers stop at the first line that cannot be theirs,
 * which the beginning of another file is.
 */
export function embeddedFiles(text: Buffer): EmbeddedFile[] {
  const files = READERS.flatMap(({ mark, readAt }) => filesOf(text, mark, readAt));
  files.sort((one, other) => one.start - other.start);
  let end = 0;
  return files.filter((file) => {
    if (file.start < end) return false;
    end = file.end;
    return true;
  });
}

/** A text without the files in it. */
export function withoutFiles(text: Buffer, files: readonly EmbeddedFile[]): Buffer {
  if (files.length === 0) return text;
  const ends = [0, ...files.map((file) => file.end)];
  return Buffer.concat(ends.map((end, index) => text.subarray(end, files[index]?.start)));
}

function filesOf(text: Buffer, mark: string, readAt: typeof uuencodedFileAt): EmbeddedFile[] {
  const files: EmbeddedFile[] = [];
  for (let start = text.indexOf(mark); start >= 0 && files.length < MAX_OPENED_FILES; ) {
    const isLineStart = start === 0 || text[start - 1] === LF;
    const file = isLineStart ? readAt(text, start) : undefined;
    if (file) files.push(file);
    start = text.indexOf(mark, file?.end ?? start + mark.length);
  }
  return files;
}
