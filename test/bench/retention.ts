import { decisionFigures } from './retention/decisions.ts';
import { purgeFigures } from './retention/purges.ts';

/** `--messages=1000000` for what is asked: takes some GB of disk. */
const messages = Number(
  process.argv.find((word) => word.startsWith('--messages='))?.slice('--messages='.length) ?? 20_000,
);

/**
 * Prints what retention costs, as JSON: decisions by the number of policies, and a retention job.
 * usage: node test/bench/retention.ts [PART ...] [--messages=N]; without any, all parts
 */
const PARTS: { readonly [part: string]: () => Promise<object> | object } = {
  decisions: decisionFigures,
  purges: () => purgeFigures(messages),
};

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const unknown = wanted.find((part) => !Object.hasOwn(PARTS, part));
if (unknown !== undefined) throw new Error(`there is no part ${unknown}; there are ${Object.keys(PARTS).join(', ')}`);
const figures: { [part: string]: object } = {};
for (const [part, measure] of Object.entries(PARTS)) {
  if (wanted.length === 0 || wanted.includes(part)) figures[part] = await measure();
}
console.log(JSON.stringify(figures, undefined, 2));
