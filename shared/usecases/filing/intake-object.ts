import type { ArrivalFacts, ArrivalSource, Envelope } from '../../domain/arrival.ts';
import { EnvelopeMissingError } from '../../errors.ts';
import { type Enveloped, envelopeLine, parseEnveloped } from '../../mail/enveloped-bytes.ts';
import type { Ports } from '../../ports/ports.ts';
import type { ByteBudget } from '../byte-budget.ts';
import type { FilingDirectory } from '../filing-directory.ts';
import type { FilingContext } from './filing-context.ts';

/** Intake objects whose envelope is written in front of the bytes: those of our own listener. */
export const ENVELOPED_INTAKE = 'incoming/smtp-';
/** Intake objects of mail that was fetched, likewise. */
export const FETCHED_INTAKE = 'incoming/fetch-';
/** What a mail service stores here is the bytes alone; it tells the envelope by a message of its own. */
export const SERVICE_INTAKE = 'incoming/ses/';

/** What stands in a message of the queue `arrivals`: a nudge, the object is the work. */
export interface ArrivalNudge {
  readonly intakeKey: string;
  /** Of the intake object, where it is known: lets whoever files it bound the memory it uses. */
  readonly sizeBytes?: number;
  /** What a mail service said of it, which is nowhere else. */
  readonly told?: ToldFacts;
}

/** What is known of an arrival from outside its bytes before its endpoints are looked up. */
export type ToldFacts = Pick<ArrivalFacts, 'receivedAt' | 'envelope'>;

/** So much is read of an object of unknown size before it is known to be larger: nearly all mail is smaller. */
const FIRST_READ_BYTES = 1024 * 1024;

/**
 * Reads what lies in intake, within the budget, and hands it to `work`, whose answer is answered; `undefined` where
 * the object is gone. Throws `DamagedError` or `EnvelopeMissingError` where its envelope cannot be had.
 */
export async function withIntakeObject<T>(
  context: Pick<FilingContext, 'directory' | 'journalDomain'> & { readonly ports: Pick<Ports, 'intake'> },
  budget: ByteBudget,
  nudge: ArrivalNudge,
  work: (enveloped: Enveloped) => Promise<T>,
): Promise<T | undefined> {
  const { intake } = context.ports;
  const { intakeKey, sizeBytes } = nudge;
  const worked = async (body: Uint8Array) => await work(await enveloped(context, nudge, body));
  const whole = async () => {
    const object = await intake.get(intakeKey);
    return object && (await worked(object.body));
  };
  if (sizeBytes !== undefined) return await budget.run(sizeBytes, whole);
  const start = await budget.run(FIRST_READ_BYTES, async () => {
    const object = await intake.get(intakeKey, { start: 0, end: FIRST_READ_BYTES });
    if (!object || object.sizeBytes > FIRST_READ_BYTES) return { largerBytes: object?.sizeBytes };
    return { done: await worked(object.body) };
  });
  return start.largerBytes === undefined ? start.done : await budget.run(start.largerBytes, whole);
}

async function enveloped(
  context: Pick<FilingContext, 'directory' | 'journalDomain'> & { readonly ports: Pick<Ports, 'intake'> },
  { intakeKey, told }: ArrivalNudge,
  body: Uint8Array,
): Promise<Enveloped> {
  if (!intakeKey.startsWith(SERVICE_INTAKE)) return parseEnveloped(intakeKey, body);
  const known = told ?? (await toldBeside(context.ports, intakeKey));
  if (!known) throw new EnvelopeMissingError(intakeKey);
  const raw = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return { facts: { ...known, source: await sourceOf(context, known.envelope) }, raw };
}

/** The endpoints that an envelope names. */
async function sourceOf(
  {
    directory,
    journalDomain,
  }: { readonly directory: Pick<FilingDirectory, 'endpointAt'>; readonly journalDomain: string },
  { rcptTo }: Envelope,
): Promise<ArrivalSource> {
  const local = rcptTo.filter((address) => address.toLowerCase().endsWith(`@${journalDomain}`));
  const localParts = local.map((address) => address.slice(0, address.lastIndexOf('@')));
  const found = await Promise.all(localParts.map((localPart) => directory.endpointAt(localPart)));
  const endpoints = found.filter((endpoint) => endpoint !== undefined);
  const endpointIds = [...new Set(endpoints.map(({ endpointId }) => endpointId))];
  const formerEndpointIds = endpointIds.filter((id) =>
    endpoints.every(({ endpointId, former }) => former || endpointId !== id),
  );
  return { kind: 'journal', endpointIds, ...(formerEndpointIds.length > 0 && { formerEndpointIds }) };
}

/** Where what a mail service said of an object is kept once its message will not be handled in the first go. */
function besideKey(intakeKey: string): string {
  return `${intakeKey}.envelope`;
}

/** Whether a key of intake is that of an arrival. */
export function isArrivalKey(key: string): boolean {
  return !key.endsWith('.envelope') && !key.endsWith('/AMAZON_SES_SETUP_NOTIFICATION');
}

/** Makes durable what a mail service said, where nothing else does: its message may be lost before it is done. */
export async function keepTold({ intake }: Pick<Ports, 'intake'>, { intakeKey, told }: ArrivalNudge): Promise<void> {
  if (!told) return;
  const facts: ArrivalFacts = { ...told, source: { kind: 'journal', endpointIds: [] } };
  await intake.put(besideKey(intakeKey), envelopeLine(facts), { ifAbsent: true });
}

export async function toldBeside({ intake }: Pick<Ports, 'intake'>, intakeKey: string): Promise<ToldFacts | undefined> {
  const key = besideKey(intakeKey);
  const object = await intake.get(key);
  if (!object) return undefined;
  const { receivedAt, envelope } = parseEnveloped(key, object.body).facts;
  return { receivedAt, envelope };
}

/** Removes an arrival that is filed, and what was said of it. */
export async function emptyIntake({ intake }: Pick<Ports, 'intake'>, intakeKey: string): Promise<void> {
  await intake.delete(intakeKey);
  if (intakeKey.startsWith(SERVICE_INTAKE)) await intake.delete(besideKey(intakeKey));
}
