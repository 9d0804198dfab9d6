import { describe, expect, test } from 'vitest';
import { Environment, EnvironmentError } from '../../../functions/cloud/environment.ts';
import { queueVariable, secretVariable } from '../../../functions/cloud/variables.ts';

const environment = new Environment({ NAME: 'value', NONE: '', DAYS: '30', HALF: '1.5' });

describe('Environment', () => {
  test('answers what is set', () => {
    expect(environment.text('NAME')).toBe('value');
    expect(environment.count('DAYS')).toBe(30);
    expect(environment.oneOf('NAME', ['other', 'value'])).toBe('value');
  });

  test.each([
    { name: 'missing', read: () => environment.text('MISSING'), says: 'MISSING is not set; the stack sets it' },
    { name: 'empty', read: () => environment.text('NONE'), says: 'NONE is empty' },
    { name: 'no whole number', read: () => environment.count('HALF'), says: 'HALF is "1.5"; it takes a whole number' },
    {
      name: 'none of the values',
      read: () => environment.oneOf('NAME', ['a', 'b']),
      says: 'NAME is "value"; it takes a or b',
    },
  ])('says which variable is $name', ({ read, says }) => {
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow(says);
  });
});

test('variables of queues and secrets are named after them', () => {
  expect(queueVariable('arrivals')).toBe('LETTERLOCK_QUEUE_ARRIVALS');
  expect(secretVariable('session-signing')).toBe('LETTERLOCK_SECRET_SESSION_SIGNING');
});
