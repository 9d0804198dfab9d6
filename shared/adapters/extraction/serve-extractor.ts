import type { ContentHint, ExtractedText } from '../../domain/extracted-text.ts';
import { serveQuestions } from '../processes/serve-questions.ts';

/** What is asked beside the content. */
export interface ExtractorQuestion {
  readonly hint: ContentHint;
  /** After so long the process is ended. */
  readonly seconds: number;
}

/** Reading stops by itself after this part of its time, and gives what it has until then. */
const OWN_SHARE_OF_TIME = 0.6;

/** Answers the questions of `createExtractorProcess` from within a process. `isOver` tells when to stop. */
export function serveExtractor(
  extract: (content: Uint8Array, hint: ContentHint, isOver: () => boolean) => Promise<ExtractedText>,
): void {
  let isSpent = false;
  // A library left something behind: nothing that the present content is to blame for.
  process.on('unhandledRejection', () => {
    isSpent = true;
  });
  const methods = {
    extract: (content: Uint8Array, { hint, seconds }: ExtractorQuestion) => {
      const end = performance.now() + seconds * 1000 * OWN_SHARE_OF_TIME;
      return extract(content, hint, () => {
        const isOver = performance.now() > end;
        // What was given up may still go on.
        isSpent ||= isOver;
        return isOver;
      });
    },
  };
  serveQuestions(methods, () => isSpent);
}
