import { createFileObjectStore, openFileObjectStore } from '../../shared/adapters/file/file-object-store.ts';
import { createManualClock } from '../../shared/adapters/memory/memory-clock.ts';
import { createMemoryObjectStore } from '../../shared/adapters/memory/memory-object-store.ts';
import { objectLockContract } from './object-lock-contract.ts';
import { objectStoreContract } from './object-store-contract.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const signingKey = new Uint8Array(32).fill(7);
const start = new Date('2026-01-01T00:00:00.000Z');

objectStoreContract('memory', async () => ({ store: createMemoryObjectStore(), close: async () => {} }));

objectStoreContract('file', async () => {
  const { path, remove } = await temporaryDirectory();
  const options = { root: `${path}/not/yet/there`, urlSigner: { bucket: 'derived', signingKey } };
  return {
    store: createFileObjectStore(options),
    reopen: () => openFileObjectStore(options),
    close: remove,
  };
});

objectLockContract('memory', async () => {
  const clock = createManualClock(start);
  const store = createMemoryObjectStore({ clock });
  return { store, now: clock.now, advance: clock.advance, keepsOneVersion: true, close: async () => {} };
});

objectLockContract('file', async () => {
  const { path, remove } = await temporaryDirectory();
  const clock = createManualClock(start);
  return {
    store: await openFileObjectStore({ root: path, clock }),
    reopen: () => openFileObjectStore({ root: path, clock }),
    now: clock.now,
    advance: clock.advance,
    keepsOneVersion: true,
    close: remove,
  };
});
