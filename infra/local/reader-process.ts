import { serveReader } from '../../shared/adapters/processes/serve-reader.ts';
import { inProcessReader } from '../../shared/usecases/in-process-reader.ts';

serveReader(inProcessReader);
