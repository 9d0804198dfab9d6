import { beforeEach, describe, expect, test } from 'vitest';
import { attachmentDisposition, safeFileName } from '../../../functions/http-api/content-disposition.ts';
import { harmlessType } from '../../../functions/http-api/harmless-type.ts';
import type { KnownFiling } from '../../../shared/usecases/reading/read-message.ts';
import { type ApiWorld, createApiWorld } from './api-world.ts';
import { ARCHIVE_ID } from './fake-reading.ts';

let api: ApiWorld;
let mailboxId: string;
let reader: string;

beforeEach(async () => {
  api = await createApiWorld();
  mailboxId = await api.newMailbox('ann');
  reader = await api.newUser('reader');
  await api.grant(mailboxId, 'reader', 'read');
  api.mail.filings.push(
    { mailboxId, folder: 'Inbox', originFolder: 'Inbox', basis: 'header' },
    { mailboxId: 'mb-boss', folder: 'Inbox', originFolder: 'Inbox', basis: 'header' },
  );
});

const read = (path = '', token = reader) => api.call('GET', `/messages/${ARCHIVE_ID}${path}`, { token });

describe('GET /messages/{archiveId}', () => {
  test('shows the filings of readable mailboxes only', async () => {
    const { json } = await read();
    expect(json.filings).toEqual([{ mailboxId, folder: 'Inbox', basis: 'header' }]);
  });

  test('shows an administrator without a grant a summary', async () => {
    const { json } = await read('', api.admin);
    expect(json).toMatchObject({ archiveId: ARCHIVE_ID, subject: 'Hello', contentBlocked: true, filings: [] });
    expect('text' in json).toBe(false);
  });

  test('shows an administrator everything where blockPreview is off', async () => {
    await api.call('PUT', '/compliance', { token: api.admin, body: { blockPreview: false } });
    const { json } = await read('', api.admin);
    expect(json).toMatchObject({ text: 'Hi', filings: shown(api.mail.filings) });
    expect('contentBlocked' in json).toBe(false);
  });

  test('shows a Bcc to readers of the Sent filing, to others their own address', async () => {
    api.mail.bcc = [{ address: 'ANN@example.org' }, { address: 'boss@example.org' }];
    expect((await read()).json.bcc).toEqual([{ address: 'ANN@example.org' }]);
    api.mail.bcc = [{ address: 'boss@example.org' }];
    expect('bcc' in (await read()).json).toBe(false);
    api.mail.filings.push({ mailboxId, folder: 'Sent', originFolder: 'Sent', basis: 'header' });
    expect((await read()).json.bcc).toEqual([{ address: 'boss@example.org' }]);
  });

  test('goes by a copy where its text is longer than a function can answer', async () => {
    api.mail.text = '\u0000 "中" '.repeat(300_000);
    const { status, headers } = await read();
    expect(status).toBe(303);
    for await (const { key } of api.ports.derived.list('exports/')) {
      expect(headers.location).toContain(key);
      const copy = await api.ports.derived.get(key);
      expect(JSON.parse(Buffer.from(copy?.body ?? []).toString()).text).toBe(api.mail.text);
    }
  });

  test.each([
    '1-abc',
    `2-${'a'.repeat(64)}`,
    '..',
    '%2e%2e',
    `1-${'A'.repeat(64)}`,
    `${ARCHIVE_ID}.1`,
    `${ARCHIVE_ID}%00`,
  ])('%s is not found', async (archiveId) => {
    for (const token of [reader, api.admin]) {
      expect(await api.call('GET', `/messages/${archiveId}`, { token })).toMatchObject({ status: 404 });
    }
  });
});

describe('GET /messages/{archiveId}/raw', () => {
  test('gives the exact bytes, to be saved', async () => {
    const { bytes, headers } = await read('/raw');
    expect(bytes.equals(api.mail.raw)).toBe(true);
    expect(headers['content-type']).toBe('message/rfc822');
    expect(headers['content-disposition']).toBe(`attachment; filename="${ARCHIVE_ID}.eml"`);
  });

  test('takes the hash of a rendition', async () => {
    expect(await read(`/raw?rendition=${'c'.repeat(64)}`)).toMatchObject({ status: 200 });
    expect(await read(`/raw?rendition=${'d'.repeat(64)}`)).toMatchObject({ status: 404 });
    expect(await read('/raw?rendition=latest')).toMatchObject({ status: 400 });
  });

  test('goes by a copy that lives for a minute where it is over four megabytes', async () => {
    api.mail.raw = Buffer.alloc(4 * 1024 * 1024 + 1, 'x');
    const first = await read('/raw');
    expect(first.status).toBe(303);
    expect(first.headers.location).toContain('exports/copies/');
    await read('/raw');
    const copies: string[] = [];
    for await (const { key, sizeBytes } of api.ports.derived.list('exports/')) copies.push(`${key} ${sizeBytes}`);
    expect(copies).toEqual([expect.stringMatching(/ 4194305$/)]);
    api.mail.raw = Buffer.alloc(4 * 1024 * 1024, 'x');
    expect(await read('/raw')).toMatchObject({ status: 200 });
  });

  test('is blocked for administrators without a grant', async () => {
    expect(await read('/raw', api.admin)).toMatchObject({ status: 403, json: { error: { code: 'content_blocked' } } });
    await api.grant(mailboxId, 'admin', 'read');
    expect(await read('/raw', api.admin)).toMatchObject({ status: 200 });
  });
});

