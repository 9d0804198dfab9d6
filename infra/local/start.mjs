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
// Mail leaves next to nothing behind: a young generation that never grows takes no longer to collect and saves 100 MB.
setFlagsFromString('--semi-space-growth-factor=1');
const { main } = await import('./main.ts');
await main(process.argv.slice(2), process.env);
