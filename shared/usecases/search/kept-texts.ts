import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { ExtractedText } from '../../domain/extracted-text.ts';
import type { IndexAttachment } from '../../domain/index-reading.ts';
import type { ObjectKey } from '../../ports/object-store.ts';
import type { Ports } from '../../ports/ports.ts';
import type { TextReaders } from './extract-with-ocr.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** Of what is kept of one text; more than there can be. Stops an object that is none of ours. */
const MAX_KEPT_BYTES = 32 * 1024 * 1024;
const FORMAT = 1;
const PREFIX = 'segments/texts/';

type KeptPorts = Pick<Ports, 'derived'> & TextReaders;

/** What came of reading the same content before, by the extractor of this version. */
export async function keptText(ports: KeptPorts, attachment: IndexAttachment): Promise<ExtractedText | undefined> {
  const object = await ports.derived.get(keyOf(ports, attachment));
  if (object === undefined) return undefined;
  try {
    const json = await decompress(object.body, { maxOutputLength: MAX_KEPT_BYTES });
    const { format, ...text }: ExtractedText & { readonly format: number } = JSON.parse(json.toString('utf8'));
    return format === FORMAT && typeof text.text === 'string' ? text : undefined;
  } catch {
    // It can be made again.
    return undefined;
  }
}

/** Keeps what came of reading a content; the first to do so counts. */
export async function keepText(ports: KeptPorts, attachment: IndexAttachment, text: ExtractedText): Promise<void> {
  const body = await compress(JSON.stringify({ format: FORMAT, ...text }));
  await ports.derived.put(keyOf(ports, attachment), body, { ifAbsent: true });
}

/** Deletes what is kept of contents with these hashes; where they are met again, they are read again. */
export async function forgetTexts(
  { derived }: Pick<Ports, 'derived'>,
  contentHashes: readonly string[],
): Promise<void> {
  for (const contentHash of contentHashes) {
    for await (const { key } of derived.list(prefixOf(contentHash))) await derived.delete(key);
  }
}

/** The same content is read otherwise where its name and type make it something else, and where pictures are read. */
function keyOf({ extractor, ocr }: KeptPorts, { contentHash, type }: IndexAttachment): ObjectKey {
  return `${prefixOf(contentHash)}${extractor.version}${ocr ? '-ocr' : ''}.${type}`;
}

function prefixOf(contentHash: string): string {
  return `${PREFIX}${contentHash.slice(0, 2)}/${contentHash}.`;
}
