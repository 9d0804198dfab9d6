import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createMissingTables } from '../../shared/adapters/dynamodb/create-missing-tables.ts';
import { createDynamoDbTables } from '../../shared/adapters/dynamodb/dynamodb-tables.ts';
import type { ArrivalFacts } from '../../shared/domain/arrival.ts';
import { envelopeLine } from '../../shared/mail/enveloped-bytes.ts';
import type { Tables } from '../../shared/ports/tables.ts';
import { REGION } from './deployed.ts';
import { httpEvent, sesMessage, sqsEvent } from './events.ts';
import { type FakeAws, startFakeAws } from './fake-aws/fake-aws.ts';
import { FunctionProcess } from './function-process.ts';
import type { DeployedFunction } from './functions-in.ts';
import { covers, permissionsOf } from './permissions.ts';

/** The queue of units to be indexed. */
export const INDEX_QUEUE = 'letterlock-example-index.fifo';

/** Whoever is no function: deployments, tests. */
export const NO_FUNCTION = 'stack';

/** DynamoDB Local keeps the tables of each access key apart. */
function tablesClient({ endpoint }: FakeAws, variables: CloudWorldOptions['variables'] = {}): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: variables.AWS_ENDPOINT_URL_DYNAMODB ?? endpoint,
    region: REGION,
    credentials: { accessKeyId: variables.AWS_ACCESS_KEY_ID ?? NO_FUNCTION, secretAccessKey: 'secret' },
  });
}

export interface CloudWorldOptions {
  readonly functions: readonly DeployedFunction[];
  /** Environment variables of every function, such as those that name other servers. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** The deployed functions, each in a process of its own, and the servers that stand for AWS. */
export class CloudWorld {
  readonly aws: FakeAws;
  readonly functions: readonly DeployedFunction[];
  /** The tables themselves, for what no function writes. */
  readonly tables: Tables;
  readonly #processes = new Map<string, Promise<FunctionProcess>>();
  readonly #variables: Readonly<Record<string, string>>;
  #token = '';
  /** How many messages of the queue of units were delivered. */
  #indexed = 0;

  private constructor(aws: FakeAws, { functions, variables = {} }: CloudWorldOptions) {
    this.aws = aws;
    this.functions = functions;
    this.#variables = variables;
    this.tables = createDynamoDbTables({
      client: tablesClient(aws, variables),
      prefix: this.variable('LETTERLOCK_TABLE_PREFIX'),
    });
  }

  static async start(options: CloudWorldOptions): Promise<CloudWorld> {
    const invoke = async (functionName: string, event: unknown): Promise<unknown> =>
      await world.invoke(functionName.replace('letterlock-example-', ''), event);
    const may = (caller: string, action: string, resource: string): boolean => {
      const statements = options.functions.find(({ name }) => name === caller)?.statements;
      return !statements || permissionsOf(statements).some((given) => covers(given, { action, resource }));
    };
    const world: CloudWorld = new CloudWorld(await startFakeAws(invoke, may), options);
    await createMissingTables(tablesClient(world.aws, options.variables), world.variable('LETTERLOCK_TABLE_PREFIX'));
    world.aws.calls.length = 0;
    return world;
  }

  async invoke(name: string, event: unknown, remainingMs?: number): Promise<unknown> {
    return await (await this.process(name)).invoke(event, remainingMs);
  }

  async process(name: string): Promise<FunctionProcess> {
    const found = this.functions.find((deployed) => deployed.name === name);
    if (!found) throw new Error(`the template has no function ${name}`);
    const running = this.#processes.get(name) ?? FunctionProcess.start(found, this.aws.endpoint, this.#variables);
    this.#processes.set(name, running);
    return await running;
  }

  /** The value of a function's environment variable. */
  variable(name: string): string {
    const found = this.functions.map(({ environment }) => environment[name]).find((value) => value !== undefined);
    if (found === undefined) throw new Error(`no function has the variable ${name}`);
    return found;
  }

  /** Creates the first administrator, as docs/deploy.md does, and signs in. */
  async signIn(): Promise<string> {
    // biome-ignore lint/suspicious/noExplicitAny: what is missing fails the sign-in
    const prepared: any = await this.invoke('prepare-tables', {});
    this.#token = (await this.api('POST', '/sessions', { userName: 'admin', password: prepared.password })).token;
    return prepared.password;
  }

  // biome-ignore lint/suspicious/noExplicitAny: answers are checked by what the tests expect of them
  async api(method: string, path: string, body?: unknown): Promise<any> {
    const { statusCode, body: text, isBase64Encoded } = await this.request(method, path, body);
    const answered = Buffer.from(text, isBase64Encoded ? 'base64' : 'utf8').toString();
    if (statusCode >= 400) throw new Error(`${method} ${path}: ${statusCode} ${answered}`);
    return answered === '' ? undefined : JSON.parse(answered);
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  async request(method: string, path: string, body?: unknown): Promise<any> {
    return await this.invoke(
      'http-api',
      httpEvent({ method, path, body, ...(this.#token ? { token: this.#token } : {}) }),
    );
  }

  /** Puts a message into intake with its envelope, as an SMTP listener does; answers the nudge for the queue. */
  arrive(key: string, raw: string, facts: ArrivalFacts, at?: Date): string {
    const body = Buffer.concat([envelopeLine(facts), Buffer.from(raw, 'latin1')]);
    this.aws.objects.put(this.variable('LETTERLOCK_S3_BUCKET_INTAKE'), key, body, at);
    return JSON.stringify({ intakeKey: key, sizeBytes: body.length });
  }

  /** Has SES receive a message for an address: its bytes into intake, and what SNS says of it for the queue. */
  receive(id: string, raw: string, recipient: string): string {
    const objectKey = `incoming/ses/${id}`;
    this.aws.objects.put(this.variable('LETTERLOCK_S3_BUCKET_INTAKE'), objectKey, Buffer.from(raw, 'latin1'));
    return sesMessage({ objectKey, source: 'ada@example.net', recipients: [recipient] });
  }

  /** Delivers what waits in the queue of units, and what is sent meanwhile; each message for the `receiveCount`th time. */
  async index({ receiveCount = 1 }: { readonly receiveCount?: number } = {}): Promise<void> {
    const nudges = () => this.aws.sent(INDEX_QUEUE).slice(this.#indexed);
    for (let [nudge] = nudges(); nudge !== undefined; [nudge] = nudges()) {
      this.#indexed += 1;
      const answer = await this.invoke('index-messages', sqsEvent({ name: INDEX_QUEUE, receiveCount }, nudge));
      if (JSON.stringify(answer) !== '{"batchItemFailures":[]}') throw new Error(`not indexed: ${nudge}`);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#processes.values()].map(async (running) => (await running).stop()));
    await this.aws.close();
  }
}
