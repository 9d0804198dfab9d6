import { Environment } from '../cloud/environment.ts';
import { cloudFiling } from '../cloud/filing.ts';
import { createHandler } from './handler.ts';

const { context, budget } = cloudFiling(new Environment());

export const handler = createHandler(context, budget);
