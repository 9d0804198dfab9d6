import { StorageError } from '../../../../shared/errors.ts';
import type { Ports } from '../../../../shared/ports/ports.ts';

/**
 * Ports whose tables and archive fail at the writes that `dies` says, before anything is written. `key` is that of the
 * object, or the partition of the item.
 */
export function dyingPorts<Of extends Ports>(ports: Of, dies: (method: string, key: string) => boolean): Of {
  const dying = <Store extends object>(store: Store): Store =>
    new Proxy(store, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        return (...given: readonly unknown[]) => {
          const isWrite = /^(put|delete|batch)/.test(String(name));
          if (isWrite && dies(String(name), keyOf(given))) throw new StorageError('the process died');
          return method.apply(target, given);
        };
      },
    });
  return { ...ports, tables: dying(ports.tables), archive: dying(ports.archive) };
}

/** Ports that fail for ever once they were asked for so many writes. */
export function dyingAfter<Of extends Ports>(ports: Of, writes: number): Of {
  let left = writes;
  return dyingPorts(ports, () => --left < 0);
}

function keyOf([first, second]: readonly unknown[]): string {
  if (typeof second === 'object' && second !== null && 'pk' in second) return String(second.pk);
  return String(first);
}
