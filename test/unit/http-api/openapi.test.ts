import { beforeAll, describe, expect, test } from 'vitest';
import { allRoutes } from '../../../functions/http-api/routes/all-routes.ts';
import { createApiWorld, type Json } from './api-world.ts';

let description: Json;

beforeAll(async () => {
  const api = await createApiWorld();
  description = (await api.call('GET', '/openapi.json')).json;
});

describe('GET /openapi.json', () => {
  test('is OpenAPI 3.1 with the base path as server', () => {
    expect(description.openapi).toBe('3.1.0');
    expect(description.servers).toEqual([{ url: '/api/v1' }]);
    expect(description.info).toMatchObject({ title: 'Letterlock', version: '1.2.3' });
  });

  test('has every route, with every path parameter declared and none besides', () => {
    for (const { method, path } of allRoutes) {
      const operation = description.paths?.[path]?.[method.toLowerCase()];
      expect(operation, `${method} ${path}`).toBeDefined();
      const declared = [...(operation?.parameters ?? [])].filter((parameter) => parameter.in === 'path');
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(declared.map(({ name }) => name).toSorted()).toEqual(inPath.toSorted());
      expect(declared.every(({ required }) => Boolean(required))).toBe(true);
    }
  });

  test('has no operation twice', () => {
    const ids = operations().map(({ operationId }) => String(operationId));
    expect(ids).toHaveLength(allRoutes.length);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('has only references that lead somewhere', () => {
    const references = [...JSON.stringify(description).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, reference = '']) => reference,
    );
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      expect(reference).toMatch(/^#\/components\/schemas\/\w+$/);
      expect(description.components?.schemas?.[reference.split('/').at(-1) ?? ''], reference).toBeDefined();
    }
  });

  test('keeps definitions nowhere but in the components', () => {
    expect(JSON.stringify(description)).not.toContain('$defs');
  });

  test('describes each answer, and an error, of each operation', () => {
    for (const operation of operations()) {
      const statuses = Object.keys(operation.responses ?? {});
      expect(statuses).toContain('default');
      expect(statuses.some((status) => /^[23]\d\d$/.test(status))).toBe(true);
      expect(operation.summary?.length).toBeGreaterThan(3);
    }
  });

  test('asks for a token everywhere but where none is needed', () => {
    const open = operations().filter(({ security }) => security?.length === 0);
    expect(open.map(({ operationId }) => String(operationId)).toSorted()).toEqual([
      'getHealth',
      'getOpenapiJson',
      'postSessions',
    ]);
  });

  test('says what the validation says', () => {
    const parameters = description.paths?.['/users']?.get?.parameters ?? [];
    const limit = [...parameters].find(({ name }) => String(name) === 'limit');
    expect(limit?.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 200, default: 50 });
    expect(description.components?.schemas?.NewMailbox).toMatchObject({
      additionalProperties: false,
      required: ['name', 'primaryAddress'],
    });
  });
});

function operations(): readonly Json[] {
  return Object.values(description.paths ?? {}).flatMap((methods) => Object.values(methods));
}
