import type { FieldName } from '../field.ts';
import { FLAGS } from '../index-document.ts';
import { NONE, negated, type Plan, simplified } from './plan.ts';
import type { Sight, Visibility } from './searched-unit.ts';

const SIGHTS = ['headersWithoutSubject', 'headers', 'all'] as const satisfies readonly Sight[];
const HEADER_FIELDS: readonly FieldName[] = ['from', 'to', 'cc', 'subject', 'messageId'];
/** What a header summary shows, or the folder it stands in. */
const HEADER_FLAGS = FLAGS.sent | FLAGS.received | FLAGS.hasAttachments;

/** How much of messages marked private is seen. */
export function sightOfPrivate({ sight, privateSight }: Visibility): Sight {
  return SIGHTS[Math.min(SIGHTS.indexOf(sight), SIGHTS.indexOf(privateSight))] ?? 'headersWithoutSubject';
}

/** Whether words in the field are found. */
export function isSeen(field: FieldName, sight: Sight, hiddenBcc: boolean): boolean {
  if (sight === 'all') return field !== 'hiddenBcc' || hiddenBcc;
  return HEADER_FIELDS.includes(field) && (field !== 'subject' || sight === 'headers');
}

/** Whether the filter asks for what only somebody who reads the message knows. */
export function isOfContent(plan: { readonly kind: string; readonly flag?: number }): boolean {
  return plan.kind === 'type' || (plan.kind === 'flag' && ((plan.flag ?? 0) & HEADER_FLAGS) === 0);
}

/** The plan as it may be asked of a unit: its mailbox is known, and what is not seen is asked of nothing. */
export function planForUnit(plan: Plan, mailboxId: string, visibility: Visibility): Plan {
  switch (plan.kind) {
    case 'and':
    case 'or':
      return simplified(
        plan.kind,
        plan.of.map((part) => planForUnit(part, mailboxId, visibility)),
      );
    case 'not':
      return negated(planForUnit(plan.of, mailboxId, visibility));
    case 'mailbox':
      return plan.mailboxId === mailboxId ? { kind: 'everything' } : NONE;
    case 'text':
    case 'near': {
      const fields = plan.fields.filter((field) => isSeen(field, visibility.sight, visibility.hiddenBcc));
      return fields.length === 0 ? NONE : { ...plan, fields };
    }
    default:
      return visibility.sight !== 'all' && isOfContent(plan) ? NONE : plan;
  }
}

/** The sort dates outside of which nothing matches. */
export function dateBounds(plan: Plan): { readonly from: number; readonly to: number } {
  if (plan.kind === 'date') return plan;
  if (plan.kind === 'none') return { from: Infinity, to: -Infinity };
  if (plan.kind !== 'and' && plan.kind !== 'or') return { from: -Infinity, to: Infinity };
  const bounds = plan.of.map(dateBounds);
  const [froms, tos] = [bounds.map(({ from }) => from), bounds.map(({ to }) => to)];
  return plan.kind === 'and'
    ? { from: Math.max(...froms), to: Math.min(...tos) }
    : { from: Math.min(...froms), to: Math.max(...tos) };
}
