import { parseBase } from "../api-client/addresses.ts";
import type { Operation } from "../operation.ts";
import { type ClientClass, listOperations } from "./client-operations.ts";
import type { MockedClient } from "./mocked-client.ts";
import { OperationMock } from "./operation-mock.ts";

/** The mocks of one client: of its calls to one address, or of all. */
interface Mocked {
  readonly Client: ClientClass<object>;
  /** Origin and path, without a slash at its end; undefined for any. */
  readonly base: string | undefined;
  readonly byOperation: ReadonlyMap<Operation, OperationMock>;
  /** By the names of its methods, as a test has them. */
  readonly members: object;
}

/** A reply that was not given, or not as often as it should be. */
export interface PendingReply {
  readonly origin: string;
  readonly mock: OperationMock;
  readonly reply: OperationMock["replies"][number];
}

/** The clients that are mocked, and where. */
export class MockedClients {
  /** The longest address first, and any address last: so one that says more goes before one that says less. */
  #clients: readonly Mocked[] = [];

  /**
   * Gives the mocks that there are already, where the client is mocked at that address.
   *
   * @throws {TypeError} `ERR_INVALID_OPTION` for a class that the generator did not emit, or an address that is none
   */
  mock<Client extends object>(
    Client: ClientClass<Client>,
    baseUrl: string | URL | undefined,
  ): MockedClient<Client> {
    const given = baseUrl === undefined ? undefined : parseBase(baseUrl);
    const base = given && given.origin + given.path;
    const known = this.#clients.find((one) => one.Client === Client && one.base === base);
    const mocked = known ?? this.#add(Client, base);
    return mocked.members as MockedClient<Client>;
  }

  /** The mocks of an operation that are for an address, in the order in which they answer. */
  find(operation: Operation, url: string): OperationMock[] {
    return this.#clients
      .filter(({ base }) => base === undefined || url.startsWith(`${base}/`))
      .flatMap(({ byOperation }) => byOperation.get(operation) ?? []);
  }

  /** Forgets replies and calls. */
  clear(): void {
    for (const { byOperation } of this.#clients) for (const mock of byOperation.values()) mock.clear();
  }

  listPending(): PendingReply[] {
    return this.#clients.flatMap(({ Client, base, byOperation }) =>
      [...byOperation.values()].flatMap((mock) =>
        mock.replies
          .filter(({ isPending }) => isPending)
          .map((reply) => ({ origin: base ?? Client.name, mock, reply })),
      ),
    );
  }

  #add(Client: ClientClass<object>, base: string | undefined): Mocked {
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
    const added = { Client, base, byOperation, members: Object.freeze(Object.fromEntries(members)) };
    const lengthOf = ({ base }: Mocked) => base?.length ?? -1;
    this.#clients = [...this.#clients, added].toSorted((one, other) => lengthOf(other) - lengthOf(one));
    return added;
  }
}
