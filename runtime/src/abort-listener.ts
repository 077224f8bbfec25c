import { LinkedItem, LinkedList } from "./linked-list.ts";

/** Who is told when a signal is aborted, and the one listener that the signal itself has. */
interface Group {
  readonly listeners: LinkedList<AbortListener>;
  readonly abort: () => void;
}

const groups = new WeakMap<AbortSignal, Group>();

/**
 * Is told when a signal is aborted, until it stops.
 *
 * A signal walks through all its listeners whenever one comes or goes. One that ends a whole worker goes with every call
 * under way: all of them share one listener, which is gone once nobody needs it.
 */
export class AbortListener extends LinkedItem {
  readonly #tell: () => void;
  readonly #signal: AbortSignal;
  readonly #group: Group;

  /** @param signal - not aborted yet */
  constructor(signal: AbortSignal, tell: () => void) {
    super();
    this.#tell = tell;
    this.#signal = signal;
    this.#group = findGroup(signal);
    const { listeners, abort } = this.#group;
    if (listeners.isEmpty) signal.addEventListener("abort", abort, { once: true });
    listeners.add(this);
  }

  stop(): void {
    if (!this.isLinked) return;
    const { listeners, abort } = this.#group;
    listeners.remove(this);
    if (listeners.isEmpty) this.#signal.removeEventListener("abort", abort);
  }

  /** One that fails keeps no other from being told, as with listeners of the signal's own. */
  static tellAll(listeners: LinkedList<AbortListener>): void {
    for (const listener of listeners.filter(() => true)) {
      if (!listener.isLinked) continue; // Stopped by one of those before it.
      listeners.remove(listener);
      try {
        listener.#tell();
      } catch (error) {
        process.nextTick(() => {
          throw error;
        });
      }
    }
  }
}

function findGroup(signal: AbortSignal): Group {
  let group = groups.get(signal);
  if (group === undefined) {
    const listeners = new LinkedList<AbortListener>();
    group = { listeners, abort: () => AbortListener.tellAll(listeners) };
    groups.set(signal, group);
  }
  return group;
}
