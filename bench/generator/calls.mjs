import { readFileSync } from "node:fs";

/**
 * Operations of a document that answer with JSON and that a call needs nothing for but values of its path, evenly
 * spread over it, with these.
 *
 * @returns method, path, operationId, and the path's values
 */
export function callableOperations(spec, count) {
  const document = JSON.parse(readFileSync(spec, "utf8"));
  const resolve = (value) =>
    value?.$ref === undefined
      ? value
      : value.$ref
          .slice(2)
          .split("/")
          .reduce((at, key) => at[key.replaceAll("~1", "/").replaceAll("~0", "~")], document);
  const all = Object.entries(document.paths).flatMap(([path, item]) =>
    ["get", "delete"].flatMap((method) => {
      const operation = item[method];
      if (operation === undefined || operation.requestBody !== undefined) return [];
      const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith("2"));
      if (!answers.some(([, answer]) => resolve(answer).content?.["application/json"])) return [];
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
      const required = parameters.filter((parameter) => parameter.required);
      if (required.some((parameter) => parameter.in !== "path")) return [];
      const values = required.map(({ name, schema }) => [name, exampleOf(resolve(schema))]);
      return [{ method, path, id: operation.operationId, values: Object.fromEntries(values) }];
    }),
  );
  return Array.from({ length: count }, (_, index) => all[Math.floor((index * all.length) / count)]);
}

function exampleOf({ type, enum: values }) {
  if (values !== undefined) return values[0];
  return type === "integer" || type === "number" ? 1 : "x";
}

const USE = "declare function use(value: unknown): void;\n";

/** A file of calls to our client, each of whose results is narrowed by its status. */
export function ourCalls(operations, module) {
  const calls = operations.map(({ id, values }, index) => {
    const argument = Object.keys(values).length === 0 ? "" : `{ path: ${JSON.stringify(values)} }`;
    return `const r${index} = await client.${camelCase(id)}(${argument});
if (r${index}.ok) use(r${index}.data);
else if (r${index}.status === 401) use(r${index}.error);
`;
  });
  return `import { BenchClient } from "${module}";\ndeclare const client: BenchClient;\n${USE}${calls.join("")}`;
}

/** The same calls through openapi-fetch. */
export function fetchCalls(operations, module) {
  const calls = operations.map(({ method, path, values }, index) => {
    const init = Object.keys(values).length === 0 ? "" : `, { params: { path: ${JSON.stringify(values)} } }`;
    return `const r${index} = await client.${method.toUpperCase()}("${path}"${init});
if (r${index}.data) use(r${index}.data);
else use(r${index}.error);
`;
  });
  return `import createClient from "openapi-fetch";
import type { paths } from "${module}";
const client = createClient<paths>();
${USE}${calls.join("")}`;
}

/** The same calls through functions that are named like our methods. */
export function functionCalls(operations, module) {
  const calls = operations.map(({ id, values }, index) => {
    const argument = Object.keys(values).length === 0 ? "" : `{ path: ${JSON.stringify(values)} }`;
    return `const r${index} = await api.${camelCase(id)}(${argument});
if (r${index}.data) use(r${index}.data);
else use(r${index}.error);
`;
  });
  return `import * as api from "${module}";\n${USE}${calls.join("")}`;
}

/** `repos/list-for-org` -> `reposListForOrg` */
function camelCase(id) {
  return id.replaceAll(/[^A-Za-z\d_]+(.)/g, (_, letter) => letter.toUpperCase());
}
