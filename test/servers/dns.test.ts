import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSystemDns } from '../../shared/adapters/system/system-dns.ts';
import { dnsContract, ZONE } from '../contract/dns-contract.ts';
import { mail, type RunningSystem, removeData, send, startSystem } from '../system/running-system.ts';
import { arcSealed, dkimSigned, newKey, recordsOf } from '../unit/mail/signed-mail.ts';
import { until } from '../until.ts';
import { type NameServer, startNameServer } from './name-server.ts';

const key = newKey('sender.letterlock.test');
const relay = newKey('relay.letterlock.test', 'arc');
const zone = {
  ...ZONE,
  txt: { ...ZONE.txt, ...recordsOf(key, relay), 'spf.letterlock.test': ['v=spf1 a:me.letterlock.test -all'] },
  a: { ...ZONE.a, 'me.letterlock.test': ['127.0.0.1'] },
};

let nameServer: NameServer;
let running: RunningSystem;

beforeAll(async () => {
  nameServer = await startNameServer(zone);
  running = await startSystem({ env: { LETTERLOCK_DNS: nameServer.address } });
});

afterAll(async () => {
  await running.stop();
  await removeData(running);
  await nameServer.stop();
});

describe('Dns: a real name server', () => {
  dnsContract(() => createSystemDns({ servers: [nameServer.address] }));

  test('that refuses is told from one that is not there', async () => {
    const refused = createSystemDns({ servers: [nameServer.address] }).txt('example.org');
    await expect(refused).rejects.toMatchObject({ code: 'dns_failed', isAnswered: true });
    const gone = createSystemDns({ servers: ['127.0.0.1:1'] }).txt('example.org');
    await expect(gone).rejects.toMatchObject({ code: 'dns_failed', isAnswered: false });
  });
});

type Endpoint = Awaited<ReturnType<RunningSystem['api']['endpoint']>>;

let count = 0;
const letter = () => Buffer.from(mail({ From: 'a@sender.letterlock.test', Subject: `letter ${++count}` }));

/** Sends to an endpoint; answers what became of it. */
async function arrivalOf({ endpointId, address }: Endpoint, raw: Buffer, from = 'x@else.test') {
  const list = async () => (await running.api.get(`/journal-endpoints/${endpointId}/arrivals`)).items;
  const before = (await list()).length;
  await send(running.system.smtpPort, { from, to: [address] }, raw);
  const [arrival] = await until('the arrival', list, { isWanted: ({ length }) => length > before });
  return arrival;
}

async function signaturesOf(archiveId: string) {
  const first = async () => (await running.api.get(`/messages/${archiveId}/arrivals`)).items[0]?.signatures;
  // Where the name server is slow, they are verified a minute later.
  return await until('the signatures to be verified', first, { withinMs: 150_000 });
}

describe('the signatures of archived mail', () => {
  test('are verified soon after, and kept with the keys that DNS had', async () => {
    const endpoint = await running.api.endpoint();
    const raw = await arcSealed(await dkimSigned(letter(), key), relay, 'none');
    const { archiveId } = await arrivalOf(endpoint, raw);
    expect(await signaturesOf(archiveId)).toMatchObject([
      { kind: 'arc', domain: 'relay.letterlock.test', selector: 'arc', result: 'pass', key: relay.record },
      { kind: 'dkim', domain: 'sender.letterlock.test', selector: 'mail', result: 'pass', key: key.record },
    ]);
  });

  test('fail where the mail was changed, and where there is no key', async () => {
    const endpoint = await running.api.endpoint();
    const raw = (await dkimSigned(await dkimSigned(letter(), newKey('none.letterlock.test')), key)).toString();
    const { archiveId } = await arrivalOf(endpoint, Buffer.from(raw.replace('\r\n\r\nHello', '\r\n\r\nHallo')));
    expect((await signaturesOf(archiveId)).map(({ result }: { result: string }) => result)).toEqual(['fail', 'fail']);
    const other = await arrivalOf(endpoint, await dkimSigned(letter(), newKey('none.letterlock.test')));
    expect(await signaturesOf(other.archiveId)).toMatchObject([{ result: 'permerror' }]);
  });
});

describe('an endpoint that takes mail by what DNS says', () => {
  test('archives what the domain signed, and nothing else', async () => {
    const endpoint = await running.api.endpoint({ allowedSources: ['dkim:*.letterlock.test'] });
    const signed = await dkimSigned(letter(), key);
    expect(await arrivalOf(endpoint, signed)).toMatchObject({ outcome: 'archived' });
    const refused = { outcome: 'quarantined', reason: 'source_not_allowed' };
    expect(await arrivalOf(endpoint, letter())).toMatchObject(refused);
    const changed = Buffer.from(signed.toString().replace('Hello', 'Hallo'));
    expect(await arrivalOf(endpoint, changed)).toMatchObject(refused);
    expect(await arrivalOf(endpoint, await dkimSigned(letter(), newKey(key.domain, key.selector)))).toMatchObject(
      refused,
    );
  });

  test('archives what comes from where the domain sends, and nothing else', async () => {
    const endpoint = await running.api.endpoint({ allowedSources: ['spf:spf.letterlock.test'] });
    expect(await arrivalOf(endpoint, letter(), 'j@spf.letterlock.test')).toMatchObject({ outcome: 'archived' });
    expect(await arrivalOf(endpoint, letter(), 'j@else.test')).toMatchObject({ outcome: 'quarantined' });
  });

  test('keeps mail waiting while the name server is down, and archives it then', async () => {
    const endpoint = await running.api.endpoint({ allowedSources: ['dkim:sender.letterlock.test'] });
    await nameServer.stop();
    const timesUnfiled = () => running.logged.filter(({ event }) => event === 'arrival not filed').length;
    const before = timesUnfiled();
    const comeBack = async () => {
      await until('an arrival that is not filed', async () => timesUnfiled() > before);
      nameServer = await startNameServer(zone, Number(nameServer.address.split(':')[1]));
    };
    const [arrival] = await Promise.all([arrivalOf(endpoint, await dkimSigned(letter(), key)), comeBack()]);
    expect(arrival).toMatchObject({ outcome: 'archived' });
  });
});
