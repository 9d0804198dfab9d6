import { isFields, type StackName, type Template } from './cloud-assembly.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/**
 * The two stacks as if they were deployed: answers what values of the templates become. A resource without
 * a name of its own is called by its logical id, in lower case.
 */
export class Deployed {
  readonly #templates: Readonly<Record<StackName, Template>>;

  constructor(templates: Readonly<Record<StackName, Template>>) {
    this.#templates = templates;
  }

  /** A value without references, functions and parameters. Throws where it knows one not. */
  resolve(stack: StackName, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((entry: unknown) => this.resolve(stack, entry));
    if (!isFields(value)) return value;
    const [[name, argument] = ['', undefined], ...more] = Object.entries(value);
    const isFunction = more.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
    if (isFunction) return this.#call(stack, name, argument);
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, this.resolve(stack, entry)]));
  }

  text(stack: StackName, value: unknown): string {
    const resolved = this.resolve(stack, value);
    if (typeof resolved !== 'string') throw new Error(`${JSON.stringify(value)} is no text`);
    return resolved;
  }

  #call(stack: StackName, name: string, argument: unknown): unknown {
    if (name === 'Ref' && typeof argument === 'string') return this.#ref(stack, argument);
    if (name === 'Fn::GetAtt' && Array.isArray(argument))
      return this.#attribute(stack, String(argument[0]), String(argument[1]));
    if (name === 'Fn::Join' && Array.isArray(argument)) {
      const parts = this.resolve(stack, argument[1]);
      return Array.isArray(parts) ? parts.join(String(argument[0])) : '';
    }
    if (name === 'Fn::ImportValue') return this.#import(this.text(stack, argument));
    throw new Error(`${name} is not known here: ${JSON.stringify(argument)}`);
  }

  #ref(stack: StackName, id: string): string {
    const pseudo: Readonly<Record<string, string>> = {
      'AWS::AccountId': ACCOUNT,
      'AWS::Region': REGION,
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
    };
    const known = pseudo[id];
    if (known !== undefined) return known;
    const { Type } = this.#resource(stack, id);
    if (Type === 'AWS::SQS::Queue') return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${this.#nameOf(stack, id)}`;
    if (Type === 'AWS::SNS::Topic' || Type === 'AWS::SecretsManager::Secret') return this.#arn(stack, id);
    return this.#nameOf(stack, id);
  }

  #attribute(stack: StackName, id: string, attribute: string): string {
    if (attribute === 'Arn') return this.#arn(stack, id);
    if (attribute.endsWith('Name')) return this.#nameOf(stack, id);
    return `${id}.${attribute}`;
  }

  #import(name: string): unknown {
    for (const stack of ['Storage', 'Service'] as const) {
      const found = Object.values(this.#templates[stack].Outputs ?? {}).find(({ Export }) => Export?.Name === name);
      if (found) return this.resolve(stack, found.Value);
    }
    throw new Error(`no stack exports ${name}`);
  }

  #arn(stack: StackName, id: string): string {
    const { Type } = this.#resource(stack, id);
    const name = this.#nameOf(stack, id);
    const regional = `${REGION}:${ACCOUNT}`;
    const arns: Readonly<Record<string, string>> = {
      'AWS::S3::Bucket': `arn:aws:s3:::${name}`,
      'AWS::DynamoDB::Table': `arn:aws:dynamodb:${regional}:table/${name}`,
      'AWS::SQS::Queue': `arn:aws:sqs:${regional}:${name}`,
      'AWS::SNS::Topic': `arn:aws:sns:${regional}:${name}`,
      'AWS::Events::EventBus': `arn:aws:events:${regional}:event-bus/${name}`,
      'AWS::SecretsManager::Secret': `arn:aws:secretsmanager:${regional}:secret:${name}-AbCdEf`,
      'AWS::Logs::LogGroup': `arn:aws:logs:${regional}:log-group:${name}:*`,
      'AWS::KMS::Key': `arn:aws:kms:${regional}:key/${name}`,
      'AWS::Lambda::Function': `arn:aws:lambda:${regional}:function:${name}`,
      'AWS::Events::Rule': `arn:aws:events:${regional}:rule/${name}`,
      'AWS::IAM::Role': `arn:aws:iam::${ACCOUNT}:role/${name}`,
    };
    const arn = arns[Type];
    if (arn === undefined) throw new Error(`the ARN of a ${Type} is not known here`);
    return arn;
  }

  #nameOf(stack: StackName, id: string): string {
    const { Properties = {} } = this.#resource(stack, id);
    const named = ['BucketName', 'TableName', 'QueueName', 'TopicName', 'FunctionName', 'LogGroupName', 'Name']
      .map((property) => Properties[property])
      .find((value) => value !== undefined);
    return named === undefined ? id.toLowerCase() : this.text(stack, named);
  }

  #resource(stack: StackName, id: string) {
    const found = this.#templates[stack].Resources[id];
    if (!found) throw new Error(`${stack} has no resource ${id}`);
    return found;
  }
}
