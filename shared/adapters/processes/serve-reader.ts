import type { MailReader } from '../../ports/mail-reader.ts';
import { serveQuestions } from './serve-questions.ts';

/** Answers the questions of `createReaderProcess` from within a process. */
export function serveReader(reader: MailReader): void {
  serveQuestions({ ...reader });
}
