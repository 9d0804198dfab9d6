import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A POP3 server with one maildrop, for whoever asks (RFC 1939). */
export interface Maildrop {
  readonly port: number;
  stop(): Promise<void>;
}

export async function startMaildrop(messages: readonly string[]): Promise<Maildrop> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.write('+OK ready\r\n');
    createInterface({ input: socket }).on('line', (line) => answer(socket, line, messages));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(socket: Socket, line: string, messages: readonly string[]): void {
  const [command = '', word = ''] = line.split(' ');
  const list = (value: (message: string, index: number) => string | number) =>
    `+OK\r\n${messages.map((message, index) => `${index + 1} ${value(message, index)}\r\n`).join('')}.\r\n`;
  switch (command) {
    case 'CAPA':
      socket.write('-ERR\r\n');
      break;
    case 'LIST':
      socket.write(list((message) => message.length));
      break;
    case 'UIDL':
      socket.write(list((_message, index) => `unique-${index}`));
      break;
    case 'RETR':
      socket.write(`+OK\r\n${(messages[Number(word) - 1] ?? '').replace(/^\./gm, '..')}\r\n.\r\n`, 'latin1');
      break;
    case 'QUIT':
      socket.end('+OK\r\n');
      break;
    default:
      socket.write('+OK\r\n');
  }
}
