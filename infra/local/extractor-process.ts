import { serveExtractor } from '../../shared/adapters/extraction/serve-extractor.ts';
import { extractText } from '../../shared/mail/index-text/extract-text.ts';

serveExtractor(extractText);
