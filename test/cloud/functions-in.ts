import { join } from 'node:path';
import { isFields, readTemplate, resourcesOf, type StackName, type Template } from './cloud-assembly.ts';
import { Deployed } from './deployed.ts';

/** A function as the template has it. */
export interface DeployedFunction {
  /** The folder below `functions/`. */
  readonly name: string;
  readonly logicalId: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The directory of its bundle. */
  readonly code: string;
  readonly handler: string;
  readonly roleId: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly actions: readonly string[];
  /** ARNs with wildcards. */
  readonly resources: readonly string[];
  readonly condition: unknown;
}

/** Every function of the service stack, its environment and permissions with all references resolved. */
export function functionsIn(assembly: string): readonly DeployedFunction[] {
  const templates = { Storage: readTemplate(assembly, 'Storage'), Service: readTemplate(assembly, 'Service') };
  return functionsOfTemplates(templates, (asset) => join(assembly, `asset.${asset}`));
}

/** The same, where `codeOf` knows the directory of a bundle by the name of its asset. */
export function functionsOfTemplates(
  templates: Readonly<Record<StackName, Template>>,
  codeOf: (asset: string, name: string) => string,
): readonly DeployedFunction[] {
  const deployed = new Deployed(templates);
  const policies = [...resourcesOf(templates.Service, 'AWS::IAM::Policy').values()];
  return [...resourcesOf(templates.Service, 'AWS::Lambda::Function')].map(([logicalId, { Properties }]) => {
    const roleId = referenced(Properties.Role);
    const environment = isFields(Properties.Environment)
      ? deployed.resolve('Service', Properties.Environment.Variables)
      : {};
    const code = isFields(Properties.Code) ? deployed.text('Service', Properties.Code.S3Key) : '';
    const name = deployed.text('Service', Properties.FunctionName).replace('letterlock-example-', '');
    return {
      name,
      logicalId,
      environment: textsOf(environment),
      code: codeOf(code.replace('.zip', ''), name),
      handler: String(Properties.Handler),
      roleId,
      statements: policies
        .filter(
          (policy) =>
            Array.isArray(policy.Properties.Roles) &&
            policy.Properties.Roles.some((role) => referenced(role) === roleId),
        )
        .flatMap((policy) => statementsOf(deployed.resolve('Service', policy.Properties.PolicyDocument))),
    };
  });
}

function statementsOf(document: unknown): readonly Statement[] {
  const list = isFields(document) && Array.isArray(document.Statement) ? document.Statement : [];
  return list.filter(isFields).map(({ Effect, Action, Resource, Condition }) => {
    if (Effect !== 'Allow') throw new Error('a role has a statement that denies');
    return { actions: listOf(Action), resources: listOf(Resource), condition: Condition };
  });
}

function listOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function referenced(value: unknown): string {
  if (!isFields(value)) return '';
  const attribute = value['Fn::GetAtt'];
  return typeof value.Ref === 'string' ? value.Ref : Array.isArray(attribute) ? String(attribute[0]) : '';
}

function textsOf(value: unknown): Readonly<Record<string, string>> {
  return isFields(value) ? Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)])) : {};
}
