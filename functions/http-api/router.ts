import { NotFoundError } from '../../shared/errors.ts';
import { MethodNotAllowedError } from './error-response.ts';
import type { PathParams, Route } from './route.ts';

interface Match {
  readonly route: Route;
  readonly params: PathParams;
}

/** Finds the route of a request; HEAD is answered by GET. Throws `NotFoundError`, `MethodNotAllowedError`. */
export type Router = (method: string, segments: readonly string[]) => Match;

/** Literal segments win over parameters. */
export function createRouter(routes: readonly Route[]): Router {
  const patterns = routes
    .map((route) => ({ route, pattern: route.path.split('/').slice(1) }))
    .toSorted((a, b) => parametersIn(a.pattern) - parametersIn(b.pattern));
  return (method, segments) => {
    const wanted = method === 'HEAD' ? 'GET' : method;
    const matches = patterns.flatMap(({ route, pattern }) => {
      const params = paramsOf(pattern, segments);
      return params ? [{ route, params }] : [];
    });
    const match = matches.find(({ route }) => route.method === wanted);
    if (match) return match;
    if (matches.length === 0) throw new NotFoundError('this path was');
    const allowed = matches.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]));
    throw new MethodNotAllowedError(method, [...new Set(allowed)].toSorted());
  };
}

function paramsOf(pattern: readonly string[], segments: readonly string[]): PathParams | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: { [name: string]: string } = {};
  for (const [i, part] of pattern.entries()) {
    const segment = segments[i] ?? '';
    const name = parameterIn(part);
    if (name === undefined ? part !== segment : segment === '') return undefined;
    if (name !== undefined) params[name] = segment;
  }
  return params;
}

function parametersIn(pattern: readonly string[]): number {
  return pattern.filter((part) => parameterIn(part) !== undefined).length;
}

/** `{name}` → `name`. */
function parameterIn(part: string): string | undefined {
  return /^\{(\w+)\}$/.exec(part)?.[1];
}
