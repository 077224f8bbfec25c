import { identifier, stringLiteral } from "../encode.ts";
import type { ApiModel, OperationModel } from "../model.ts";
import { classDoc, methodDoc } from "./docs.ts";
import type { RuntimeNames } from "./imports.ts";
import { isInputOptional } from "./operation-types.ts";
import { printLiteral } from "./print-literal.ts";

/** The class; its type parameter names the token client that it is bound to. */
export function clientClass(model: ApiModel, names: RuntimeNames): string {
  const bound = `Bound extends string = ${stringLiteral(model.tokenClient)}`;
  const base = `${names.use("ApiClient")}<paths>`;
  const members = [
    clientConstructor(model, names),
    ...model.operations.map((entry) => method(model, entry, names)),
  ];
  return `${classDoc(model)}
export class ${identifier(model.className)}<${bound}> extends ${base} {
${members.join("\n")}}
`;
}

function clientConstructor(model: ApiModel, names: RuntimeNames): string {
  const { className, tokenClient, baseUrl } = model;
  const definition = printLiteral({ name: className, tokenClient, baseUrl }, 4, "super(, options);".length);
  const required = baseUrl === undefined ? ` & ${names.use("RequiredBaseUrl")}` : "";
  return `  constructor(options: ${names.use("ApiClientOptions")}<Bound>${required}) {
    super(${definition}, options);
  }
`;
}

function method(model: ApiModel, operation: OperationModel, names: RuntimeNames): string {
  const name = identifier(operation.name);
  const input = `input${isInputOptional(operation) ? "?" : ""}: ${identifier(operation.inputType)}`;
  return `${methodDoc(operation)}
  ${name}(${input}): Promise<${identifier(operation.resultType)}> {
    return this[${names.use("call")}](${identifier(model.tableName)}.${name}, input);
  }
`;
}
