import { serveReader } from '../../shared/adapters/threads/reader-thread.ts';
import { inProcessReader } from '../../shared/usecases/in-process-reader.ts';

serveReader(inProcessReader);
