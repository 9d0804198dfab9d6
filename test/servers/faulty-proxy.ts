import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** What happens to what a server sends. */
interface ProxyFaults {
  /** The connection is cut after so many bytes; asked anew for each connection. */
  cutAfterBytes?: () => number;
  /** Nothing goes through any more after so many bytes, and the connection stays open. */
  stallAfterBytes?: () => number;
  /** Bytes a second. */
  bytesPerSecond?: number;
}

/** A proxy in front of a server that does not do well. */
export interface FaultyProxy {
  readonly port: number;
  faults: ProxyFaults;
  /** How often somebody connected. */
  connections: number;
  /** How much of what the server sent was passed on. */
  passedBytes: number;
  stop(): Promise<void>;
}

export async function startFaultyProxy(targetPort: number): Promise<FaultyProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    proxy.connections += 1;
    const upstream = connect({ host: '127.0.0.1', port: targetPort });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => upstream.write(chunk));
    void passOn(upstream, client, proxy);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: FaultyProxy = {
    port: (server.address() as AddressInfo).port,
    faults: {},
    connections: 0,
    passedBytes: 0,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}

async function passOn(upstream: Socket, client: Socket, proxy: FaultyProxy): Promise<void> {
  const { cutAfterBytes, stallAfterBytes, bytesPerSecond } = proxy.faults;
  let left = (cutAfterBytes ?? stallAfterBytes)?.() ?? Number.POSITIVE_INFINITY;
  try {
    for await (const chunk of upstream as AsyncIterable<Buffer>) {
      const piece = chunk.subarray(0, left);
      left -= piece.length;
      if (bytesPerSecond) await pause((piece.length / bytesPerSecond) * 1_000);
      proxy.passedBytes += piece.length;
      if (!client.write(piece)) await new Promise((resolve) => client.once('drain', resolve).once('close', resolve));
      if (left > 0) continue;
      if (cutAfterBytes) client.destroy();
      else await new Promise((resolve) => client.once('close', resolve));
      return;
    }
    client.end();
  } catch {
    client.destroy();
  }
}
