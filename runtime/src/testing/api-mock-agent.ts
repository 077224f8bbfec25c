import { type Agent, type Dispatcher, MockAgent } from "undici";
import { type CalledOperation, calledOption } from "../api-call.ts";
import { parseBase } from "../api-client/addresses.ts";
import { invalidOption } from "../errors.ts";
import type { Operation } from "../operation.ts";
import { compileRequest } from "../serialize.ts";
import { type ClientClass, listOperations } from "./client-operations.ts";
import { MockExchange, type MockOutcome } from "./mock-exchange.ts";
import type { MockedClient } from "./mocked-client.ts";
import { OperationMock } from "./operation-mock.ts";

/** Which calls of a client are mocked. */
export interface MockClientOptions {
  /** Mocks just the calls to this address: where the same API is called at several. Default: any address. */
  readonly baseUrl?: string | URL;
}

/** The mocks that one client has here. */
interface Mocked {
  readonly client: string;
  /** Origin and path, without a slash at its end; undefined for any. */
  readonly base: string | undefined;
  readonly byOperation: ReadonlyMap<Operation, OperationMock>;
}

/**
 * undici's MockAgent, which also knows what the methods of generated clients send. It lets nothing out to the network
 * unless `enableNetConnect` says so.
 *
 * What `mockClient` mocks goes before what `get(origin).intercept()` does, which is for whatever else is called.
 */
export class ApiMockAgent extends MockAgent {
  readonly #clients: Mocked[] = [];
  /** Why calls found no reply. */
  readonly #unanswered: string[] = [];
  #isActive = true;

  constructor(options?: MockAgent.Options) {
    super(options);
    this.disableNetConnect();
  }

  /**
   * Mocks the operations of a generated client, for every instance whose calls come here. One that has no reply fails
   * with an error that says so.
   *
   * @throws {TypeError} `ERR_INVALID_OPTION` for a class that the generator did not emit
   */
  mockClient<Client extends object>(
    Client: ClientClass<Client>,
    { baseUrl }: MockClientOptions = {},
  ): MockedClient<Client> {
    const byOperation = new Map<Operation, OperationMock>();
    const mock = (name: string, operation: Operation) => {
      const mocked = new OperationMock(name, operation);
      byOperation.set(operation, mocked);
      return mocked;
    };
    const members = [...listOperations(Client)].map(([name, found]) => {
      if (!(found instanceof Map)) return [name, mock(name, found as Operation)];
      const methods = [...found].map(([method, one]) => [method, mock(`${name}.${method}`, one)]);
      return [name, Object.freeze(Object.fromEntries(methods))];
    });
    const base = baseUrl === undefined ? undefined : parseBase(baseUrl);
    this.#clients.push({ client: Client.name, base: base && base.origin + base.path, byOperation });
    return Object.freeze(Object.fromEntries(members)) as MockedClient<Client>;
  }

  /** Forgets the replies and the calls of mocked clients; they stay mocked. */
  clearMocks(): void {
    this.#unanswered.length = 0;
    for (const { byOperation } of this.#clients) for (const mock of byOperation.values()) mock.clear();
  }

  override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { [calledOption]: called } = options as { [calledOption]?: CalledOperation };
    const mocks = called === undefined || !this.#isActive ? [] : this.#find(called, options);
    if (called === undefined || mocks.length === 0) return super.dispatch(options, handler);
    for (const { calls } of mocks) calls.push(called.input);
    const outcome = this.#answer(called, mocks);
    MockExchange.begin(outcome, options.body, handler);
    return true;
  }

  override activate(): void {
    super.activate();
    this.#isActive = true;
  }

  override deactivate(): void {
    super.deactivate();
    this.#isActive = false;
  }

  /** Of mocked clients, too: replies that were not given, or not as often as they should be. */
  override pendingInterceptors(): MockAgent.PendingInterceptor[] {
    const ofClients = this.#clients.flatMap(({ client, base, byOperation }) =>
      [...byOperation.values()].flatMap(({ name, operation, replies }) =>
        replies
          .filter(({ isPending }) => isPending)
          .map(({ script, count, used, isPersistent }) => ({
            origin: base ?? client,
            method: operation.method,
            path: name,
            data: { error: null, statusCode: script.kind === "answer" ? script.status : 0 },
            times: count,
            timesInvoked: used,
            persist: isPersistent,
            consumed: false,
          })),
      ),
    );
    return [...super.pendingInterceptors(), ...ofClients];
  }

  /**
   * Throws where a reply was not given as often as it was made for, and where a call found none: the code that is tested
   * may have passed over its error.
   */
  override assertNoPendingInterceptors(
    options?: Parameters<MockAgent["assertNoPendingInterceptors"]>[0],
  ): void {
    super.assertNoPendingInterceptors(options);
    if (this.#unanswered.length > 0) throw new Error(this.#unanswered.join("\n"));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #find({ operation }: CalledOperation, { origin, path }: Agent.DispatchOptions): OperationMock[] {
    const url = `${origin}${path}`;
    return this.#clients
      .filter(({ base }) => base === undefined || url.startsWith(`${base}/`))
      .flatMap(({ byOperation }) => byOperation.get(operation) ?? []);
  }

  #answer({ operation, input }: CalledOperation, mocks: readonly OperationMock[]): MockOutcome {
    for (const mock of mocks) {
      const outcome = mock.take(input);
      if (outcome !== undefined) return outcome;
    }
    const reasons = mocks.map((mock) => mock.explain(input)).join("; ");
    const { name } = compileRequest(operation);
    const error = invalidOption(name, `was called, and no mock answers it: ${reasons}`);
    this.#unanswered.push(error.message);
    return { kind: "error", error, delayMs: 0 };
  }
}
