import { expect, test } from 'vitest';
import { readSettings } from '../../../infra/local/settings.ts';
import { lockWarning } from '../../../shared/domain/retention/lock-mode.ts';

test.each([
  { value: '', is: undefined },
  { value: 'off', is: undefined },
  { value: 'governance', is: 'governance' },
  { value: 'compliance', is: 'compliance' },
])('LETTERLOCK_OBJECT_LOCK "$value" locks in mode $is', ({ value, is }) => {
  expect(readSettings({ LETTERLOCK_OBJECT_LOCK: value }).objectLock).toBe(is);
});

test('what is no mode is refused', () => {
  expect(() => readSettings({ LETTERLOCK_OBJECT_LOCK: 'COMPLIANCE' })).toThrow(
    'it takes off, governance or compliance',
  );
});

test('compliance is warned of', () => {
  expect(lockWarning('compliance')).toContain('cannot be undone');
  expect(lockWarning('governance')).toBeUndefined();
});
