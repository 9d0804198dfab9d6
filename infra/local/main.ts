import { createJsonLogSink } from '../../shared/adapters/system/json-log-sink.ts';
import { ArchiveError } from '../../shared/errors.ts';
import { fillDemo } from './demo/fill-demo.ts';
import { type LocalSystem, startLocalSystem } from './local-system.ts';
import { readSettings } from './settings.ts';
import { SettingsError } from './settings-error.ts';

/**
 * Runs the local system until SIGTERM or SIGINT. Prints its addresses, at the first start the
 * administrator's password, and `letterlock ready` once all listeners accept.
 */
export async function main(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<void> {
  try {
    await run(args.includes('--demo'), env);
  } catch (error) {
    console.error(`letterlock: ${explained(error)}`);
    process.exit(1);
  }
}

async function run(demo: boolean, env: Readonly<Record<string, string | undefined>>): Promise<void> {
  const settings = readSettings(env);
  const system = await startLocalSystem(settings, createJsonLogSink({ level: settings.logLevel }));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(system));
  const baseUrl = `http://${hostInUrl(settings.host)}:${system.httpPort}`;
  console.log(`letterlock web and API: ${baseUrl} (API below /api/v1)`);
  console.log(`letterlock journal SMTP: ${settings.host}:${system.smtpPort}, addresses at ${settings.journalDomain}`);
  if (system.generatedPassword) console.log(`letterlock admin password: ${system.generatedPassword}`);
  console.log('letterlock ready');
  if (!demo) return;
  await fillDemo({
    baseUrl,
    smtpPort: system.smtpPort,
    password: settings.adminPassword ?? system.generatedPassword,
    onProgress: (line) => console.log(line),
  });
}

/** What an operator can do something about in a line; anything else is a bug and comes with its stack. */
function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') return `${error.message}; choose another port or end what has it`;
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const isExpected = error instanceof SettingsError || error instanceof ArchiveError || 'syscall' in error;
  return isExpected ? error.message + cause : (error.stack ?? error.message);
}

function stop(system: LocalSystem): void {
  system.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
