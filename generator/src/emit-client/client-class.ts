import { identifier, stringLiteral } from "../encode.ts";
import type { ApiModel, GroupModel, OperationModel } from "../model.ts";
import { literalUnion, optionsType } from "./client-options.ts";
import { classDoc, MEMBER_INDENT, methodDoc, proseDoc } from "./docs.ts";
import type { RuntimeNames } from "./imports.ts";
import { isInputOptional } from "./operation-types.ts";
import { serverEntry } from "./operations-table.ts";
import { type Literal, printLiteral } from "./print-literal.ts";

/**
 * The class, after those of its groups; its type parameter names the token client that it is bound to.
 *
 * Its methods are in a class of their own without that parameter: editors would make all of them anew for each value of
 * it, at every letter that somebody types.
 */
export function clientClass(model: ApiModel, names: RuntimeNames): string {
  const bound = `Bound extends string = ${literalUnion(model.tokenClients)}`;
  const methods = identifier(model.methodsClass);
  const members = [
    ...(model.groups.length > 0 ? [model.groups.map(groupProperty).join("")] : []),
    ...methodsOf(undefined, model, names),
  ];
  return `${model.groups.map((group) => groupClass(group, model, names)).join("")}class ${methods} extends ${names.use("ApiClient")}<paths> {
${members.join("\n")}}

${classDoc(model)}
export class ${identifier(model.className)}<${bound}> extends ${methods} {
${clientConstructor(model, names)}}
`;
}

function groupProperty({ name, className, description }: GroupModel): string {
  const type = identifier(className);
  const doc = description === undefined ? "" : `${proseDoc([description], MEMBER_INDENT)}\n`;
  return `${doc}  readonly ${identifier(name)}: ${type} = new ${type}(this);\n`;
}

function groupClass(group: GroupModel, model: ApiModel, names: RuntimeNames): string {
  const { name, className, description } = group;
  const doc = proseDoc([description ?? `The methods of \`${model.className}.${name}\`.`]);
  return `${doc}
export class ${identifier(className)} extends ${names.use("ApiGroup")} {
${methodsOf(name, model, names).join("\n")}}

`;
}

function methodsOf(group: string | undefined, model: ApiModel, names: RuntimeNames): string[] {
  const operations = model.operations.filter((operation) => operation.group === group);
  return operations.map((operation) => method(model, operation, names));
}

function clientConstructor(model: ApiModel, names: RuntimeNames): string {
  const definition = printLiteral(definitionOf(model), 4, "super(, options);".length);
  return `  constructor(options: ${optionsType(model, names)}) {
    super(${definition}, options);
  }
`;
}

function definitionOf(model: ApiModel): Literal {
  const { className, tokenClients, asksByOperation, baseUrl, servers, credentials } = model;
  const [tokenClient = "", ...others] = tokenClients;
  // A list: in an object, a scheme named `constructor` would not have the type that it should.
  const schemes = credentials.map(({ name, scheme }): Literal => ({ scheme: name, ...scheme }));
  return {
    name: className,
    tokenClient: others.length > 0 ? tokenClients : tokenClient,
    scopes: asksByOperation ? "operation" : undefined,
    baseUrl,
    servers: servers?.map(serverEntry),
    credentials: schemes.length > 0 ? schemes : undefined,
  };
}

function method(model: ApiModel, operation: OperationModel, names: RuntimeNames): string {
  const name = identifier(operation.name);
  const { typeParameter, input, resultOf } = signatureOf(operation, names);
  const optional = isInputOptional(operation) ? "?" : "";
  const doc = methodDoc(operation);
  const path = [model.tableName, ...(operation.group === undefined ? [] : [operation.group])];
  const entry = [...path.map(identifier), name].join(".");
  const body = `{
    return this[${names.use("call")}](${entry}, input);
  }
`;
  const { resultType, resultsType = resultType, streamedType } = operation;
  const head = `${doc}\n  ${name}${typeParameter}`;
  if (streamedType === undefined)
    return `${head}(input${optional}: ${input}): ${resultOf(resultsType)} ${body}`;
  // First the one that asks for more: a call that fits it would fit the other as well.
  return `${head}(input: ${input} & ${names.use("StreamOption")}): ${resultOf(streamedType)};
${head}(input${optional}: ${input}): ${resultOf(resultsType)};
  ${name}(input?: object): Promise<unknown> ${body}`;
}

/** What a call accepts decides what it gives, where there is something to choose. */
function signatureOf(operation: OperationModel, names: RuntimeNames) {
  const input = identifier(operation.inputType);
  const [preferred] = operation.accepts;
  if (operation.resultsType === undefined || preferred === undefined) {
    return { typeParameter: "", input, resultOf: (type: string) => `Promise<${identifier(type)}>` };
  }
  const range = `keyof ${identifier(operation.resultsType)}`;
  return {
    typeParameter: `<Accept extends ${range} = ${stringLiteral(preferred.mediaType)}>`,
    input: `${input} & ${names.use("AcceptOption")}<Accept>`,
    resultOf: (type: string) => `Promise<${identifier(type)}[Accept]>`,
  };
}
