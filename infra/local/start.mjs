import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

// Plain JavaScript, so that an older Node can still say what is wrong.
const needed = 24;
const found = Number(process.versions.node.split('.')[0]);
if (found < needed) {
  console.error(
    `letterlock needs Node ${needed}, this is ${process.versions.node}.\n` +
      'Node 24 comes with "npm ci" as a package; start with "npm start" so that it is found.\n' +
      'If npm refused its install script, run: npm rebuild node',
  );
  process.exit(1);
}
// Objects are read in threads of the pool; it must be set before the first of them starts.
process.env.UV_THREADPOOL_SIZE ??= '8';
// Mail leaves next to nothing behind: a young generation that never grows takes no longer to collect and saves 100 MB,
setFlagsFromString('--semi-space-growth-factor=1');
// is collected with less work by one thread than by several,
setFlagsFromString('--no-parallel-scavenge');
// and where the old one may only double, dead buffers go earlier: another 50 MB.
setFlagsFromString('--heap-growing-percent=100');
// Taking the types off and compiling takes each thread 10 MB: what an earlier start made of the code serves them all. After
// the flags, on which it depends; `import` alone, which an older Node has no such thing for.
const { enableCompileCache } = await import('node:module');
const { directory } = enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/letterlock'));
// Threads are told of it by this only.
if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory;
const { main } = await import('./main.ts');
await main(process.argv.slice(2), process.env);
