import { createCachedObjects } from '../../shared/adapters/file/cached-objects.ts';
import { FILES } from '../../shared/usecases/search/index/index-keys.ts';
import { UnitReader } from '../../shared/usecases/search/read/unit-reader.ts';
import { cloudObjects } from '../cloud/cloud-objects.ts';
import { Environment } from '../cloud/environment.ts';
import { processPorts } from '../cloud/process-ports.ts';
import { createHandler } from './handler.ts';
import { INDEX_CACHE_MEGABYTES } from './index-cache.ts';

const { clock, logs } = processPorts();
const derived = createCachedObjects(cloudObjects(new Environment()).derived(), {
  directory: '/tmp/index',
  maxBytes: INDEX_CACHE_MEGABYTES * 1024 * 1024,
  immutablePrefix: FILES,
});
const reader = new UnitReader({ derived, clock });

export const handler = createHandler({ reader, now: () => performance.now() }, logs);
