import { expect, test } from 'vitest';
import { type ZippedFile, zipOf } from '../../../../shared/usecases/requests/zip-stream.ts';
import { readZip } from './read-zip.ts';

const AT = new Date('2026-02-01T10:00:00.000Z');

async function* these(...files: readonly ZippedFile[]): AsyncGenerator<ZippedFile, void, undefined> {
  yield* files;
}

async function whole(files: AsyncIterable<ZippedFile>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of zipOf(files)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function file(name: string, bytes: Uint8Array | string, modifiedAt = AT): ZippedFile {
  return { name, modifiedAt, bytes: Buffer.from(bytes) };
}

test('a ZIP file has the very bytes of each file, under its name', async () => {
  const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const zip = readZip(
    await whole(these(file('messages/ä.eml', every), file('empty', ''), file('a', 'x'.repeat(300_000)))),
  );
  expect([...zip.keys()]).toEqual(['messages/ä.eml', 'empty', 'a']);
  expect(zip.get('messages/ä.eml')).toEqual(every);
  expect(zip.get('empty')).toHaveLength(0);
  expect(zip.get('a')?.toString()).toBe('x'.repeat(300_000));
});

test('the same files make the same bytes, whenever they are written', async () => {
  const make = () => whole(these(file('a.eml', 'one'), file('b.eml', 'two', new Date('1970-01-01T00:00:00.000Z'))));
  expect(await make()).toEqual(await make());
});

test('a ZIP file without files is one all the same', async () => {
  expect(readZip(await whole(these()))).toEqual(new Map());
});

test('what fails while files are read fails whoever writes the ZIP file', async () => {
  async function* failing(): AsyncGenerator<ZippedFile, void, undefined> {
    yield file('a.eml', 'x'.repeat(100_000));
    throw new RangeError('no more');
  }
  await expect(whole(failing())).rejects.toThrow(RangeError);
});

test('files are taken no faster than the ZIP file is read, and no more once nobody reads', async () => {
  let taken = 0;
  async function* many(): AsyncGenerator<ZippedFile, void, undefined> {
    for (; taken < 1_000; taken += 1) {
      // What does not compress: random enough, and the same each time.
      const bytes = Buffer.from(
        Array.from({ length: 50_000 }, (_, at) => (at * at * 31 + taken * 7 + (at >> 3)) & 0xff),
      );
      yield file(`${taken}`, bytes);
    }
  }
  const zip = zipOf(many());
  await zip.next();
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toBeLessThan(20);
  await zip.return();
  expect(taken).toBeLessThan(20);
});
