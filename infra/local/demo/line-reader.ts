import type { Socket } from 'node:net';

/** Stops a server that never ends its line from filling memory. */
const MAX_WAITING_BYTES = 1 << 20;

/** The lines that come in over a socket, one at a time. */
export class LineReader {
  readonly #lines: string[] = [];
  #rest = '';
  #ended: Error | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      const lines = (this.#rest + chunk).split('\r\n');
      this.#rest = lines.pop() ?? '';
      this.#lines.push(...lines);
      if (this.#rest.length > MAX_WAITING_BYTES) socket.destroy(new Error('the server sent an endless line'));
      this.#wake?.();
    });
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('the server closed the connection')));
  }

  /** The next line without its end; throws once the connection is gone. */
  async next(): Promise<string> {
    for (;;) {
      const line = this.#lines.shift();
      if (line !== undefined) return line;
      if (this.#ended) throw this.#ended;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#wake?.();
  }
}
