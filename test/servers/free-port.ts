import { createServer } from 'node:net';

/** Below those that systems give to outgoing connections (Linux: from 32768 on), which may take any of them at any time. */
const FIRST_PORT = 10_000;
const PORTS = 20_000;
/** More than a process of tests asks for: the next one, whose id is often the next, begins so much further on. */
const PORTS_OF_A_PROCESS = 101;

let asked = 0;

/** A port of 127.0.0.1 that nothing listens on; each time another, and in each process of tests others. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + ((process.pid * PORTS_OF_A_PROCESS + asked) % PORTS);
    asked += 1;
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const isListening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (isListening) await new Promise((resolve) => server.close(resolve));
  return isListening;
}
