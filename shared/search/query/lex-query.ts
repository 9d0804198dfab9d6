import type { Forgiven } from './forgiven.ts';
import { DEFAULT_NEAR_DISTANCE, MAX_CLAUSES, MAX_DEPTH, MAX_NEAR_DISTANCE } from './query-limits.ts';
import { type Clause, type QueryToken, queryFieldNamed } from './query-token.ts';
import { QuoteFinder } from './quotes.ts';

/**
 * Words, phrases, operators, fields and balanced parentheses (at most `MAX_DEPTH` deep) of a query; at most
 * `MAX_CLAUSES` clauses. `forgiven` are the parentheses and clauses that are text.
 */
export function lexQuery(text: string): {
  readonly tokens: readonly QueryToken[];
  readonly forgiven: readonly Forgiven[];
} {
  // Lone surrogates and control characters separate words: no term has them, and logs and JSON need not bear them.
  const clean = text.toWellFormed().replace(CONTROL, ' ');
  const lexer = new Lexer(clean);
  const all = lexer.run();
  const tokens = withRestAsPhrase(all, clean);
  const rest = tokens.at(-1);
  const isCut = tokens !== all && rest !== undefined && 'text' in rest;
  return { tokens, forgiven: isCut ? [...lexer.forgiven, { what: 'limit', text: rest.text }] : lexer.forgiven };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\ufffd]/g;
