import { describe, expect, test } from 'vitest';
import { domainOf } from '../../../shared/domain/address.ts';
import { addresseesOf, type EvidenceRules } from '../../../shared/domain/addressees.ts';
import type { JournalReport } from '../../../shared/domain/journal-report.ts';
import { readOriginal } from '../../../shared/mail/read-original.ts';
import { ENDPOINT, received, systems } from './mail-systems.ts';

const rules = (...trustedHosts: readonly string[]): EvidenceRules => ({
  isEndpointAddress: (address) => domainOf(address) === 'journal.example.org',
  trustedHosts,
});

const FIELDS = {
  From: 'Anna <anna@example.org>',
  To: 'Bert <bert@example.org>',
  Cc: 'carl@example.net',
  Subject: 'Plan',
};

/** A mail with `trace` on top; `fields` replace those of the same name. */
function factsOf(trace: readonly string[], fields: readonly string[] = []) {
  const names = fields.map((field) => field.slice(0, field.indexOf(':')));
  const own = Object.entries(FIELDS).filter(
    ([name]) => !names.includes(name) && !(name === 'Cc' && names.includes('To')),
  );
  const lines = [...trace, ...own.map(([name, value]) => `${name}: ${value}`), ...fields, '', 'Hello', ''];
  const facts = readOriginal(Buffer.from(lines.join('\r\n')));
  if (!facts) throw new Error('no message');
  return facts;
}

const envelope = (mailFrom: string, rcptTo: readonly string[] = []) => ({ mailFrom, rcptTo: [ENDPOINT, ...rcptTo] });

describe('whose mail it is, by mail system', () => {
  test.each(systems)('$system', ({ mailFrom, rcptTo, trusts, trace, fields, basis, senders, recipients }) => {
    const trusting = trusts === undefined ? rules() : rules(trusts);
    const found = addresseesOf(factsOf(trace, fields), envelope(mailFrom, rcptTo), undefined, trusting);
    expect(found).toEqual({ basis, senders, recipients });
  });
});

const report = (said: Partial<JournalReport>): JournalReport => ({ sender: '', recipients: [], ...said });
const TRUSTED = ['Delivered-To: dora@example.org', 'Received: from x by mx.example.org; y'];

describe('the order of evidence', () => {
  test('an Exchange report beats fields of a trusted host, the envelope and the header fields', () => {
    const said = report({
      sender: 'assistant@example.org',
      onBehalfOf: 'BOSS@example.org',
      recipients: [
        { address: 'Erik@Example.org', kind: 'bcc' },
        { address: 'erik@example.org', kind: 'to', expanded: 'all@example.org' },
        { address: ENDPOINT, kind: 'recipient' },
        { address: '/o=Contoso/cn=fay', kind: 'to' },
      ],
    });
    const found = addresseesOf(factsOf(TRUSTED), envelope('x@y.z', ['gus@example.org']), said, rules('mx.example.org'));
    expect(found).toEqual({
      basis: 'report',
      senders: ['assistant@example.org', 'boss@example.org'],
      recipients: ['erik@example.org'],
    });
  });

  test('a report that names nobody is still the evidence: nothing is added from elsewhere', () => {
    const found = addresseesOf(
      factsOf(TRUSTED),
      envelope('x@y.z', ['gus@example.org']),
      report({}),
      rules('mx.example.org'),
    );
    expect(found).toEqual({ basis: 'report', senders: [], recipients: [] });
  });

  test('fields of a trusted host beat the envelope', () => {
    const found = addresseesOf(
      factsOf(TRUSTED),
      envelope('x@y.z', ['gus@example.org']),
      undefined,
      rules('mx.example.org'),
    );
    expect(found).toEqual({ basis: 'envelope', senders: ['x@y.z'], recipients: ['dora@example.org'] });
  });

  test('the first trusted host ends the evidence, not the last', () => {
    const trace = [...TRUSTED, 'Delivered-To: boss@example.org', 'Received: from evil by mx.example.org; y'];
    const { recipients } = addresseesOf(factsOf(trace), envelope('x@y.z'), undefined, rules('mx.example.org'));
    expect(recipients).toEqual(['dora@example.org']);
  });

  test('one of several trusted hosts is enough', () => {
    const { recipients } = addresseesOf(
      factsOf(TRUSTED),
      envelope('x@y.z'),
      undefined,
      rules('a.example', 'mx.example.org'),
    );
    expect(recipients).toEqual(['dora@example.org']);
  });
});

describe('a Received field', () => {
  test.each(received)('%j: written by the trusted host? %s', (value, isTrusted) => {
    const trace = ['Delivered-To: dora@example.org', `Received: ${value}`];
    const { basis } = addresseesOf(factsOf(trace), envelope('x@y.z'), undefined, rules('mx.example.org'));
    expect(basis).toBe(isTrusted ? 'envelope' : 'header');
  });

  test('of 1 MB takes linear time', () => {
    const trace = ['Delivered-To: dora@example.org', `Received: ${'by '.repeat(300_000)}`];
    const facts = factsOf(trace);
    const start = performance.now();
    addresseesOf(facts, envelope('x@y.z'), undefined, rules('mx.example.org'));
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
