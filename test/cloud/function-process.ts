import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isFields } from './cloud-assembly.ts';
import { REGION } from './deployed.ts';
import type { DeployedFunction } from './functions-in.ts';

const HOST = fileURLToPath(new URL('function-host.mjs', import.meta.url));
/** The Node of the runtime, whichever runs the tests. */
const NODE_24 = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));

/** The SDK sends to the host of a queue's URL, whatever the endpoint. */
const SQS = `https://sqs.${REGION}.amazonaws.com`;

/** As of a function that has just been invoked. */
const DEFAULT_REMAINING_MS = 900_000;

/** A function's bundle in a process of its own, with the environment of the template and nothing else. */
export class FunctionProcess {
  readonly #child: ChildProcess;
  readonly #log: Buffer[] = [];
  #next = 1;

  private constructor(child: ChildProcess) {
    this.#child = child;
    // Events under way at once: each listens.
    child.setMaxListeners(0);
    child.stderr?.on('data', (chunk: Buffer) => this.#log.push(chunk));
  }

  /** Resolves once the bundle is loaded; rejects with what it said where it ends instead. `variables` win over all others. */
  static async start(
    { name, code, environment }: DeployedFunction,
    endpoint: string,
    variables: Readonly<Record<string, string>> = {},
  ): Promise<FunctionProcess> {
    const child = fork(HOST, [join(code, 'index.mjs')], {
      execPath: NODE_24,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: {
        ...Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, value.replace(SQS, endpoint)])),
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: REGION,
        AWS_ACCESS_KEY_ID: name,
        AWS_SECRET_ACCESS_KEY: 'secret',
        TZ: ':UTC',
        ...variables,
      },
    });
    const started = new FunctionProcess(child);
    const [first] = await Promise.race([once(child, 'message'), once(child, 'close')]);
    if (!isFields(first)) throw new Error(`${name} ended as it was loaded: ${started.log.slice(-2_000)}`);
    if (first.failed !== undefined) throw new Error(`${name} did not load: ${first.failed}`);
    return started;
  }

  /** What it logged so far. */
  get log(): string {
    return Buffer.concat(this.#log).toString();
  }

  /** `remainingMs` is what the function is told of the time it has left. */
  async invoke(event: unknown, remainingMs = DEFAULT_REMAINING_MS): Promise<unknown> {
    const id = this.#next++;
    const answered = new Promise<unknown>((resolve, reject) => {
      const onExit = () => reject(new Error(`the function ended: ${this.log.slice(-2_000)}`));
      const onMessage = (message: unknown) => {
        if (!isFields(message) || message.id !== id) return;
        this.#child.off('message', onMessage);
        this.#child.off('exit', onExit);
        if (message.error === undefined) resolve(message.result);
        else reject(new Error(String(message.error)));
      };
      this.#child.on('message', onMessage);
      this.#child.once('exit', onExit);
    });
    this.#child.send({ id, event, remainingMs });
    return await answered;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill();
    await once(this.#child, 'exit');
  }
}
