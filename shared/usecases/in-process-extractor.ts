import { EXTRACTOR_VERSION } from '../domain/extracted-text.ts';
import { extractText } from '../mail/index-text/extract-text.ts';
import type { TextExtractor } from '../ports/text-extractor.ts';

/** Reads in the process that asks, which dies with what it reads: for processes that do nothing else. */
export const inProcessExtractor: TextExtractor = { version: EXTRACTOR_VERSION, extract: extractText };
