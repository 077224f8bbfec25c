import { chooseBackOffMs } from "../back-off.ts";
import { publishStoreFailure } from "../events.ts";
import { nameReplyError } from "./reply-error.ts";

/** What both libraries' clients are. */
export interface Emitter {
  // biome-ignore lint/suspicious/noExplicitAny: the libraries type each of their events
  on(event: any, listener: (...args: any[]) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  off(event: any, listener: (...args: any[]) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  listenerCount(event: any): number;
}

/** Told how listening goes. */
export interface Progress {
  begun(): void;
  /** It is over, and the connection for it is of no more use; without an error where somebody meant that. */
  lost(error?: unknown): void;
}

/** How a library's client listens. */
export interface Listening {
  /** Whether the client can be used: its owner wants it to be connected. */
  isOpen(): boolean;
  /** @returns what ends it, at any time; not called before this returned */
  begin(progress: Progress): () => void;
}

/** Said by one or the other client when it is connected, and when its owner closed it. */
const [CONNECTED, CLOSED] = [
  ["connect", "ready"],
  ["end", "disconnect"],
];

/** Listens for as long as the client is open, on and on: what fails is tried again after a while. Holds no process open. */
export class Subscription {
  readonly #listening: Listening;
  readonly #stopFollowing: () => void;
  #isWanted = true;
  #end: (() => void) | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;

  constructor(client: Emitter, listening: Listening) {
    this.#listening = listening;
    const resume = () => this.#begin();
    const pause = () => this.#pause();
    for (const event of CONNECTED) client.on(event, resume);
    for (const event of CLOSED) client.on(event, pause);
    this.#stopFollowing = () => {
      for (const event of CONNECTED) client.off(event, resume);
      for (const event of CLOSED) client.off(event, pause);
    };
    this.#begin();
  }

  close(): void {
    this.#isWanted = false;
    this.#stopFollowing();
    this.#pause();
    clearTimeout(this.#retry);
  }

  #pause(): void {
    this.#end?.();
    this.#end = undefined;
    if (this.#isWanted) this.#beginLater();
  }

  #begin(): void {
    if (this.#end !== undefined) return;
    if (!this.#listening.isOpen()) {
      this.#beginLater();
      return;
    }
    const end = this.#listening.begin({
      begun: () => {
        this.#failures = 0;
      },
      lost: (error) => {
        if (this.#end !== end) return;
        if (error !== undefined) publishStoreFailure("onChange", nameReplyError(error));
        this.#pause();
      },
    });
    this.#end = end;
  }

  #beginLater(): void {
    clearTimeout(this.#retry);
    this.#failures += 1;
    this.#retry = setTimeout(() => this.#begin(), chooseBackOffMs(this.#failures)).unref();
  }
}
