import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';

/** What a scripted server answers to a line: text as it stands; with `cut` the connection ends behind it. */
export type Answer = string | { readonly text: string; readonly cut: true };

export interface ScriptedServer {
  readonly port: number;
  /** The lines that clients sent. */
  readonly lines: readonly string[];
  stop(): Promise<void>;
}

/** A mail server that says what it is told to say, line by line; for what no real one can be brought to do. */
export async function startScriptedServer(greeting: string, answer: (line: string) => Answer): Promise<ScriptedServer> {
  const lines: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.write(greeting);
    let rest = '';
    socket.on('data', (chunk) => {
      const given = (rest + chunk.toString('latin1')).split('\r\n');
      rest = given.pop() ?? '';
      for (const line of given) {
        lines.push(line);
        const said = answer(line);
        if (typeof said === 'string') socket.write(said, 'latin1');
        else socket.end(said.text, 'latin1');
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    lines,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers of an IMAP server: by command, what stands before and in the tagged response; anything else is OK. */
export function imapScript(
  answers: { readonly [command: string]: (tag: string, line: string) => Answer },
  capabilities = 'IMAP4rev1 UIDPLUS',
) {
  return (line: string): Answer => {
    const [tag = '', ...words] = line.split(' ');
    const name = words[0]?.toUpperCase() === 'UID' ? `UID ${words[1]?.toUpperCase()}` : (words[0]?.toUpperCase() ?? '');
    const own = answers[name];
    if (own) return own(tag, line);
    if (name === 'CAPABILITY') return `* CAPABILITY ${capabilities}\r\n${tag} OK\r\n`;
    if (name === 'LOGOUT') return { text: `* BYE\r\n${tag} OK\r\n`, cut: true };
    return `${tag} OK done\r\n`;
  };
}
