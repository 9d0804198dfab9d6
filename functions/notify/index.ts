import { cloudMailer } from '../cloud/cloud-mailer.ts';
import { Environment } from '../cloud/environment.ts';
import { processPorts } from '../cloud/process-ports.ts';
import { VARIABLES } from '../cloud/variables.ts';
import { createHandler } from './handler.ts';

const environment = new Environment();
const ports = { ...processPorts(), mailer: cloudMailer(environment) };

export const handler = createHandler(ports, environment.text(VARIABLES.alarmAddress));
