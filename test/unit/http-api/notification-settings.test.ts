import { beforeEach, describe, expect, test } from 'vitest';
import { storedNotifications } from '../../../shared/usecases/settings/notifications.ts';
import { type ApiWorld, createApiWorld } from './api-world.ts';

let api: ApiWorld;
beforeEach(async () => {
  api = await createApiWorld();
});

const put = (body: object) => api.call('PUT', '/settings/notifications', { token: api.admin, body });

describe('/settings/notifications', () => {
  test('names nobody at first', async () => {
    const { json } = await api.call('GET', '/settings/notifications', { token: api.admin });
    expect(json).toEqual({ recipients: [] });
  });

  test('keeps what is left out and takes away what is null', async () => {
    await put({ recipients: ['ops@example.org'], from: 'archive@example.org', hour: 7 });
    expect((await put({ recipients: ['größe@example.org'] })).json).toEqual({
      recipients: ['größe@example.org'],
      from: 'archive@example.org',
      hour: 7,
    });
    expect((await put({ from: null, hour: null })).json).toEqual({ recipients: ['größe@example.org'] });
    expect(await storedNotifications(api.ports)).toEqual({ recipients: ['größe@example.org'], from: null, hour: null });
  });

  test.each([
    { body: { recipients: ['nobody'] }, reason: 'no address' },
    { body: { recipients: ['a@example.org, b@example.org'] }, reason: 'two in one' },
    { body: { recipients: ['a@example.org\r\nBcc: b@example.org'] }, reason: 'a second field' },
    { body: { recipients: ['"Anna" <a@example.org>'] }, reason: 'a name with it' },
    { body: { recipients: null }, reason: 'recipients are a list' },
    { body: { recipients: Array.from({ length: 51 }, (_, index) => `a${index}@example.org`) }, reason: 'too many' },
    { body: { hour: 24 }, reason: 'no hour of the day' },
    { body: { hour: 7.5 }, reason: 'no whole hour' },
    { body: { every: 'day' }, reason: 'an unknown field' },
  ])('refuses $reason', async ({ body }) => {
    expect((await put(body)).status).toBe(400);
  });

  test('a change is audited, with what it changed', async () => {
    await put({ recipients: ['ops@example.org'] });
    const { json } = await api.call('GET', '/audit-events', { token: api.admin });
    expect(JSON.stringify(json.items)).toContain('"action":"settings.notifications"');
  });
});
