import { invalidOption } from "../errors.ts";
import type { Operation } from "../operation.ts";
import type { OperationInput } from "../serialize.ts";
import { compileExpected, type FindDifference } from "./expected-input.ts";
import type { MockOutcome } from "./mock-exchange.ts";
import type { MockedReply, ReplyOptions } from "./mocked-client.ts";
import { type WrittenAnswer, writeDeclared, writeUndeclared } from "./written-answer.ts";

/** What a reply does once its time has come. */
type Script =
  | { readonly kind: "silence" }
  | { readonly kind: "error"; readonly error: Error }
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly write: (input: OperationInput) => WrittenAnswer | Promise<WrittenAnswer>;
    };

/** One reply, and how often it was given. */
export class ReplyMock implements MockedReply {
  readonly script: Script;
  readonly findDifference: FindDifference;
  isPersistent = false;
  count = 1;
  used = 0;
  #delayMs = 0;

  constructor(script: Script, findDifference: FindDifference) {
    this.script = script;
    this.findDifference = findDifference;
  }

  get isUsedUp(): boolean {
    return !this.isPersistent && this.used >= this.count;
  }

  /** Whether a test made it in vain, or in part. */
  get isPending(): boolean {
    return this.used < this.count;
  }

  times(count: number): this {
    if (!(Number.isInteger(count) && count > 0))
      throw invalidOption("times", "must be a whole number of at least 1");
    this.count = count;
    this.isPersistent = false;
    return this;
  }

  persist(): this {
    this.count = 1;
    this.isPersistent = true;
    return this;
  }

  delay(ms: number): this {
    if (!(ms >= 0 && ms < 2 ** 31))
      throw invalidOption("delay", "must be a number of ms, of less than 25 days");
    this.#delayMs = ms;
    return this;
  }

  use(input: OperationInput): MockOutcome {
    this.used++;
    const { script } = this;
    const delayMs = this.#delayMs;
    if (script.kind !== "answer") return { ...script, delayMs };
    return { kind: "answer", status: script.status, delayMs, write: () => script.write(input) };
  }

  /** Why it does not answer a call. */
  explain(input: OperationInput): string {
    const { script } = this;
    const what = script.kind === "answer" ? String(script.status) : script.kind;
    if (this.isUsedUp) return `the reply ${what} was given ${this.used} of ${this.count} times`;
    return `the reply ${what} is for other calls: ${this.findDifference(input)}`;
  }
}

/** The ways to reply that a test has, to all calls of an operation or to some. */
class ReplyMaker {
  readonly #operation: Operation;
  readonly #findDifference: FindDifference;
  readonly #replies: ReplyMock[];

  constructor(operation: Operation, findDifference: FindDifference, replies: ReplyMock[]) {
    this.#operation = operation;
    this.#findDifference = findDifference;
    this.#replies = replies;
  }

  reply(status: number, body?: unknown, options: ReplyOptions = {}): MockedReply {
    const operation = this.#operation;
    const write = async (input: OperationInput) => {
      const given = typeof body === "function" ? await body(input) : body;
      return writeDeclared(operation, input, { status, body: given, options });
    };
    // Where no call decides the media type, a body that it can't have is refused here, and not when it is sent.
    if (options.contentType !== undefined && typeof body !== "function")
      writeDeclared(operation, {}, { status, body, options });
    return this.#add({ kind: "answer", status: parseStatus(status), write });
  }

  replyUndeclared(status: number, body?: unknown, options: ReplyOptions = {}): MockedReply {
    return this.#add({
      kind: "answer",
      status: parseStatus(status),
      write: () => writeUndeclared(body, options),
    });
  }

  replyWithError(error: Error = buildReset()): MockedReply {
    if (!(error instanceof Error)) throw invalidOption("replyWithError", "takes an Error");
    return this.#add({ kind: "error", error });
  }

  hang(): MockedReply {
    return this.#add({ kind: "silence" });
  }

  #add(script: Script): MockedReply {
    const reply = new ReplyMock(script, this.#findDifference);
    this.#replies.push(reply);
    return reply;
  }
}

/** A mocked operation: the replies that a test made for it, and its calls. */
export class OperationMock extends ReplyMaker {
  /** As a test names it: `listItems`, `orders.list`. */
  readonly name: string;
  readonly operation: Operation;
  readonly calls: OperationInput[] = [];
  readonly replies: ReplyMock[];

  constructor(name: string, operation: Operation) {
    const replies: ReplyMock[] = [];
    super(operation, () => undefined, replies);
    this.name = name;
    this.operation = operation;
    this.replies = replies;
  }

  when(expected: unknown): ReplyMaker {
    const { operation, name, replies } = this;
    return new ReplyMaker(operation, compileExpected(operation, expected, name), replies);
  }

  /** @returns undefined where no reply fits */
  take(input: OperationInput): MockOutcome | undefined {
    const fitting = this.replies.filter(
      (reply) => !reply.isUsedUp && reply.findDifference(input) === undefined,
    );
    const reply = fitting.find(({ isPersistent }) => !isPersistent) ?? fitting.at(-1);
    return reply?.use(input);
  }

  /** Why no reply fits. */
  explain(input: OperationInput): string {
    if (this.replies.length === 0) return `${this.name} has no reply`;
    return `of ${this.name}, ${this.replies.map((reply) => reply.explain(input)).join("; ")}`;
  }

  clear(): void {
    this.calls.length = 0;
    this.replies.length = 0;
  }
}

function parseStatus(status: number): number {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw invalidOption("reply: status", "must be that of a final answer: 200 to 599");
}

function buildReset(): Error {
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" });
}
