import { beforeEach, describe, expect, test } from 'vitest';
import { type ApiWorld, createApiWorld } from './api-world.ts';

let api: ApiWorld;

beforeEach(async () => {
  api = await createApiWorld();
});

const call = (method: string, body?: unknown) => api.call(method, '/settings/search', { token: api.admin, body });

describe('what of mail can be searched', () => {
  test('is everything, until somebody changes it', async () => {
    expect(await call('GET')).toMatchObject({ status: 200, json: { attachmentTypes: 'all', excludedTypes: [] } });
    const changed = await call('PUT', { attachmentTypes: ['pdf', 'docx'], headers: ['X-Case', 'x-case ', 'List-Id'] });
    const settings = { attachmentTypes: ['pdf', 'docx'], excludedTypes: [], headers: ['x-case', 'list-id'] };
    expect(changed).toMatchObject({ status: 200, json: settings });
    expect(await call('PUT', { excludedTypes: ['archive'] })).toMatchObject({ status: 200 });
    expect((await call('GET')).json).toEqual({ ...settings, excludedTypes: ['archive'] });
  });

  test.each([
    { name: 'a type that there is not', body: { attachmentTypes: ['virus'] } },
    { name: 'a name that no header field has', body: { headers: ['no name'] } },
    { name: 'a field that not everybody may find', body: { headers: ['Bcc'] } },
    { name: 'more fields than are kept', body: { headers: Array.from({ length: 31 }, (_, index) => `x-${index}`) } },
    { name: 'a setting that there is not', body: { languages: [] } },
  ])('is not $name', async ({ body }) => {
    expect(await call('PUT', body)).toMatchObject({ status: 400, json: { error: { code: 'invalid_request' } } });
  });
});
