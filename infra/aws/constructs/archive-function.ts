import { fileURLToPath } from 'node:url';
import { Grant, type IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { type ICommandHooks, LogLevel, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Their own bundles: what reads attachments is ten times as large as what asks for it, and loaded by few invocations. */
const BUNDLE_READERS: ICommandHooks = {
  beforeBundling: () => [],
  beforeInstall: () => [],
  afterBundling: (root, output) => [`'${process.execPath}' '${root}/infra/build.ts' --readers '${output}'`],
};

export interface ArchiveFunctionProps {
  readonly stage: string;
  /** The folder below `functions/` whose `index.ts` exports `handler`. */
  readonly name: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly temporaryStorageMb?: number;
  /** Puts the processes that read mail and attachments beside the bundle. */
  readonly isolatesReading?: true;
  readonly logRetentionDays: RetentionDays;
}

/** One function with a role and a log group of its own; what else it may do is granted by who connects it. */
export class ArchiveFunction extends Construct {
  readonly name: string;
  readonly lambda: NodejsFunction;
  readonly logGroup: LogGroup;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: ArchiveFunctionProps) {
    super(scope, id);
    this.name = props.name;
    const functionName = `letterlock-${props.stage}-${props.name}`;
    this.logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/letterlock/${props.stage}/${props.name}`,
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    );
    this.lambda = new NodejsFunction(this, 'Function', {
      functionName,
      description: props.description,
      entry: `${ROOT}functions/${props.name}/index.ts`,
      handler: 'handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      role: this.role,
      ...(props.temporaryStorageMb === undefined
        ? {}
        : { ephemeralStorageSize: Size.mebibytes(props.temporaryStorageMb) }),
      logGroup: this.logGroup,
      // The lines that the functions write are JSON already.
      loggingFormat: LoggingFormat.TEXT,
      tracing: Tracing.ACTIVE,
      projectRoot: ROOT,
      depsLockFilePath: `${ROOT}package-lock.json`,
      awsSdkConnectionReuse: false,
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        minify: true,
        mainFields: ['module', 'main'],
        // What is tested is what is shipped: no library comes from the runtime.
        bundleAwsSDK: true,
        // CommonJS packages inside the bundle ask for built-in modules by require.
        banner: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
        logLevel: LogLevel.WARNING,
        ...(props.isolatesReading ? { commandHooks: BUNDLE_READERS } : {}),
      },
    });
  }

  /** Grants invoking it: `Function.grantInvoke` would also allow each of its versions. */
  grantInvoke(grantee: IGrantable): void {
    Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns: [this.lambda.functionArn] });
  }
}
