import type { TokenStore } from "../../runtime/src/token-store.ts";

export type StoreMethod = keyof TokenStore | "extend" | "release";

/** What stands in for an operation: it may fail, hang, be late, or say something else than what is so. */
export type Interference = (method: StoreMethod, key: string, work: () => unknown) => unknown;

export interface MemoryStore extends Required<TokenStore> {
  /** What processes put there, with its end by `performance.now()`. */
  readonly values: Map<string, { value: string; endsAt: number }>;
  readonly locks: Map<string, { owner: object; endsAt: number }>;
  /** `method`, one a call, in order. */
  readonly calls: StoreMethod[];
  readonly listeners: Set<(key: string) => void>;
  /** By default, each operation does what it is for. */
  interfere: Interference;
  /** Tells of a change that nobody made. */
  announce(key: string): void;
}

/** A store in memory that does all that a store may do, as well or as badly as a test says. */
export function createMemoryStore(): MemoryStore {
  const values: MemoryStore["values"] = new Map();
  const locks: MemoryStore["locks"] = new Map();
  const listeners: MemoryStore["listeners"] = new Set();
  const read = <T extends { endsAt: number }>(map: Map<string, T>, key: string) => {
    const found = map.get(key);
    return found !== undefined && performance.now() < found.endsAt ? found : undefined;
  };
  const announce = (key: string) => listeners.forEach((listener) => void queueMicrotask(() => listener(key)));
  const put = (key: string, value: string, ttlMs: number) => {
    values.set(key, { value, endsAt: performance.now() + ttlMs });
    announce(key);
  };
  // biome-ignore lint/suspicious/noExplicitAny: what stands in may give anything
  const run = async (method: StoreMethod, key: string, work: () => unknown): Promise<any> => {
    store.calls.push(method);
    return store.interfere(method, key, work);
  };
  const createLock = (key: string, owner: object) => {
    const own = () => read(locks, key)?.owner === owner;
    return {
      extend: (ttlMs: number) =>
        run("extend", key, () => own() && locks.set(key, { owner, endsAt: performance.now() + ttlMs })),
      release: () => run("release", key, () => own() && locks.delete(key)),
    };
  };
  const store: MemoryStore = {
    values,
    locks,
    listeners,
    calls: [],
    interfere: (_method, _key, work) => work(),
    announce,
    get: (key) => run("get", key, () => read(values, key)?.value),
    set: (key, value, ttlMs) => run("set", key, () => put(key, value, ttlMs)),
    delete: (key) =>
      run("delete", key, () => {
        values.delete(key);
        announce(key);
      }),
    compareAndSet: (key, expected, value, ttlMs) =>
      run("compareAndSet", key, () => {
        const isExpected = read(values, key)?.value === expected;
        if (isExpected) put(key, value, ttlMs);
        return isExpected;
      }),
    lock: (key, ttlMs) =>
      run("lock", key, () => {
        if (read(locks, key) !== undefined) return undefined;
        const owner = {};
        locks.set(key, { owner, endsAt: performance.now() + ttlMs });
        return createLock(key, owner);
      }),
    onChange(listener) {
      store.calls.push("onChange");
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return store;
}

/** The same, of a user who knows of keys and values alone. */
export function keepPlain({ get, set, delete: remove }: TokenStore): TokenStore {
  return { get, set, delete: remove };
}
