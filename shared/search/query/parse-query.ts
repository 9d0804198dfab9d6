import { clauseQuery, textOf } from './clause-query.ts';
import { combined, negated } from './combine-queries.ts';
import { type Forgiven, forgivenIn } from './forgiven.ts';
import { lexQuery } from './lex-query.ts';
import { alternatives, nearQueries } from './near-query.ts';
import { withNumbers } from './number-words.ts';
import type { Query } from './query.ts';
import { MAX_CLAUSES, MAX_DEPTH } from './query-limits.ts';
import type { Clause, QueryField, QueryToken } from './query-token.ts';
import { wordQuery } from './text-query.ts';

export interface ParseQueryOptions {
  /** What `today` and `7d` are counted from. */
  readonly now: Date;
}

/**
 * What a query asks for; `docs/search.md` describes the language. Every string is a query and nothing throws: what has
 * no meaning is looked for as text. At most `MAX_CLAUSES` words, phrases and filters; time is linear in `text`.
 */
export function parseQuery(text: string, options: ParseQueryOptions): Query {
  return readQuery(text, options).query;
}

/** A query as `parseQuery` understands it, and what it forgives there: empty where each part says what it seems to. */
export interface QueryReading {
  readonly query: Query;
  readonly forgiven: readonly Forgiven[];
}

/** What a query asks for, and what was made the best of. Every string is a query and nothing throws. */
export function readQuery(text: string, options: ParseQueryOptions): QueryReading {
  const { tokens, forgiven } = lexQuery(text);
  const parser = new Parser(tokens, options.now);
  const query = parser.parse() ?? operatorsAsWords(tokens);
  return { query, forgiven: [...forgiven, ...parser.forgiven] };
}

function operatorsAsWords(tokens: readonly QueryToken[]): Query {
  // A query of operators only asks for these words: somebody looks for Oregon, OR.
  const words = tokens.map((token) => ('raw' in token ? wordQuery(token.raw) : undefined));
  return (
    combined(
      'and',
      words.filter((word) => word !== undefined),
    ) ?? { kind: 'everything' }
  );
}

interface Operand {
  readonly query: Query | undefined;
  readonly isNegated: boolean;
}

class Parser {
  readonly #tokens: readonly QueryToken[];
  readonly #now: Date;
  readonly #forgiven: Forgiven[] = [];
  #at = 0;
  #depth = 0;
  /** How many leaves what stands for several may still add. */
  #spareLeaves: number;

  constructor(tokens: readonly QueryToken[], now: Date) {
    this.#tokens = tokens;
    this.#now = now;
    this.#spareLeaves = MAX_CLAUSES - tokens.filter((token) => token.kind === 'word' || token.kind === 'phrase').length;
  }

  parse(): Query | undefined {
    return this.#all(undefined);
  }

  get forgiven(): readonly Forgiven[] {
    return this.#forgiven;
  }

