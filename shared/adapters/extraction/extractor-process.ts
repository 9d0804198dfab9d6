import { EXTRACTOR_VERSION, type ExtractedText } from '../../domain/extracted-text.ts';
import type { TextExtractor } from '../../ports/text-extractor.ts';
import { createIsolatedProcess, type ProcessLimits, secondsFor } from '../processes/isolated-process.ts';
import type { ExtractorQuestion } from './serve-extractor.ts';

const DEFAULT_LIMITS: ProcessLimits = {
  heapMegabytes: 512,
  residentMegabytes: 1_200,
  seconds: 20,
  secondsPerMegabyte: 2,
  isConfined: true,
};

/**
 * An extractor in a process of its own (see `createIsolatedProcess`); `entry` is a module that calls `serveExtractor`.
 * An attachment that takes too long, or all memory, or ends the process has no text; those behind it are read.
 */
export function createExtractorProcess(entry: URL, given: Partial<ProcessLimits> = {}): TextExtractor {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const isolated = createIsolatedProcess(entry, limits);
  return {
    version: EXTRACTOR_VERSION,
    async extract(content, { filename, contentType, charset }) {
      const hint = { filename, contentType, ...(charset !== undefined && { charset }) };
      const question: ExtractorQuestion = { hint, seconds: secondsFor(limits, content.length) };
      const answer = await isolated.ask<ExtractedText>('extract', content, question);
      if (answer.outcome === 'answered') return answer.value;
      const reason = answer.outcome === 'died' ? 'crashed' : 'limit';
      return { outcome: 'unreadable', reason, text: '', truncated: false };
    },
  };
}
