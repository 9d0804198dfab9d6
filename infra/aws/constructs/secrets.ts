import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { SecretName } from '../../../shared/ports/secrets.ts';

/** Secrets that functions on AWS use; `url-signing` is for one machine only: S3 signs its URLs with the role's own key. */
const CLOUD_SECRETS: readonly SecretName[] = ['session-signing', 'otp-sealing', 'credential-sealing', 'deletion-proof'];
/** More than 256 bits of letters and digits. */
const CHARACTERS = 64;

/**
 * Secrets, generated once and never shown. Losing one costs everybody a new sign-in, or a new enrolment of their second
 * factor, or profiles their credentials, which have to be given anew; later
 * certificates of deletion are signed with another key then.
 */
export class Secrets extends Construct {
  readonly #secrets: ReadonlyMap<SecretName, Secret>;

  constructor(scope: Construct, id: string, stage: string) {
    super(scope, id);
    this.#secrets = new Map(CLOUD_SECRETS.map((name) => [name, this.#generate(stage, name)]));
  }

  get(name: SecretName): Secret {
    const secret = this.#secrets.get(name);
    if (!secret) throw new Error(`the secret ${name} is not made on AWS`);
    return secret;
  }

  grantRead(grantee: IGrantable, name: SecretName): void {
    const actions = ['secretsmanager:GetSecretValue'];
    Grant.addToPrincipal({ grantee, actions, resourceArns: [this.get(name).secretArn] });
  }

  #generate(stage: string, name: SecretName): Secret {
    return new Secret(this, name, {
      description: `Letterlock ${stage}: ${name}`,
      generateSecretString: { passwordLength: CHARACTERS, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
