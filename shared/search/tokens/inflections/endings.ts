import type { AddForm } from './add-form.ts';

/** Adds each ending to a base. */
export function addEndings(base: string, endings: readonly string[], add: AddForm): void {
  for (const ending of endings) add(base + ending);
}

/** `word` without `ending`, if it ends so and enough is left. */
export function without(word: string, ending: string, shortestBase: number): string | undefined {
  return word.endsWith(ending) && word.length - ending.length >= shortestBase
    ? word.slice(0, -ending.length)
    : undefined;
}

/** Each of the endings is stripped where it is there, and takes the place of each other one. `''` among them is the bare base. */
export function exchangeEndings(word: string, endings: readonly string[], shortestBase: number, add: AddForm): void {
  for (const ending of endings) {
    const base = ending === '' ? (word.length >= shortestBase ? word : undefined) : without(word, ending, shortestBase);
    if (base !== undefined) addEndings(base, endings, add);
  }
}
