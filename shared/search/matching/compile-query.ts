import { FIELDS, type FieldName } from '../field.ts';
import { FLAGS } from '../index-document.ts';
import type { FilterQuery, Query, TextQuery } from '../query/query.ts';
import { analyse } from '../tokens/analyse.ts';
import type { TextPattern } from '../tokens/term-pattern.ts';
import { comparedName, EVERYTHING, type FilterPlan, negated, type Plan, simplified, type TextPlan } from './plan.ts';

export interface CompiledQuery {
  readonly plan: Plan;
  /** What a match may contain, each once: for scores and snippets. */
  readonly clauses: readonly TextPlan[];
  /** How many look-ups of words it takes in a segment. */
  readonly patternCount: number;
}

/** Of queries that are still in use: what is shown of a result is found with the same patterns as the result. */
const compiledQueries = new WeakMap<Query, CompiledQuery>();

/** Analyses the texts of a query, once for all segments. */
export function compileQuery(query: Query): CompiledQuery {
  const known = compiledQueries.get(query);
  if (known) return known;
  const fresh = compiledAfresh(query);
  compiledQueries.set(query, fresh);
  return fresh;
}

function compiledAfresh(query: Query): CompiledQuery {
  const clauses = new Map<string, TextPlan>();
  const texts = new Map<string, TextPlan | undefined>();
  const plan = compiled(query, true) ?? EVERYTHING;
  let patternCount = 0;
  for (const text of texts.values()) if (text) patternCount += patternsIn(text.pattern);
  return { plan, clauses: [...clauses.values()], patternCount };

  /** `undefined` where there is nothing to look for, which restricts nothing, negated either. */
  function compiled(part: Query, isWanted: boolean): Plan | undefined {
    switch (part.kind) {
      case 'everything':
        return EVERYTHING;
      case 'and':
      case 'or': {
        const plans = part.of.map((child) => compiled(child, isWanted)).filter((child) => child !== undefined);
        return plans.length === 0 ? undefined : simplified(part.kind, [...new Set(plans)]);
      }
      case 'not': {
        const child = compiled(part.of, !isWanted);
        return child && negated(child);
      }
      case 'near': {
        const [left, right] = [compiledText(part.left, isWanted), compiledText(part.right, isWanted)];
        if (!left || !right) return left ?? right;
        const fields = left.fields.filter((field) => right.fields.includes(field));
        return { kind: 'near', fields, left: left.pattern, right: right.pattern, distance: part.distance };
      }
      case 'text':
        return compiledText(part, isWanted);
      case 'mailbox':
        return { kind: 'mailbox', mailboxId: part.mailbox };
      default:
        return compiledFilter(part);
    }
  }

  /** The same text is the same plan, so that it is matched once. */
  function compiledText(text: TextQuery, isWanted: boolean): TextPlan | undefined {
    const key = JSON.stringify([text.form, text.text, text.fields ?? null]);
    if (!texts.has(key)) {
      const pattern = simplePattern(analyse(text.text, text.form));
      texts.set(key, pattern && { kind: 'text', fields: text.fields ?? fieldsOfAny(text.form), pattern });
    }
    const plan = texts.get(key);
    if (plan && isWanted) clauses.set(key, plan);
    return plan;
  }
}

/** Where a text without a field is looked for. Words are not looked for where whole terms stand. */
function fieldsOfAny(form: TextQuery['form']): readonly FieldName[] {
  const all = Object.keys(FIELDS).filter((name): name is FieldName => name in FIELDS);
  return form === 'whole' ? all : all.filter((name) => name !== 'header' && name !== 'messageId');
}

function compiledFilter(filter: Exclude<FilterQuery, { kind: 'mailbox' }>): FilterPlan {
  switch (filter.kind) {
    case 'folder':
      return { kind: 'folder', folder: comparedName(filter.folder) };
    case 'flag':
      return { kind: 'flag', flag: FLAGS[filter.flag] };
    case 'type':
      return { kind: 'type', type: filter.type.toLowerCase() };
    case 'date':
      return { kind: 'date', from: filter.from ?? -Infinity, to: filter.to ?? Infinity };
    case 'size':
      return { kind: 'size', above: filter.above ?? -Infinity, below: filter.below ?? Infinity };
  }
}

/** Without what there is nothing to look for in; `undefined` where nothing is left. */
function simplePattern(pattern: TextPattern): TextPattern | undefined {
  if (pattern.kind === 'nothing') return undefined;
  if (pattern.kind === 'term') return pattern;
  if (pattern.kind === 'phrase') {
    const [first] = pattern.steps;
    return pattern.steps.length === 1 && first ? { kind: 'term', pattern: first.pattern } : first && pattern;
  }
  const of = pattern.of.map(simplePattern).filter((part) => part !== undefined);
  return of.length > 1 ? { kind: pattern.kind, of } : of[0];
}

function patternsIn(pattern: TextPattern): number {
  if (pattern.kind === 'phrase') return pattern.steps.length;
  if (pattern.kind === 'any' || pattern.kind === 'all')
    return pattern.of.reduce((sum, part) => sum + patternsIn(part), 0);
  return 1;
}
