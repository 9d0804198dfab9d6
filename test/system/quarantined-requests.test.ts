import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../../functions/cli/run.ts';
import { fakeTerminal } from '../unit/cli/fake-terminal.ts';
import { until } from '../until.ts';
import { type Api, mail, type RunningSystem, removeData, send, startSystem } from './running-system.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are checked by what the tests expect of them
type Answer = any;

const EVE = { name: 'Eve', reason: 'she asked for it', scope: { addresses: ['eve@example.net'] } };

let running: RunningSystem;
let api: Api;
/** Takes mail from anybody; the other one from nobody who is here. */
let open: string;
let strict: string;

beforeAll(async () => {
  running = await startSystem();
  ({ api } = running);
  open = (await api.endpoint()).address;
  strict = (await api.endpoint({ allowedSources: ['192.0.2.0/24'] })).address;
  await deliver(open, letter('kept', 'a letter that is filed'));
  await deliver(open, 'no header field, but from <Eve@Example.NET>\r\n');
  await deliver(open, 'no header field\r\n', 'eve@example.net');
  await deliver(open, 'no header field, and about bea.eve@example.net\r\n');
  await deliver(strict, letter('late', 'a letter that is filed later'));
  await deliver(strict, encoded('write to eve@example.net, she knows'));
  await api.indexed();
  expect((await api.get('/quarantine')).items).toHaveLength(5);
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
});

async function deliver(to: string, raw: string, from = 'journal@example.org'): Promise<void> {
  await send(running.system.smtpPort, { from, to: [to] }, raw);
}

function letter(id: string, text: string): string {
  const fields = { From: 'Eve <eve@example.net>', To: 'bob@example.org', Date: new Date().toUTCString() };
  return mail({ ...fields, Subject: id, 'Message-ID': `<${id}@example.net>` }, `${text}\n`);
}

/** Names nobody but in its body. */
function encoded(text: string): string {
  const body = Buffer.from(text).toString('base64');
  const fields = { From: 'Bob <bob@example.org>', Subject: 'encoded', 'Content-Transfer-Encoding': 'base64' };
  return mail(fields, `${body}\n`);
}

/** A request once it has found what there is. */
async function found(path: string): Promise<Answer> {
  return await until(`what ${path} finds`, () => api.get(path), { isWanted: ({ state }) => state === 'found' });
}

async function rawsOf(path: string): Promise<readonly string[]> {
  const { items } = await api.get(`${path}/quarantine`);
  const raws = items.map(async ({ id }: Answer) => await (await api.fetch(`/quarantine/${id}/raw`)).text());
  return (await Promise.all<string>(raws)).toSorted();
}

test('what could not be filed is found by requests, looked at, deleted or filed after all, and found again', async () => {
  const { requestId } = await api.post('/erasure-requests', EVE);
  const path = `/erasure-requests/${requestId}`;
  expect(await found(path)).toMatchObject({ found: { messages: 1, quarantined: 4 }, quarantineLeft: true });
  const { items } = await api.get(`${path}/quarantine?limit=3`);
  expect(items).toHaveLength(3);
  expect(items[0]).toEqual((await api.get('/quarantine')).items[0]);
  const raws = await rawsOf(path);
  expect(raws.some((raw) => raw.includes('bea.eve'))).toBe(false);
  expect(raws.filter((raw) => raw.includes('no header field'))).toHaveLength(2);

  const listed = (await api.get(`${path}/quarantine`)).items;
  const [first] = listed.filter(({ reason }: Answer) => reason === 'not_a_message');
  await api.fetch(`/quarantine/${first.id}`, { method: 'DELETE' });
  await until('its deletion', async () => (await api.get('/quarantine')).items.length === 4);
  // What is encoded came last.
  const [, late] = listed.filter(({ reason }: Answer) => reason === 'source_not_allowed');
  expect(await api.post(`/quarantine/${late.id}/replay`, {})).toMatchObject({ outcome: 'archived' });
  await api.indexed();
  expect((await api.get(`${path}/quarantine`)).items).toHaveLength(2);

  await api.post(`${path}/find`, {});
  expect(await found(path)).toMatchObject({ found: { messages: 2, quarantined: 2 }, quarantineLeft: true });
  const subjects = (await api.get(`${path}/messages`)).items.map(({ subject }: Answer) => subject);
  expect(subjects.toSorted()).toEqual(['kept', 'late']);

  // An approval deletes messages, and leaves quarantine to people: the request says so to the end.
  await api.post(`${path}/approve`, {});
  const closed = await until('the end of the request', () => api.get(path), {
    isWanted: ({ state }) => state === 'closed',
  });
  expect(closed).toMatchObject({ results: { purged: 2 }, quarantineLeft: true });
  expect(await rawsOf(path)).toHaveLength(2);
  const trail = await api.get(`/audit-events?object=${requestId}`);
  expect(trail.items.map(({ action }: Answer) => action)).toContain('read.list');
  expect(JSON.stringify(trail)).not.toContain('eve@example.net');
});

test('the command line says what may concern them in quarantine, and lists it', async () => {
  const { requestId } = await api.post('/access-requests', EVE);
  const path = `/access-requests/${requestId}`;
  const { quarantined } = (await found(path)).found;
  const { token } = await api.post('/sessions', { userName: 'admin', password: 'correct horse battery' });
  const letterlock = async (...words: string[]) => {
    const { terminal, out } = fakeTerminal({ columns: 250 });
    expect(await run(words, { LETTERLOCK_URL: api.origin, LETTERLOCK_TOKEN: token }, terminal)).toBe(0);
    return out();
  };
  const shown = await letterlock('access-requests', 'show', requestId);
  expect(shown).toContain(`${quarantined} in quarantine may concern them`);
  expect(shown).toContain(`letterlock access-requests quarantine ${requestId}`);
  const listed = await letterlock('access-requests', 'quarantine', requestId);
  for (const { id } of (await api.get(`${path}/quarantine`)).items) expect(listed).toContain(id);
  expect(await letterlock('access-requests', '--help')).toContain('quarantine ID');
});
