import { type ChildProcess, fork } from 'node:child_process';
import type { Argon2Parameters } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import { StorageError } from '../../errors.ts';
import type { HashAnswer, HashRequest } from './hash-protocol.ts';

interface Waiting {
  readonly resolve: (tag: Buffer) => void;
  readonly reject: (error: Error) => void;
}

export interface HashProcess {
  /** Argon2id (RFC 9106), one after the other. Throws `StorageError` where the process died; the next call has a new one. */
  derive(parameters: Argon2Parameters): Promise<Buffer>;
  close(): void;
}

/**
 * Makes password hashes in a process of the lowest priority, so that a flood of sign-ins takes only what
 * processor time everything else leaves. A thread will not do: one that has to give way while it holds the lock
 * on the memory of the process holds up all the others. Begins with the first hash and keeps nothing alive.
 */
export function createHashProcess(): HashProcess {
  const waiting = new Map<number, Waiting>();
  let child: ChildProcess | undefined;
  let lastId = 0;

  function end(ended: ChildProcess | undefined): void {
    if (ended !== child) return;
    child = undefined;
    for (const { reject } of waiting.values()) reject(new StorageError('hash a password: the process for it ended'));
    waiting.clear();
  }

  function started(): ChildProcess {
    const fresh = fork(new URL('./hash-process.ts', import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    giveWay(fresh);
    fresh.on('message', ({ id, tag }: HashAnswer) => {
      const caller = waiting.get(id);
      waiting.delete(id);
      if (tag) caller?.resolve(Buffer.from(tag));
      else caller?.reject(new StorageError('hash a password'));
      if (waiting.size === 0) fresh.channel?.unref();
    });
    for (const event of ['error', 'exit']) fresh.on(event, () => end(fresh));
    fresh.unref();
    return fresh;
  }

  return {
    derive(parameters) {
      child ??= started();
      const asked = child;
      lastId += 1;
      const request: HashRequest = { id: lastId, parameters };
      return new Promise((resolve, reject) => {
        waiting.set(request.id, { resolve, reject });
        asked.channel?.ref();
        asked.send(request, (error) => {
          if (error) end(asked);
        });
      });
    },
    close() {
      const ended = child;
      end(ended);
      ended?.kill('SIGKILL');
    },
  };
}

/** Where the system does not let it, hashing is as urgent as the rest. */
function giveWay({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // Right all the same.
  }
}
