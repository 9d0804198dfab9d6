import { imapScript, type ScriptedServer, startScriptedServer } from '../servers/scripted-server.ts';

/** An IMAP server whose mailbox has these folders, each with these messages, for whoever asks (RFC 3501). */
export async function startImapMailbox(
  folders: Readonly<Record<string, readonly string[]>>,
): Promise<Pick<ScriptedServer, 'port' | 'stop'>> {
  let open: readonly string[] = [];
  return await startScriptedServer(
    '* OK ready\r\n',
    imapScript({
      LIST: (tag) =>
        `${Object.keys(folders)
          .map((name) => `* LIST () "/" "${name}"\r\n`)
          .join('')}${tag} OK\r\n`,
      EXAMINE: (tag, line) => {
        open = folders[line.split(' ')[2]?.replaceAll('"', '') ?? ''] ?? [];
        const next = open.length + 1;
        return `* ${open.length} EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT ${next}]\r\n${tag} OK [READ-ONLY]\r\n`;
      },
      'UID FETCH': (tag, line) => {
        const [first = 1, last = first] = (line.split(' ')[3] ?? '').split(':').map((uid) => Number(uid));
        const asked = open.flatMap((raw, index) =>
          index + 1 >= first && index < last ? [{ raw, uid: index + 1 }] : [],
        );
        return `${asked.map(({ raw, uid }) => fetched(uid, raw, line)).join('')}${tag} OK\r\n`;
      },
    }),
  );
}

function fetched(uid: number, raw: string, line: string): string {
  const facts = `UID ${uid} FLAGS () INTERNALDATE "02-Jan-2026 03:04:05 +0000" RFC822.SIZE ${raw.length}`;
  const [, names] = /HEADER\.FIELDS \(([^)]*)\)/.exec(line) ?? [];
  const text = names === undefined ? raw : headerFields(raw, names.split(' '));
  const section = names === undefined ? '' : `HEADER.FIELDS (${names})`;
  const body = line.includes('BODY') ? ` BODY[${section}] {${text.length}}\r\n${text}` : '';
  return `* ${uid} FETCH (${facts}${body})\r\n`;
}

function headerFields(raw: string, names: readonly string[]): string {
  const fields = (raw.split('\r\n\r\n')[0] ?? '').split(/\r\n(?![ \t])/);
  const wanted = fields.filter((field) => names.includes(field.slice(0, field.indexOf(':')).toUpperCase()));
  return `${[...wanted, ''].join('\r\n')}\r\n`;
}
