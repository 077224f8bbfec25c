import type { ServerSentEvent } from "../item-stream/event-parser.ts";
import type { ItemStream } from "../item-stream.ts";

/** A mock for each operation of a generated client, by the names of its methods; groups are objects of their own. */
export type MockedClient<Client> = {
  readonly [Name in Exclude<keyof Client, symbol | "paths">]: MockedMember<Client[Name]>;
};

type MockedMember<Member> = Member extends (...given: infer Given) => Promise<infer Result>
  ? MockedOperation<NonNullable<Given[0]>, Result>
  : { readonly [Name in Exclude<keyof Member, symbol>]: MockedMember<Member[Name]> };

/** What a mocked operation answers, and what it was called with. */
export interface MockedOperation<Input, Result> extends Replies<Input, Result> {
  /** The arguments of each request that came, in order; a call that is sent again is there again. */
  readonly calls: readonly Input[];

  /**
   * Replies to some calls only: to those whose parameters are sent as the given ones are, and whose body has what the
   * given one has; whatever else they have does not matter. Or to those that a function picks.
   *
   * @throws {TypeError} `ERR_INVALID_OPTION` for a parameter that the operation does not have
   */
  when(expected: ExpectedInput<Input> | ((input: Input) => boolean)): Replies<Input, Result>;
}

/** Ways to answer. Each answers one call unless it is told otherwise; the first made goes first. */
export interface Replies<Input, Result> {
  /**
   * Answers with a status that the document declares and the body that it declares for that, or with what a function
   * makes of the call's input.
   *
   * A stream is a list of its items, or an iterable; one that throws breaks the connection where it does.
   */
  reply<Status extends StatusOf<Result>>(
    status: Status,
    ...answer: AnswerArguments<Input, BodyOf<Result, Status>>
  ): MockedReply;

  /** Answers what no document tells of: any status, any body. Text and bytes go as they are, anything else as JSON. */
  replyUndeclared(status: number, body?: unknown, options?: ReplyOptions): MockedReply;

  /** Gives no answer, but an error of the connection; default one that says that it was reset. */
  replyWithError(error?: Error): MockedReply;

  /** Gives no answer at all: the call ends with its timeout or its signal. */
  hang(): MockedReply;
}

/** An answer that was made up, and how often it is given. */
export interface MockedReply {
  /** Answers as many calls; default one. */
  times(count: number): this;
  /** Answers any number of calls, those that no reply for a number of calls takes; the last made goes first. */
  persist(): this;
  /** Waits before it answers. */
  delay(ms: number): this;
}

/** What a mocked answer has beside its status and body. */
export interface ReplyOptions {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Default: the declared media type that the call asks for, or the first. */
  readonly contentType?: string;
}

/** What calls are told apart by: parts of the input of a method, and parts of those. */
export type ExpectedInput<Input> = {
  readonly [Part in keyof Input & MatchedPart]?: Partially<NonNullable<Input[Part]>>;
};

type MatchedPart = "path" | "query" | "headers" | "cookies" | "body" | "contentType" | "accept";

type Partially<Value> = Value extends
  | string
  | number
  | boolean
  | null
  | undefined
  | Whole
  // biome-ignore lint/suspicious/noExplicitAny: whatever it takes
  | ((...given: any) => unknown)
  ? Value
  : { readonly [Name in keyof Value]?: Partially<Value[Name]> };

/** Lists are compared as a whole, as bytes are. */
type Whole = readonly unknown[] | Date | Blob | ArrayBuffer | ArrayBufferView | AsyncIterable<unknown>;

/** The arguments after the status: a body is left out where there is none, or where nothing is known of it. */
export type AnswerArguments<Input, Body> = undefined extends Body
  ? [body?: Given<Input, Body>, options?: ReplyOptions]
  : [body: Given<Input, Body>, options?: ReplyOptions];

type Given<Input, Body> = Body | ((input: Input) => Body | Promise<Body>);

/** The statuses that a result may be of: ranges and `default` are those that they stand for. */
export type StatusOf<Result> = Result extends { readonly ok: infer Ok; readonly status: infer Name }
  ? Name extends number
    ? Name
    : Name extends `${infer Digit}XX`
      ? Within<Digit>
      : Name extends "default"
        ? Ok extends true
          ? Within<"2">
          : Exclude<HttpStatus, Within<"2">>
        : never
  : never;

type Within<Digit extends string, Status = HttpStatus> = Status extends HttpStatus
  ? `${Status}` extends `${Digit}${string}`
    ? Status
    : never
  : never;

/** The body of an answer with a status: by the declaration that fits it best, as in results. */
export type BodyOf<Result, Status extends number> = DataOf<
  [Named<Result, Status>] extends [never]
    ? [Named<Result, RangeOf<Status>>] extends [never]
      ? Extract<
          Result,
          { readonly status: "default"; readonly ok: Status extends Within<"2"> ? true : false }
        >
      : Named<Result, RangeOf<Status>>
    : Named<Result, Status>
>;

type Named<Result, Name> = Extract<Result, { readonly status: Name }>;

type RangeOf<Status extends number> = `${Status}` extends `${infer Digit}${string}` ? `${Digit}XX` : never;

type DataOf<Answer> = Answer extends { readonly ok: true; readonly data: infer Data }
  ? Sent<Data>
  : Answer extends { readonly ok: false; readonly error: infer Body }
    ? Body
    : never;

type Sent<Data> = Data extends ItemStream<infer Item> ? Items<SentItem<Item>> : Data;

type Items<Item> = Iterable<Item> | AsyncIterable<Item>;

type SentItem<Item> =
  Item extends ServerSentEvent<infer Data, infer Name>
    ? Omit<ServerSentEvent<Data, Name>, "event"> &
        ("message" extends Name ? { readonly event?: Name } : { readonly event: Name })
    : Item;

/** Statuses of final answers (IANA), and those that proxies add. */
// biome-ignore format: one class of them a line
export type HttpStatus =
  | 200 | 201 | 202 | 203 | 204 | 205 | 206 | 207 | 208 | 226
  | 300 | 301 | 302 | 303 | 304 | 305 | 307 | 308
  | 400 | 401 | 402 | 403 | 404 | 405 | 406 | 407 | 408 | 409 | 410 | 411 | 412 | 413 | 414 | 415 | 416 | 417 | 418
  | 421 | 422 | 423 | 424 | 425 | 426 | 428 | 429 | 431 | 444 | 449 | 451 | 499
  | 500 | 501 | 502 | 503 | 504 | 505 | 506 | 507 | 508 | 510 | 511 | 520 | 521 | 522 | 523 | 524 | 525 | 526 | 530;
