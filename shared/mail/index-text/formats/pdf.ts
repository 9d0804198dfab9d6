import { fileURLToPath } from 'node:url';
import type { PDFDocumentProxy, PDFPageProxy } from 'pdfjs-dist';
import type { TextContent } from 'pdfjs-dist/types/src/display/api.js';
import { type Extraction, MAX_TEXT_CHARACTERS, type ReadContent } from '../extraction.ts';

/** Of one document; the rest is not read. Stops documents of a million empty pages. */
const MAX_PAGES = 5_000;
const HYPHENATED = /(\p{L})[-\u00ad\u2010]\n(?=\p{Ll})/gu;

/**
 * The text of a PDF (ISO 32000): its pages, what is filled into forms, comments, title and keywords, and the files in
 * it, as the data of electronic invoices (EN 16931). Words that a line end breaks are joined.
 */
export async function readPdf(content: Buffer, extraction: Extraction, readContent: ReadContent): Promise<void> {
  const { getDocument, VerbosityLevel } = await loadPdfJs();
  const task = getDocument({
    // Handed over: the content may share its memory with others.
    data: new Uint8Array(content),
    cMapUrl: characterMaps(),
    cMapPacked: true,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    stopAtErrors: false,
    verbosity: VerbosityLevel.ERRORS,
  });
  try {
    const document = await task.promise;
    await readInfo(document, extraction);
    await readPages(document, extraction);
    await readFiles(document, extraction, readContent);
  } catch (error) {
    extraction.unreadable(error instanceof Error && error.name === 'PasswordException' ? 'password' : 'damaged');
  } finally {
    await task.destroy();
  }
}

/** Loaded with the first PDF. Its worker is a module here: the process is one already. */
async function loadPdfJs(): Promise<typeof import('pdfjs-dist')> {
  standInForCanvas();
  const worker = await import('pdfjs-dist/legacy/build/pdf.worker.mjs');
  Object.assign(globalThis, { pdfjsWorker: worker });
  return await import('pdfjs-dist/legacy/build/pdf.mjs');
}

/** What draws is asked for when the library is loaded, and never used. */
function standInForCanvas(): void {
  class Unused {}
  for (const name of ['DOMMatrix', 'ImageData', 'Path2D']) {
    if (!(name in globalThis)) Object.assign(globalThis, { [name]: Unused });
  }
}

/**
 * Where the tables lie by which old Chinese, Japanese and Korean documents name their characters: beside a bundle, else
 * in the package.
 */
function characterMaps(): string {
  const bundled = new URL('./cmaps/', import.meta.url);
  const packaged = import.meta.url.endsWith('.ts') ? new URL('../cmaps/', import.meta.resolve('pdfjs-dist')) : bundled;
  return fileURLToPath(packaged);
}

async function readInfo(document: PDFDocumentProxy, extraction: Extraction): Promise<void> {
  const { info } = await document.getMetadata();
  const known: { readonly [name: string]: unknown } = { ...info };
  for (const name of ['Title', 'Subject', 'Keywords', 'Author']) {
    const value = known[name];
    if (typeof value === 'string') extraction.line(value.trim());
  }
}

async function readPages(document: PDFDocumentProxy, extraction: Extraction): Promise<void> {
  if (document.numPages > MAX_PAGES) extraction.unreadable('limit');
  for (let number = 1; number <= Math.min(document.numPages, MAX_PAGES); number++) {
    if (extraction.isDone) return;
    try {
      const page = await document.getPage(number);
      extraction.line(await textOfPage(page, extraction));
      for (const text of await textsOfAnnotations(page)) extraction.line(text);
      page.cleanup();
    } catch {
      // The pages behind a broken one can be read.
      extraction.unreadable('damaged');
    }
  }
}

/** In pieces: a page may draw more text than there is time for. */
async function textOfPage(page: PDFPageProxy, extraction: Extraction): Promise<string> {
  const reader: ReadableStreamDefaultReader<TextContent> = page.streamTextContent().getReader();
  const texts: string[] = [];
  let length = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    for (const item of piece.value.items) {
      if (!('str' in item)) continue;
      texts.push(item.hasEOL ? `${item.str}\n` : item.str);
      length += item.str.length;
    }
    if (extraction.isDone || length > MAX_TEXT_CHARACTERS) {
      await reader.cancel();
      break;
    }
  }
  return texts.join('').replace(HYPHENATED, '$1');
}

async function textsOfAnnotations(page: PDFPageProxy): Promise<string[]> {
  const annotations: readonly unknown[] = await page.getAnnotations();
  return annotations.flatMap((annotation) => {
    if (typeof annotation !== 'object' || annotation === null) return [];
    const { fieldValue, contentsObj } = annotation as { fieldValue?: unknown; contentsObj?: { str?: unknown } };
    const values = Array.isArray(fieldValue) ? fieldValue : [fieldValue];
    return [...values, contentsObj?.str].filter((value) => typeof value === 'string').filter((value) => value !== '');
  });
}

async function readFiles(document: PDFDocumentProxy, extraction: Extraction, readContent: ReadContent): Promise<void> {
  const files: unknown = await document.getAttachments();
  if (typeof files !== 'object' || files === null) return;
  for (const file of Object.values(files)) {
    const { filename = '', content } = file as { filename?: string; content?: Uint8Array };
    if (!extraction.takeEntry()) return;
    extraction.line(filename);
    if (content instanceof Uint8Array) {
      await extraction.within(() => readContent(Buffer.from(content), { filename, contentType: '' }));
    }
  }
}
