import { expect, vi } from "vitest";
import type { RedisStore } from "../../runtime/src/redis.ts";
import { atEnd } from "./disposal.ts";

/** Waits for what other processes and connections do. */
export function eventually<T>(check: () => T): Promise<Awaited<T>> {
  return vi.waitFor(check, { timeout: 15_000, interval: 20 }) as Promise<Awaited<T>>;
}

/** Collects what a store tells of, until the test that is running ends. */
export function listen(store: RedisStore): string[] {
  const heard: string[] = [];
  const stop = store.onChange((key) => heard.push(key));
  atEnd(() => void stop());
  return heard;
}

/** Listening begins by itself, some time after it was asked for. */
export async function waitUntilHeard(store: RedisStore, heard: string[]): Promise<void> {
  await eventually(async () => {
    await store.delete("probe");
    expect(heard).toContain("probe");
  });
}
