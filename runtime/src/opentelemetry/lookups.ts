import type { ObservableResult } from "@opentelemetry/api";
import type { TokenCacheEvent } from "../events.ts";
import { ATTRIBUTE, type Names } from "./attributes.ts";

type Layer = TokenCacheEvent["layer"];

const LAYERS: readonly Layer[] = ["memory", "store"];

interface Counts {
  hit: number;
  miss: number;
}

/**
 * Counts looks into the caches. They are counted here and handed over when metrics are collected, since they are as many
 * as calls, and an instrument's own counting costs more than to look.
 */
export class Lookups {
  readonly #names: Names;
  readonly #counts = new Map<string, Readonly<Record<Layer, Counts>>>();

  constructor(names: Names) {
    this.#names = names;
  }

  note({ client, layer, hit }: TokenCacheEvent): void {
    const name = this.#names.nameOf(client);
    let counts = this.#counts.get(name);
    if (counts === undefined) {
      counts = { memory: { hit: 0, miss: 0 }, store: { hit: 0, miss: 0 } };
      this.#counts.set(name, counts);
    }
    counts[layer][hit ? "hit" : "miss"]++;
  }

  observe(result: ObservableResult): void {
    for (const [name, counts] of this.#counts) {
      for (const layer of LAYERS) this.#observeLayer(result, name, layer, counts[layer]);
    }
  }

  #observeLayer(result: ObservableResult, name: string, layer: Layer, counts: Counts): void {
    if (counts.hit + counts.miss === 0) return; // Where there is no store.
    for (const outcome of ["hit", "miss"] as const) {
      result.observe(counts[outcome], {
        [ATTRIBUTE.clientName]: name,
        [ATTRIBUTE.cacheLayer]: layer,
        [ATTRIBUTE.cacheResult]: outcome,
      });
    }
  }
}
