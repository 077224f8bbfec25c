import {
  context,
  isSpanContextValid,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { TokenRequestEvent } from "../events.ts";
import { ATTRIBUTE, describeOutcome, type Names } from "./attributes.ts";

export interface TokenSpansOptions {
  /** Called for each request: what it gives before there is an SDK records nothing, and may never do so. */
  readonly getTracer: () => Tracer;
  readonly names: Names;
  /** Epoch ms. */
  readonly now: () => number;
}

/**
 * Records a span of each token request: the root of a trace of its own, since any number of calls wait for it, linked with
 * the span of the call that caused it, both ways.
 */
export class TokenSpans {
  readonly #options: TokenSpansOptions;
  /** Of requests that are under way. */
  readonly #spans = new Map<TokenRequestEvent, Span>();

  constructor(options: TokenSpansOptions) {
    this.#options = options;
  }

  /** What is recorded of the request on its way, by undici's instrumentation for instance, becomes part of the span. */
  start(event: TokenRequestEvent): void {
    const { getTracer, names } = this.#options;
    const active = context.active();
    const cause = trace.getSpan(active);
    const causeContext = cause?.spanContext();
    const name = names.nameOf(event.client);
    const span = getTracer().startSpan(
      `token request ${name}`,
      {
        kind: SpanKind.CLIENT,
        root: true,
        links:
          causeContext !== undefined && isSpanContextValid(causeContext) ? [{ context: causeContext }] : [],
        attributes: {
          [ATTRIBUTE.clientName]: name,
          [ATTRIBUTE.renewalReason]: event.reason,
          [ATTRIBUTE.attempt]: event.attempt,
          ...names.describeServer(event),
        },
      },
      active,
    );
    if (!isSpanContextValid(span.spanContext())) return; // Nobody traces.
    this.#spans.set(event, span);
    cause?.addLink({ context: span.spanContext() });
    const { run = (request) => request() } = event;
    const within = trace.setSpan(active, span);
    event.run = (request) => context.with(within, () => run(request));
  }

  end(event: TokenRequestEvent): void {
    const span = this.#spans.get(event);
    if (span === undefined) return;
    this.#spans.delete(event);
    span.setAttributes(describeOutcome(event));
    if (event.error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
    if (event.expiresAt !== undefined) {
      span.setAttribute(ATTRIBUTE.timeToExpiry, (event.expiresAt - this.#options.now()) / 1000);
    }
    span.end();
  }
  /** Ends what is under way: what becomes of it is not recorded any more. */
  stop(): void {
    for (const span of this.#spans.values()) span.end();
    this.#spans.clear();
  }
}
