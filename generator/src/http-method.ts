/** Methods that a path item has a field for, by the names of the fields. */
export const METHODS: ReadonlySet<string> = new Set(
  "get put post delete options head patch trace query".split(" "),
);

/** A method as it is sent: any that is no field is in a document just so. */
export function sentMethod(method: string): string {
  return METHODS.has(method) ? method.toUpperCase() : method;
}

/** `GET /items/{id}`: how messages name an operation. */
export function operationTitle({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${sentMethod(method)} ${path}`;
}