const SPACE = /\s/u;
const FIELD = /([a-z]+(?:-id)?):/iy;
const HEADER_NAME = /[^\s=:"()]+=/y;
const NEAR = /^NEAR(?:\/(\d{1,6}))?$/;

class Lexer {
  readonly #text: string;
  readonly #quotes: QuoteFinder;
  readonly #tokens: (QueryToken | undefined)[] = [];
  /** Indexes in `#tokens` of what opened the groups that are open; `undefined` where it lies too deep. */
  readonly #open: (number | undefined)[] = [];
  readonly #forgiven: Forgiven[] = [];
  #at = 0;
  /** Whether what comes next belongs to a field or minus sign right before it, and so is no operator. */
  #isAttached = false;
  /** Whether what comes next is the value of a field right before it, in which no other field begins. */
  #isValue = false;

  constructor(text: string) {
    this.#text = text;
    this.#quotes = new QuoteFinder(text);
  }

  run(): QueryToken[] {
    while (this.#at < this.#text.length) this.#next();
    for (const index of this.#open) if (index !== undefined) this.#tokens[index] = undefined;
    if (this.#open.length > 0) this.#forgiven.push({ what: 'parenthesis', text: '(' });
    return this.#tokens.filter((token) => token !== undefined);
  }

  get forgiven(): readonly Forgiven[] {
    return this.#forgiven;
  }

  #next(): void {
    const character = this.#text[this.#at] ?? '';
    if (SPACE.test(character)) {
      this.#at++;
      this.#detach();
    } else if (character === '(') this.#openGroup();
    else if (character === ')') this.#closeGroup();
    else if (character === '-' && this.#negates()) this.#negate();
    else if (!this.#phrase(this.#at) && !this.#field()) this.#word();
  }

  #detach(): void {
    this.#isAttached = false;
    this.#isValue = false;
  }

  #openGroup(): void {
    const isTooDeep = this.#open.length >= MAX_DEPTH;
    this.#open.push(isTooDeep ? undefined : this.#tokens.length);
    if (isTooDeep) this.#forgiven.push({ what: 'limit', text: '(' });
    else this.#tokens.push({ kind: 'open' });
    this.#at++;
    this.#detach();
  }

  /** A parenthesis that closes nothing is text, and has no words in it. */
  #closeGroup(): void {
    if (this.#open.length === 0) this.#forgiven.push({ what: 'parenthesis', text: ')' });
    if (this.#open.pop() !== undefined) this.#tokens.push({ kind: 'close' });
    this.#at++;
    this.#detach();
  }

  /** A minus sign negates what it stands before; `--help` and a dash of its own are text. */
  #negates(): boolean {
    const after = this.#text[this.#at + 1];
    return after !== undefined && after !== '-' && after !== ')' && !SPACE.test(after);
  }

  #negate(): void {
    this.#tokens.push({ kind: 'not', raw: '-' });
    this.#at++;
    this.#isAttached = true;
  }

  #phrase(from: number, prefix = ''): boolean {
    const close = this.#quotes.closeOf(from);
    if (close === undefined) return false;
    this.#push('phrase', prefix + this.#text.slice(from + 1, close), close + 1);
    return true;
  }

  #push(kind: Clause['kind'], text: string, end: number): void {
    this.#tokens.push({ kind, text, start: this.#at });
    this.#at = end;
    this.#detach();
  }

  #field(): boolean {
    if (this.#isValue) return false;
    const found = this.#fieldAt(this.#at);
    if (found === undefined) return false;
    if (!this.#hasValue(found.end)) return false;
    this.#tokens.push({ kind: 'field', field: found.field });
    this.#at = found.end;
    this.#isAttached = true;
    this.#isValue = true;
    if (found.field === 'header') this.#headerField();
    return true;
  }

  #fieldAt(at: number) {
    FIELD.lastIndex = at;
    const name = FIELD.exec(this.#text)?.[1];
    const field = name === undefined ? undefined : queryFieldNamed(name);
    return name === undefined || field === undefined ? undefined : { field, end: at + name.length + 1 };
  }

  /**
   * A field takes what stands right after its colon, or after space (`From: Anna`) a word, phrase or group that has no
   * meaning of its own.
   */
  #hasValue(end: number): boolean {
    let at = end;
    while (at < this.#text.length && SPACE.test(this.#text[at] ?? '')) at++;
    const first = this.#text[at];
    if (first === undefined || first === ')') return false;
    if (at === end) return true;
    return (
      first !== '-' &&
      this.#fieldAt(at) === undefined &&
      operator(this.#text.slice(at, this.#wordEnd(at))) === undefined
    );
  }

  /** `header:X-Name="several words"` */
  #headerField(): void {
    HEADER_NAME.lastIndex = this.#at;
    const name = HEADER_NAME.exec(this.#text)?.[0];
    if (name !== undefined) this.#phrase(this.#at + name.length, name);
  }

  #word(): void {
    const end = this.#wordEnd(this.#at);
    const raw = this.#text.slice(this.#at, end);
    const found = this.#isAttached ? undefined : operator(raw);
    if (found === undefined) this.#push('word', raw, end);
    else {
      this.#tokens.push(found);
      this.#at = end;
    }
  }

  /** A word reaches to the next space, or the parenthesis that closes the group around it: `f(x)` is one word. */
  #wordEnd(from: number): number {
    let depth = 0;
    let end = from;
    for (; end < this.#text.length; end++) {
      const character = this.#text[end] ?? '';
      if (SPACE.test(character)) break;
      if (character === '(') depth++;
      if (character !== ')') continue;
      if (depth > 0) depth--;
      else if (this.#open.length > 0) break;
    }
    return end;
  }
}

function operator(raw: string): QueryToken | undefined {
  if (raw === 'OR' || raw === '|') return { kind: 'or', raw };
  if (raw === 'AND') return { kind: 'and', raw };
  if (raw === 'NOT') return { kind: 'not', raw };
  const near = NEAR.exec(raw);
  if (near === null) return undefined;
  const distance = near[1] === undefined ? DEFAULT_NEAR_DISTANCE : Number(near[1]);
  return { kind: 'near', raw, distance: Math.min(Math.max(distance, 1), MAX_NEAR_DISTANCE) };
}

function withRestAsPhrase(tokens: readonly QueryToken[], text: string): readonly QueryToken[] {
  let clauses = 0;
  let last: number | undefined;
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' && token.kind !== 'phrase') continue;
    clauses++;
    if (clauses === MAX_CLAUSES) last = index;
    if (clauses <= MAX_CLAUSES || last === undefined) continue;
    const first = tokens[last];
    const start = first !== undefined && 'start' in first ? first.start : 0;
    return balanced([...tokens.slice(0, last), { kind: 'phrase', text: text.slice(start), start }]);
  }
  return tokens;
}

/** Without the parentheses that the rest of the text would have closed. */
function balanced(tokens: readonly QueryToken[]): readonly QueryToken[] {
  const open: number[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'open') open.push(index);
    if (token.kind === 'close') open.pop();
  }
  const unclosed = new Set(open);
  return tokens.filter((_token, index) => !unclosed.has(index));
}