  #forgive(what: Forgiven['what'], text: string): void {
    this.#forgiven.push({ what, text });
  }

  /** What stands side by side: all of it. Ends before the parenthesis that closes the group. */
  #all(field: QueryField | undefined): Query | undefined {
    const parts: Query[] = [];
    while (this.#kind() !== undefined && this.#kind() !== 'close') push(parts, this.#anyOf(field));
    return combined(
      'and',
      withNumbers(parts, () => this.#afford(1)),
    );
  }

  /** OR binds tighter than standing side by side: `a b OR c` is `a (b OR c)`, as in web searches. */
  #anyOf(field: QueryField | undefined): Query | undefined {
    const parts: Query[] = [];
    do push(parts, this.#allOf(field));
    while (this.#skip('or'));
    return combined('or', parts);
  }

  /** AND binds tighter than OR: `a AND b OR c` is `(a b) OR c`, as in logic. */
  #allOf(field: QueryField | undefined): Query | undefined {
    const parts: Query[] = [];
    do push(parts, this.#nearby(field));
    while (this.#skip('and'));
    return combined('and', parts);
  }

  /** `a NEAR/5 b NEAR c`: each near the next. What cannot be near anything is looked for beside it. */
  #nearby(field: QueryField | undefined): Query | undefined {
    const parts: Query[] = [];
    let last = this.#operand(field);
    let isPaired = false;
    for (let near = this.#tokens[this.#at]; near?.kind === 'near'; near = this.#tokens[this.#at]) {
      this.#at++;
      const next = this.#operand(field);
      if (next.query === undefined) continue;
      const pairs = next.isNegated ? [] : this.#affordable(last.query, next.query, near.distance, isPaired);
      const paired = combined('or', pairs);
      // `-a NEAR b` is everything but where they are near.
      if (paired === undefined) this.#forgive('near', near.raw);
      if (paired !== undefined) parts.push(last.isNegated ? negated(paired) : paired);
      else if (!isPaired) push(parts, signed(last));
      isPaired = paired !== undefined;
      last = next;
    }
    if (!isPaired) push(parts, signed(last));
    return combined('and', parts);
  }

  #affordable(left: Query | undefined, right: Query, distance: number, isPaired: boolean): readonly Query[] {
    if (left === undefined) return [];
    const pairs = nearQueries(left, right, distance);
    const replaced = alternatives(right).length + (isPaired ? 0 : alternatives(left).length);
    return this.#afford(2 * pairs.length - replaced) ? pairs : [];
  }

  #afford(leaves: number): boolean {
    if (leaves > this.#spareLeaves) return false;
    this.#spareLeaves -= Math.max(leaves, 0);
    return true;
  }

  #operand(outer: QueryField | undefined): Operand {
    let isNegated = false;
    let field = outer;
    for (let token = this.#tokens[this.#at]; ; token = this.#tokens[++this.#at]) {
      if (token?.kind === 'not') isNegated = !isNegated;
      else if (token?.kind === 'field') field = token.field;
      else if (token?.kind === 'word' || token?.kind === 'phrase')
        return { query: this.#clause(token, field), isNegated };
      else if (token?.kind === 'open') return { query: this.#group(field), isNegated };
      else {
        this.#forgive('operator', written(token) ?? written(this.#tokens[this.#at - 1]) ?? '');
        return { query: undefined, isNegated };
      }
    }
  }

  #group(field: QueryField | undefined): Query | undefined {
    this.#at++;
    this.#depth++;
    if (this.#kind() === 'close') this.#forgive('nothing', '()');
    const query = this.#all(field);
    this.#at++;
    this.#depth--;
    return query;
  }

  #clause(clause: Clause, field: QueryField | undefined): Query | undefined {
    const isValue = this.#tokens[this.#at - 1]?.kind === 'field';
    this.#at++;
    const query = clauseQuery(clause, field, this.#now);
    // A list (`type:pdf,docx`) is a group, and stands in the same limits.
    const isList = query?.kind === 'or';
    const isTooMuch = isList && (this.#depth >= MAX_DEPTH || !this.#afford(query.of.length - 1));
    const what = isTooMuch ? 'limit' : forgivenIn(clause, { field, query, isValue });
    if (what) this.#forgive(what, what === 'no-value' ? `${field}:${clause.text}` : clause.text);
    return isTooMuch ? textOf(clause) : query;
  }

  #kind(): QueryToken['kind'] | undefined {
    return this.#tokens[this.#at]?.kind;
  }

  #skip(kind: 'or' | 'and'): boolean {
    if (this.#kind() !== kind) return false;
    this.#at++;
    return true;
  }
}

function written(token: QueryToken | undefined): string | undefined {
  return token && 'raw' in token ? token.raw : undefined;
}

function push(parts: Query[], part: Query | undefined): void {
  if (part !== undefined) parts.push(part);
}

function signed(operand: Operand): Query | undefined {
  return operand.query === undefined || !operand.isNegated ? operand.query : negated(operand.query);
}
