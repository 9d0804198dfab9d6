import { z } from 'zod';
import type { Answer, Route } from './route.ts';
import { routeContentOf } from './route-content.ts';
import { ErrorSchema } from './schemas/fields.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;
type Components = { [name: string]: JsonSchema };

export interface ApiFacts {
  readonly basePath: string;
  readonly version: string;
}

const DESCRIPTIONS: { readonly [status: string]: string } = {
  200: 'Done',
  201: 'Created',
  202: 'Begun, or waiting for a second administrator',
  204: 'Done; nothing to say',
  303: 'Too large for an answer: follow Location within a minute',
};

/** The OpenAPI 3.1 description of `routes`, made of the schemas that their input is checked with. */
export function describeApi(routes: readonly Route[], { basePath, version }: ApiFacts): object {
  const components: Components = {};
  const errors = { description: 'An error', content: jsonContent(schemaOf(ErrorSchema, components)) };
  const paths: { [path: string]: { [method: string]: object } } = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, errors, components) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Letterlock', version, description: 'A complete, unaltered, findable archive of mail.' },
    servers: [{ url: basePath }],
    paths,
    components: {
      schemas: components,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operationOf({ method, path, description }: Route, errors: object, components: Components): object {
  const { summary, privilege, params, query, body, responses } = description;
  const parameters = [...parametersOf('path', params), ...parametersOf('query', query)];
  const requestBody = body && { required: true, content: jsonContent(schemaOf(body, components)) };
  return {
    operationId: operationId(method, path),
    summary,
    tags: [path.split('/')[1] ?? ''],
    'x-privilege': privilege,
    'x-content': routeContentOf({ method, path }) ?? 'none',
    security: privilege === 'none' ? [] : [{ bearer: [] }],
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody ? { requestBody } : {}),
    // Any answer may be too large (`fittingResponse`).
    responses: {
      ...responsesOf({ ...(method === 'GET' ? { 303: null } : {}), ...responses }, components),
      default: errors,
    },
  };

  function parametersOf(place: 'path' | 'query', schema: z.ZodObject | undefined): readonly object[] {
    if (!schema) return [];
    const { properties = {}, required = [] } = schemaOf(schema, components);
    return Object.entries(properties).map(([name, property]) => {
      return { name, in: place, required: place === 'path' || required.includes(name), schema: property };
    });
  }
}

function responsesOf(responses: Route['description']['responses'], components: Components): object {
  const entries = Object.entries(responses).map(([status, answer]) => {
    const content = contentOf(answer, components);
    return [status, { description: DESCRIPTIONS[status] ?? status, ...(content ? { content } : {}) }];
  });
  return Object.fromEntries(entries);
}

function contentOf(answer: Answer | undefined, components: Components): object | undefined {
  if (!answer) return undefined;
  if ('contentType' in answer) return { [answer.contentType]: {} };
  return jsonContent(schemaOf(answer, components));
}

function jsonContent(schema: JsonSchema): object {
  return { 'application/json': { schema } };
}

/** A schema as OpenAPI has it; what has a name of its own goes to the components. As input: answers may have further fields. */
function schemaOf(schema: z.ZodType, components: Components): JsonSchema {
  const { $schema: _dialect, $defs = {}, ...described } = atComponents(z.toJSONSchema(schema, { io: 'input' }));
  Object.assign(components, $defs);
  return described;
}

/** References that point into a schema's own definitions, turned to the components. */
function atComponents(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

/** `GET /mailboxes/{mailboxId}/messages` → `getMailboxesByMailboxIdMessages`. */
function operationId(method: string, path: string): string {
  const words = path
    .replace(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
