import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { MAX_DRAINED_BYTES, MAX_DRAINING_MS } from "../draining.ts";

type Handler = Dispatcher.DispatchHandler;
type Controller = Dispatcher.DispatchController;
export type ResponseStart = Parameters<NonNullable<Handler["onResponseStart"]>>;

/**
 * A rejected answer that its caller has not seen yet, and may never see: it is held until it is either released,
 * whole, or dropped in favour of another.
 */
export class HeldResponse {
  readonly #start: ResponseStart;
  readonly #chunks: Buffer[] = [];
  readonly #abortRequest: (reason: Error) => void;
  #onAbort: (reason: unknown) => void;
  #state: "held" | "released" | "dropped" | "aborted" = "held";
  #bytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #trailers: IncomingHttpHeaders | undefined;
  #error: Error | undefined;

  /** @param onAbort - called once if the caller gives up while the answer is held */
  constructor(start: ResponseStart, onAbort: (reason: unknown) => void) {
    this.#start = start;
    this.#onAbort = onAbort;
    const [controller] = start;
    this.#abortRequest = controller.abort.bind(controller);
    this.#watch(controller);
  }

  /** The caller gave up and was told: nothing may follow. */
  get isAborted(): boolean {
    return this.#state === "aborted";
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#state === "held") this.#chunks.push(chunk);
    if (this.#isLong) this.#stop();
  }

  end(trailers: IncomingHttpHeaders): void {
    this.#trailers = trailers;
    clearTimeout(this.#timer);
  }

  break(error: Error): void {
    this.#error = error;
    clearTimeout(this.#timer);
  }

  abort(reason: unknown): void {
    clearTimeout(this.#timer);
    if (this.#state !== "held") return;
    this.#state = "aborted";
    this.#onAbort(reason);
  }

  /** Gives the caller everything held back; what still comes goes to the caller directly. */
  release(handler: Handler): void {
    this.#state = "released";
    const [controller] = this.#start;
    try {
      handler.onResponseStart?.(...this.#start);
      for (const chunk of this.#chunks) handler.onResponseData?.(controller, chunk);
      if (this.#trailers !== undefined) handler.onResponseEnd?.(controller, this.#trailers);
      else if (this.#error !== undefined) handler.onResponseError?.(controller, this.#error);
      else if (this.#isLong) controller.resume();
    } catch (error) {
      controller.abort(error as Error); // As undici does when a handler throws.
    }
  }

  /**
   * The caller gets another answer: reads this one away, so that its connection serves again, if that is soon done.
   *
   * @param onAbort - called if the caller gives up: until another request starts, it has no other controller
   */
  drop(onAbort: (reason: unknown) => void): void {
    this.#state = "dropped";
    this.#onAbort = onAbort;
    this.#chunks.length = 0;
    if (this.#trailers !== undefined || this.#error !== undefined) return;
    if (this.#isLong) this.#stop();
    else this.#timer = setTimeout(() => this.#stop(), MAX_DRAINING_MS);
  }

  get #isLong(): boolean {
    return this.#bytes > MAX_DRAINED_BYTES;
  }

  /** Too long: waits for what is decided, and gives the connection up once that is a re-send. */
  #stop(): void {
    if (this.#state === "held") this.#start[0].pause();
    else this.#abortRequest(new Error("the rest of the rejected answer is not needed"));
  }

  /** Once an answer is complete, an abort means nothing to undici; while it is held, the call is not over. */
  #watch(controller: Controller): void {
    controller.abort = (reason) => {
      this.#abortRequest(reason);
      if (this.#state === "dropped") this.#onAbort(reason);
      else this.abort(reason);
    };
  }
}
