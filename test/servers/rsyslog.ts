import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { listens } from './listens.ts';

/** A directory with the certificate and the received messages of a receiver that comes and goes. */
export interface SyslogFiles {
  readonly directory: string;
  readonly caFile: string;
  /** What was received so far, a message a line: PRI, HOSTNAME, MSGID and MSG, between tabs. */
  received(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

export async function makeSyslogFiles(): Promise<SyslogFiles> {
  const directory = await mkdtemp(join(tmpdir(), 'letterlock-rsyslog-'));
  const certificate = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  const caFile = join(directory, 'certificate.pem');
  await writeFile(caFile, certificate.cert);
  await writeFile(join(directory, 'key.pem'), certificate.private);
  return {
    directory,
    caFile,
    received: async () => {
      const text = await readFile(join(directory, 'received'), 'utf8').catch(() => '');
      return text.split('\n').slice(0, -1);
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Starts an rsyslog of our own that takes RFC 5425 on 127.0.0.1; answers what stops it. */
export async function startRsyslog({ directory, caFile }: SyslogFiles, port: number): Promise<() => Promise<void>> {
  const configuration = join(directory, 'rsyslog.conf');
  await writeFile(
    configuration,
    [
      'global(',
      `  workDirectory="${directory}" defaultNetstreamDriver="gtls" maxMessageSize="64k"`,
      `  defaultNetstreamDriverCAFile="${caFile}" defaultNetstreamDriverCertFile="${caFile}"`,
      `  defaultNetstreamDriverKeyFile="${join(directory, 'key.pem')}"`,
      ')',
      'module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon")',
      `input(type="imtcp" address="127.0.0.1" port="${port}")`,
      'template(name="fields" type="string" string="%PRI%\\t%HOSTNAME%\\t%MSGID%\\t%msg%\\n")',
      `action(type="omfile" file="${join(directory, 'received')}" template="fields")`,
      '',
    ].join('\n'),
  );
  const child = spawn('/usr/sbin/rsyslogd', ['-n', '-f', configuration, '-i', join(directory, 'pid')], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  if (await listens(port, child)) return stop;
  await stop();
  throw new Error('rsyslog does not start');
}