describe('GET /messages/{archiveId}/attachments/{index}', () => {
  test('never gives a type that a browser would run', async () => {
    api.mail.attachment = { filename: 'x.html', contentType: 'text/html', content: Buffer.from('<script>') };
    const { headers, bytes } = await read('/attachments/0');
    expect(headers['content-type']).toBe('application/octet-stream');
    expect(headers['content-disposition']).toBe('attachment; filename="x.html"');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(bytes.toString()).toBe('<script>');
  });

  test.each(['-1', '1.5', 'x', '01', '9'.repeat(20), '%20'])('index %s is refused', async (index) => {
    expect(await read(`/attachments/${index}`)).toMatchObject({ status: 400 });
  });

  test('that does not exist is not found', async () => {
    expect(await read('/attachments/1')).toMatchObject({ status: 404 });
  });

  test('without a name gets one', async () => {
    api.mail.attachment = { ...api.mail.attachment, filename: '' };
    expect((await read('/attachments/0')).headers['content-disposition']).toBe('attachment; filename="attachment-0"');
  });
});

describe('GET /messages/{archiveId}/arrivals', () => {
  test('shows a reader neither other recipients nor the address of the endpoint', async () => {
    const { json, bytes } = await read('/arrivals');
    expect(json.items?.[0]?.envelope).toEqual({ mailFrom: 'bob@example.net', rcptTo: ['ann@example.org'] });
    expect(bytes.toString()).not.toMatch(/secret|boss|recipientCount|endpointIds/);
  });

  test('shows administrators of the recipients only journal endpoints, and all where blockPreview is off', async () => {
    const { json, bytes } = await read('/arrivals', api.admin);
    expect(json.items?.[0]?.envelope?.rcptTo).toEqual(['j-secret@journal.example.org']);
    expect(bytes.toString()).not.toMatch(/ann|boss|recipientCount/);
    await api.call('PUT', '/compliance', { token: api.admin, body: { blockPreview: false } });
    const open = await read('/arrivals', api.admin);
    expect(open.json.items?.[0]?.envelope?.rcptTo).toHaveLength(3);
  });
});

describe('file names', () => {
  test.each([
    ['report.pdf', 'attachment; filename="report.pdf"'],
    ['Übersicht.pdf', `attachment; filename="_bersicht.pdf"; filename*=UTF-8''%C3%9Cbersicht.pdf`],
    ["it's (1)*.txt", `attachment; filename="it's (1)_.txt"`],
    ['a"b\\c.txt', 'attachment; filename="a_b_c.txt"'],
    ['50%.txt', `attachment; filename="50_.txt"; filename*=UTF-8''50%25.txt`],
    ['x\r\nSet-Cookie: a=b', 'attachment; filename="xSet-Cookie_ a=b"'],
    ['../../etc/passwd', 'attachment; filename="_.._etc_passwd"'],
    ['.htaccess', 'attachment; filename="htaccess"'],
    ['invoice\u202Efdp.exe', 'attachment; filename="invoicefdp.exe"'],
    ['\ud800', `attachment; filename="_"; filename*=UTF-8''%EF%BF%BD`],
    ['...', 'attachment; filename="unnamed"'],
  ])('%j is given out as %s', (name, expected) => {
    expect(attachmentDisposition(name)).toBe(expected);
  });

  test('keep their extension when they are cut', () => {
    const name = safeFileName(`${'🙂'.repeat(500)}.pdf`);
    expect(Array.from(name)).toHaveLength(120);
    expect(name.endsWith('🙂.pdf')).toBe(true);
  });
});

test.each([
  ['application/pdf', 'application/pdf'],
  ['IMAGE/PNG', 'image/png'],
  ['text/plain', 'text/plain'],
  [
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
  ['text/html', 'application/octet-stream'],
  ['image/svg+xml', 'application/octet-stream'],
  ['application/xhtml+xml', 'application/octet-stream'],
  ['application/vnd.evil+xml', 'application/octet-stream'],
  ['application/javascript', 'application/octet-stream'],
  ['multipart/x-mixed-replace', 'application/octet-stream'],
  ['text/plain; charset=x\r\nX: y', 'application/octet-stream'],
  ['', 'application/octet-stream'],
])('type %j is given out as %s', (type, expected) => {
  expect(harmlessType(type)).toBe(expected);
});

/** Filings as the API answers them: where a message was first filed decides only who sees what. */
function shown(filings: readonly Pick<KnownFiling, 'mailboxId' | 'folder' | 'basis'>[]) {
  return filings.map(({ mailboxId, folder, basis }) => ({ mailboxId, folder, basis }));
}
