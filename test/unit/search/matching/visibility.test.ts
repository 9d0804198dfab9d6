import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLAGS, type IndexDocument } from '../../../../shared/search/index-document.ts';
import { pageOf } from '../../../../shared/search/matching/page-of.ts';
import type { SortOrder } from '../../../../shared/search/matching/results.ts';
import { searchUnits } from '../../../../shared/search/matching/search-units.ts';
import type { SearchedUnit, Sight, Visibility } from '../../../../shared/search/matching/searched-unit.ts';
import type { Query } from '../../../../shared/search/query/query.ts';
import { documentsArbitrary, mail, queryArbitrary, SEES_ALL } from './arbitrary-mail.ts';
import { modelSnapshot } from './model-segment.ts';

const SORTS: readonly SortOrder[] = ['newest', 'oldest', 'relevance', 'size', 'from', 'subject'];
const HEADERS = new Set(['from', 'to', 'cc', 'subject', 'messageId']);

/** The message with other content: texts but those of header fields, attachments, what its structure tells. */
function withOtherContent(document: IndexDocument, other: IndexDocument, sight: Sight): IndexDocument {
  const isHeader = ({ field }: { field: string }) => HEADERS.has(field) && (field !== 'subject' || sight === 'headers');
  const content = FLAGS.encrypted | FLAGS.signed | FLAGS.unreadableAttachment;
  return {
    ...document,
    flags: (document.flags & ~content) | (other.flags & content),
    attachmentTypes: other.attachmentTypes,
    texts: [...document.texts.filter(isHeader), ...other.texts.filter((text) => !isHeader(text))],
    summary: sight === 'headers' ? document.summary : { ...document.summary, subject: other.summary.subject },
  };
}

async function everythingShown(documents: readonly IndexDocument[], visibility: Visibility, query: Query) {
  const half = Math.ceil(documents.length / 2);
  const segments = [documents.slice(0, half), documents.slice(half)]
    .filter((part) => part.length > 0)
    .map((part, n) => modelSnapshot(`s${n}`, part));
  const units: SearchedUnit[] = [{ mailboxId: 'm0', part: 'all', segments, visibility }];
  const shown: unknown[] = [];
  for (const sort of SORTS) {
    const result = await searchUnits(units, query, { sort, limit: 7 });
    shown.push(result, await pageOf(units, query, result.items));
  }
  return shown;
}

/** What is found of a unit of one segment, but for where in the segment it stands. */
async function everythingFound(documents: readonly IndexDocument[], visibility: Visibility, query: Query) {
  const segments = documents.length > 0 ? [modelSnapshot('s', documents)] : [];
  const units: SearchedUnit[] = [{ mailboxId: 'm0', part: 'all', segments, visibility }];
  const shown: unknown[] = [];
  for (const sort of SORTS) {
    const { items, total, totalIsExact, facets } = await searchUnits(units, query, { sort, limit: 7 });
    const ids = items.map(({ archiveId }) => archiveId);
    shown.push({ total, totalIsExact, facets, ids }, await pageOf(units, query, items));
  }
  return shown;
}

describe('what somebody may not read', () => {
  test('changes nothing of what a reader of headers gets', async () => {
    await fc.assert(
      fc.asyncProperty(
        documentsArbitrary,
        documentsArbitrary,
        queryArbitrary,
        fc.constantFrom<Sight>('headers', 'headersWithoutSubject'),
        async (mails, others, query, sight) => {
          const documents = mails.map(({ document }) => document);
          const changed = documents.map((document, n) =>
            withOtherContent(document, others[n]?.document ?? mail('x'), sight),
          );
          const visibility: Visibility = { ...SEES_ALL, sight, hiddenBcc: true };
          expect(await everythingShown(changed, visibility, query)).toEqual(
            await everythingShown(documents, visibility, query),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  test('changes nothing where only private mail is closed', async () => {
    await fc.assert(
      fc.asyncProperty(
        documentsArbitrary,
        documentsArbitrary,
        queryArbitrary,
        fc.constantFrom<Sight>('headers', 'headersWithoutSubject'),
        async (mails, others, query, privateSight) => {
          const documents = mails.map(({ document }) => document);
          const changed = documents.map((document, n) => {
            if ((document.flags & FLAGS.private) === 0) return document;
            return withOtherContent(document, others[n]?.document ?? mail('x'), privateSight);
          });
          const visibility: Visibility = { ...SEES_ALL, privateSight, hiddenBcc: true };
          expect(await everythingShown(changed, visibility, query)).toEqual(
            await everythingShown(documents, visibility, query),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  test('is restricted mail, of which nothing is told to anybody else', async () => {
    await fc.assert(
      fc.asyncProperty(documentsArbitrary, queryArbitrary, fc.boolean(), async (mails, query, withoutCovered) => {
        const documents = mails.map(({ document }) => document);
        const open = documents.filter(({ flags }) => (flags & FLAGS.restricted) === 0);
        const visibility: Visibility = { ...SEES_ALL, withoutCovered };
        expect(await everythingFound(documents, visibility, query)).toEqual(
          await everythingFound(open, visibility, query),
        );
        // Flag or none, whoever may see it finds it.
        const unflagged = documents.map((document) => ({ ...document, flags: document.flags & ~FLAGS.restricted }));
        const seesAll: Visibility = { ...visibility, restricted: true };
        expect(await everythingFound(documents, seesAll, query)).toEqual(
          await everythingFound(unflagged, seesAll, query),
        );
      }),
      { numRuns: 150 },
    );
  });

  test('is hidden blind copies, but for auditors', async () => {
    const documents = [mail('a', { texts: [{ field: 'hiddenBcc', text: 'eve@x.org' }] }), mail('b')];
    const found = async (visibility: Visibility, fields: { fields?: readonly ['bcc', 'hiddenBcc'] }) => {
      const unit = { mailboxId: 'm', part: 'all', segments: [modelSnapshot('s', documents)], visibility };
      const query: Query = { kind: 'text', text: 'eve', form: 'word', ...fields };
      const [yes, no] = [query, { kind: 'not', of: query } as const].map((one) =>
        searchUnits([unit], one, { sort: 'newest', limit: 5 }),
      );
      return [await yes, await no].map((result) => result?.items.map(({ archiveId }) => archiveId));
    };
    for (const fields of [{}, { fields: ['bcc', 'hiddenBcc'] as const }]) {
      expect(await found(SEES_ALL, fields)).toEqual([[], ['a', 'b']]);
      expect(await found({ ...SEES_ALL, hiddenBcc: true }, fields)).toEqual([['a'], ['b']]);
    }
  });
});
