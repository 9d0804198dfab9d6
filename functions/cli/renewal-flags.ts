import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { ParseArgsOptionsConfig } from 'node:util';
import type { RenewingMethod } from '../../shared/domain/oauth-credentials.ts';
import type { Invocation, Options } from './command.ts';
import { CommandFailedError, UsageError } from './failures.ts';
import { type JsonRecord, recordsOf, textOf } from './json-value.ts';

const NAMES = ['tenant', 'token-endpoint', 'scope', 'client-id', 'issuer'];
const FILES = ['client-secret-file', 'refresh-token-file', 'service-account-file'];

/** What gets OAuth 2.0 tokens that are renewed. Secrets come from files or standard input: arguments can be read by others. */
export const RENEWAL_OPTIONS: ParseArgsOptionsConfig = Object.fromEntries(
  [...NAMES, ...FILES].map((name) => [name, { type: 'string' as const }]),
);

export const RENEWAL_HELP: readonly string[] = [
  '--client-id ID           an application gets tokens in its own name; its client secret is asked for, or',
  '                         --client-secret-file FILE; --tenant ID: of Microsoft Entra',
  '--refresh-token-file FILE   it gets them in the name of who agreed to it; with --client-id, and with',
  '                         --client-secret-file where it has one',
  '--service-account-file FILE   a service account gets them in the name of each user: the JSON file of its key,',
  '                         or a PKCS#8 key in PEM, with --issuer',
  '--token-endpoint URL, --scope SCOPE   where the preset does not know them; FILE may be - for standard input',
];

/** How tokens are got, where the options ask for it. */
export function renewalOf(options: Options): RenewingMethod | undefined {
  if (options.text('service-account-file') !== undefined) return 'serviceAccount';
  if (options.text('refresh-token-file') !== undefined) return 'refreshToken';
  return options.text('client-id') === undefined ? undefined : 'clientCredentials';
}

/**
 * The credentials, as the API takes them, but for `userName`. `ask` answers the secret that no file has. Throws
 * `UsageError` before it asks, and `CommandFailedError` for a file that cannot be read.
 */
export async function renewalCredentials(
  { options }: Pick<Invocation, 'options'>,
  preset: JsonRecord,
  method: RenewingMethod,
  ask: (what: string) => Promise<string>,
): Promise<JsonRecord> {
  const known = recordsOf(preset.renewals).find((one) => one.method === method) ?? {};
  const scope = options.text('scope') ?? (textOf(known.scope) || undefined);
  if (scope === undefined && method !== 'refreshToken') throw new UsageError('give --scope: what the tokens are for');
  const fields = { method, ...(scope !== undefined && { scope }) };
  if (method === 'serviceAccount') return { ...fields, ...(await serviceAccount(options, known)) };
  const [clientId, secretFile] = [options.text('client-id'), options.text('client-secret-file')];
  if (clientId === undefined) throw new UsageError('give --client-id: the application');
  const request = { ...fields, tokenEndpoint: endpointOf(options, known), clientId };
  if (method === 'refreshToken') {
    const refreshToken = await lineOf(options.text('refresh-token-file') ?? '');
    return { ...request, refreshToken, ...(secretFile !== undefined && { clientSecret: await lineOf(secretFile) }) };
  }
  return { ...request, clientSecret: secretFile === undefined ? await ask('Client secret') : await lineOf(secretFile) };
}

async function serviceAccount(options: Options, known: JsonRecord): Promise<JsonRecord> {
  const key = await contentOf(options.text('service-account-file') ?? '');
  if (!key.trimStart().startsWith('-----BEGIN')) return { key };
  const issuer = options.text('issuer');
  if (issuer === undefined) throw new UsageError('give --issuer: whose key it is');
  return { privateKey: key, issuer, tokenEndpoint: endpointOf(options, known) };
}

function endpointOf(options: Options, known: JsonRecord): string {
  const endpoint = options.text('token-endpoint') ?? textOf(known.tokenEndpoint);
  if (endpoint === '') throw new UsageError('give --token-endpoint: where tokens come from');
  if (!endpoint.includes('{tenant}')) return endpoint;
  const tenant = options.text('tenant');
  if (tenant === undefined) throw new UsageError('give --tenant: id or domain of the organisation in Microsoft Entra');
  return endpoint.replaceAll('{tenant}', encodeURIComponent(tenant));
}

async function lineOf(path: string): Promise<string> {
  const line = (await contentOf(path)).split(/\r?\n/, 1)[0] ?? '';
  if (line === '') throw new CommandFailedError(`${path} has no first line`, 'bad_file');
  return line;
}

async function contentOf(path: string): Promise<string> {
  try {
    return path === '-' ? readFileSync(0, 'utf8') : await readFile(path, 'utf8');
  } catch {
    throw new CommandFailedError(`${path} cannot be read`, 'bad_file');
  }
}
