import { SourceError } from '../../../../shared/errors.ts';
import type {
  FetchedMessage,
  MailSource,
  MessageFacts,
  OpenFolder,
  OpenSource,
  SpecialUse,
} from '../../../../shared/sources/source.ts';

export interface MemoryMessage {
  uid: number;
  raw: Buffer;
  flags?: string[];
  internalDate?: string;
  emailId?: string;
  /** Tells of itself and is not given. */
  isBroken?: boolean;
}

export interface MemoryFolder {
  validity: string;
  messages: MemoryMessage[];
}

/** A mail server in memory; what is in `folders` is what sessions see. */
export class MemoryServer {
  readonly folders = new Map<string, MemoryFolder>();
  /** Of folders that have one. */
  readonly specialUse = new Map<string, SpecialUse>();
  /** Messages given so far. */
  given = 0;
  /** Sessions end after so many messages. */
  endsAfter = Number.POSITIVE_INFINITY;
  /** What happens before header fields are given. */
  beforeFields: (names: readonly string[]) => void = () => undefined;

  put(folder: string, uid: number, text: string, change: Partial<MemoryMessage> = {}): void {
    const found = this.folders.get(folder) ?? { validity: '1', messages: [] };
    this.folders.set(folder, found);
    found.messages.push({ uid, raw: mail(text), internalDate: '2026-01-02T03:04:05.000Z', ...change });
  }

  readonly open: OpenSource = async () => {
    let left = this.endsAfter;
    const give = (): void => {
      if (left-- <= 0) throw new SourceError('source_unreachable', 'the session has ended');
      this.given += 1;
    };
    const source: MailSource = {
      facts: { isEncrypted: true, warnings: [] },
      folders: async () =>
        [...this.folders.keys()].map((name) => {
          const specialUse = this.specialUse.get(name);
          return {
            wireName: name,
            path: name.split('/'),
            ...(specialUse === undefined ? {} : { specialUse }),
            isPersonal: true,
            isSelectable: true,
          };
        }),
      open: async ({ wireName }) => this.#openFolder(wireName, give),
      close: async () => 'deleted',
      abort: () => undefined,
    };
    return source;
  };

  #openFolder(name: string, give: () => void): OpenFolder {
    const folder = this.folders.get(name) ?? { validity: '1', messages: [] };
    const next = Math.max(0, ...folder.messages.map(({ uid }) => uid)) + 1;
    const fetch = async (keys: readonly string[], take?: (message: FetchedMessage) => void) =>
      folder.messages
        .filter(({ uid }) => keys.includes(keyOf(uid)))
        .map((message) => {
          if (message.isBroken) throw new SourceError('source_failed', 'this message is not given');
          give();
          const fetched = { ...factsOf(message), raw: message.raw };
          take?.(fetched);
          return fetched;
        });
    return {
      state: { validity: folder.validity, nextKey: keyOf(next), messages: folder.messages.length },
      canDelete: true,
      keyAfter: (key) => keyOf(Number(key) + 1),
      list: async (from) => ({
        messages: folder.messages
          .map(factsOf)
          .filter(({ key }) => key >= from)
          .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      }),
      fetch,
      headerFields: async (keys, names) => {
        this.beforeFields(names);
        const some = folder.messages.filter(({ uid }) => keys.includes(keyOf(uid)));
        return new Map(some.map(({ uid, raw }) => [keyOf(uid), headerFieldsOf(raw, names)]));
      },
      async *stream({ key }) {
        for (const { raw } of await fetch([key])) yield raw;
      },
      delete: async (keys) => {
        folder.messages = folder.messages.filter(({ uid }) => !keys.includes(keyOf(uid)));
        return 'deleted';
      },
    };
  }
}

function mail(text: string): Buffer {
  const lines = [
    `Message-ID: <${text.replaceAll(' ', '-')}@example.org>`,
    'Date: Fri, 2 Jan 2026 03:04:05 +0000',
    'From: a@example.org',
  ];
  return Buffer.from([...lines, `Subject: ${text}`, '', text, ''].join('\r\n'));
}

function headerFieldsOf(raw: Buffer, names: readonly string[]): Buffer {
  const [header = ''] = raw.toString('latin1').split('\r\n\r\n');
  const fields = header.split(/\r\n(?![ \t])/);
  const wanted = fields.filter((field) => names.includes(field.slice(0, field.indexOf(':')).toUpperCase()));
  return Buffer.from(`${[...wanted, ''].join('\r\n')}\r\n`, 'latin1');
}

function keyOf(uid: number): string {
  return String(uid).padStart(10, '0');
}

function factsOf({ uid, raw, flags = [], internalDate, emailId }: MemoryMessage): MessageFacts {
  const messageId = /Message-ID: (\S+)/.exec(raw.toString())?.[1];
  return {
    key: keyOf(uid),
    flags,
    ...(internalDate === undefined ? {} : { internalDate }),
    sizeBytes: raw.length,
    ...(emailId === undefined ? {} : { emailId }),
    ...(messageId === undefined ? {} : { messageId }),
  };
}
