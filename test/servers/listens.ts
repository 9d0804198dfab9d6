import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { until } from '../until.ts';

/**
 * Whether a server accepts connections on a port of 127.0.0.1, and says something where it `greets`, as soon as it does;
 * `false` once its process has ended. Rejects where it does not in time.
 */
export async function listens(
  port: number,
  child: ChildProcess,
  { greets = false }: { readonly greets?: boolean } = {},
): Promise<boolean> {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  await until(`a server on port ${port}`, async () => hasEnded() || (await isThere(port, greets)));
  return !hasEnded();
}

async function isThere(port: number, greets: boolean): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port });
  try {
    return await new Promise<boolean>((resolve) => {
      socket.once(greets ? 'data' : 'connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}
