import { type Agent, type Dispatcher, errors, MockAgent } from "undici";
import { type CalledOperation, calledOption } from "../api-call.ts";
import { invalidOption } from "../errors.ts";
import { compileRequest, type OperationInput } from "../serialize.ts";
import type { ClientClass } from "./client-operations.ts";
import { takeSnapshot } from "./input-snapshot.ts";
import { MockExchange, type MockOutcome } from "./mock-exchange.ts";
import type { MockedClient } from "./mocked-client.ts";
import { MockedClients } from "./mocked-clients.ts";
import type { OperationMock } from "./operation-mock.ts";

/** Which calls of a client are mocked. */
export interface MockClientOptions {
  /** Mocks just the calls to this address: where the same API is called at several. Default: any address. */
  readonly baseUrl?: string | URL;
}

/**
 * undici's MockAgent, which also knows what the methods of generated clients send. It lets nothing out to the network
 * unless `enableNetConnect` says so.
 *
 * What `mockClient` mocks goes before what `get(origin).intercept()` does, which is for whatever else is called.
 */
export class ApiMockAgent extends MockAgent {
  readonly #clients = new MockedClients();
  /** Why calls found no reply. */
  readonly #unanswered: string[] = [];
  readonly #underWay = new Set<MockExchange>();
  #isActive = true;
  #closing: Promise<void> | undefined;

  constructor(options?: MockAgent.Options) {
    super(options);
    this.disableNetConnect();
  }

  /**
   * Mocks the operations of a generated client, for every instance whose calls come here. One that has no reply fails
   * with an error that says so.
   *
   * For the same class and `baseUrl` it gives the same mocks. Where a call fits several, those of the longest `baseUrl`
   * answer; those of any address, if none of them has a reply for it.
   *
   * @throws {TypeError} `ERR_INVALID_OPTION` for a class that the generator did not emit
   */
  mockClient<Client extends object>(
    Client: ClientClass<Client>,
    { baseUrl }: MockClientOptions = {},
  ): MockedClient<Client> {
    return this.#clients.mock(Client, baseUrl);
  }

  /** Forgets the replies and the calls of mocked clients; they stay mocked. undici's own interceptors stay, too. */
  clearMocks(): void {
    this.#unanswered.length = 0;
    this.#clients.clear();
  }

  override dispatch(options: Agent.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const { [calledOption]: called } = options as { [calledOption]?: CalledOperation };
    const url = `${options.origin}${options.path}`;
    const mocks = called === undefined || !this.#isActive ? [] : this.#clients.find(called.operation, url);
    if (called === undefined || mocks.length === 0) return super.dispatch(options, handler);
    const outcome = this.#closing ? buildClosed() : this.#answer(called, mocks);
    const exchange = MockExchange.begin(outcome, options.body, handler);
    this.#underWay.add(exchange);
    exchange.ended.then(() => this.#underWay.delete(exchange));
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
    const ofClients = this.#clients.listPending().map(({ origin, mock, reply }) => ({
      origin,
      method: mock.operation.method,
      path: mock.name,
      data: { error: null, statusCode: reply.script.kind === "answer" ? reply.script.status : 0 },
      times: reply.count,
      timesInvoked: reply.used,
      persist: reply.isPersistent,
      consumed: false,
    }));
    return [...super.pendingInterceptors(), ...ofClients];
  }

  /**
   * Throws where a reply was not given as often as it was made for, and where a call found none: the code that is tested
   * may have passed over its error. Where there is both, it says both.
   */
  override assertNoPendingInterceptors(
    options?: Parameters<MockAgent["assertNoPendingInterceptors"]>[0],
  ): void {
    const reasons = [...this.#unanswered];
    let cause: unknown;
    try {
      super.assertNoPendingInterceptors(options);
    } catch (error) {
      if (reasons.length === 0) throw error;
      cause = error;
      reasons.push((error as Error).message);
    }
    if (reasons.length > 0) throw new Error(reasons.join("\n"), cause === undefined ? {} : { cause });
  }

  /** Ends the calls that wait for a mocked answer, too: they fail as those of a closed connection do. */
  override close(): Promise<void> {
    this.#closing ??= super.close();
    for (const exchange of this.#underWay) exchange.close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #answer({ operation, input: given }: CalledOperation, mocks: readonly OperationMock[]): MockOutcome {
    const input: OperationInput = takeSnapshot(given);
    for (const { calls } of mocks) calls.push(input);
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

function buildClosed(): MockOutcome {
  return { kind: "error", error: new errors.ClientClosedError("the mock agent is closed"), delayMs: 0 };
}
