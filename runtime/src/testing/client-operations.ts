import { ApiClient, ApiGroup, call } from "../api-client.ts";
import { invalidOption } from "../errors.ts";
import type { Operation } from "../operation.ts";

/** A class that the generator emitted. */
export type ClientClass<Client> = (new (options: never) => Client) & { readonly name: string };

/** What each method of a client sends, by its name; those of a group are in an object of their own. */
export type ClientOperations = ReadonlyMap<string, Operation | ReadonlyMap<string, Operation>>;

/**
 * Lists the operations of a generated client by asking its methods for them: each does nothing but hand its own to the
 * one method of the runtime that sends it, in whose place another stands here that only takes note.
 *
 * @throws {TypeError} `ERR_INVALID_OPTION` for a class that the generator did not emit
 */
export function listOperations(Client: ClientClass<object>): ClientOperations {
  if (!(Object(Client).prototype instanceof ApiClient))
    throw invalidOption("mockClient", "takes the class of a generated client, such as CatalogClient");
  const client = instantiate(Client);
  const groups = Object.entries(client).flatMap(([name, group]) =>
    group instanceof ApiGroup ? [[name, methodsOf(group, ApiGroup.prototype)] as const] : [],
  );
  return new Map<string, Operation | ReadonlyMap<string, Operation>>([
    ...methodsOf(client, ApiClient.prototype),
    ...groups,
  ]);
}

/** One that no call is ever made with. */
function instantiate(Client: ClientClass<object>): object {
  const dispatch = () => false;
  const tokens = { dispatcher: { dispatch }, interceptor: () => () => dispatch };
  return new Client({ tokens, baseUrl: "https://mocked.invalid/" } as never);
}

function methodsOf(owner: object, base: object): Map<string, Operation> {
  const found = new Map<string, Operation>();
  for (let level = Object.getPrototypeOf(owner); level !== base; level = Object.getPrototypeOf(level)) {
    for (const name of Object.getOwnPropertyNames(level)) {
      const operation = name === "constructor" ? undefined : ask(owner, name);
      if (operation !== undefined) found.set(name, operation);
    }
  }
  return found;
}

function ask(owner: object, name: string): Operation | undefined {
  let noted: Operation | undefined;
  const note = (operation: Operation) => {
    noted = operation;
  };
  const asked = Object.create(owner, { [call]: { value: note } });
  if (typeof asked[name] === "function") asked[name]();
  return noted;
}
