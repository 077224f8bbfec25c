import type { Operation } from "../../../runtime/src/operation.ts";
import { type CallRunner, type Failure, startRunner } from "./call-runner.ts";
import { essenceOf } from "./media-type.ts";
import { createRandom } from "./random.ts";
import { readOperations } from "./read-operations.ts";
import { readSecurity } from "./security.ts";
import { readSource } from "./source-document.ts";
import { createChecker } from "./value-checker.ts";
import { listAnswers, type WireAnswer } from "./wire-answer.ts";
import { type CallOptions, sampleCall, type WireCall } from "./wire-call.ts";
import { generateClient, nameOperations } from "./wire-client.ts";
import type { WireContent, WireDocument, WireOperation } from "./wire-operation.ts";

export interface Report {
  readonly document: string;
  readonly operations: number;
  readonly calls: number;
  /** Of these, calls whose values a validator of JSON Schema takes for what the document allows. */
  readonly validated: number;
  readonly failures: readonly Failure[];
}

/**
 * Calls every operation of a document, and says what did not arrive as it was meant, there or back.
 *
 * @param rounds - how often each is called with everything that it takes, other values each time
 */
export async function runDocument(name: string, file: string, rounds = 1): Promise<Report> {
  const client = await generateClient(file);
  const source = readSource(file);
  const document = readOperations(source);
  const checker = createChecker(document.schemas);
  await using runner = await startRunner(client, { security: readSecurity(source), checker });
  const methods = nameOperations(document.operations, client.table);
  for (const operation of document.operations) {
    const method = methods.get(operation);
    const what = `${operation.method} ${operation.path}`;
    if (method === undefined) runner.fail(what, "refused", ["the client has no such method"]);
    else
      await callOperation(runner, {
        method,
        operation,
        document,
        name,
        rounds,
        entry: client.table[method] as Operation,
      });
  }
  const { calls, validated, failures } = runner;
  return { document: name, operations: document.operations.length, calls, validated, failures };
}

interface OperationRun {
  /** Of the document: part of the seeds. */
  readonly name: string;
  readonly rounds: number;
  readonly method: string;
  readonly operation: WireOperation;
  readonly document: WireDocument;
  readonly entry: Operation;
}

/** With what it requires and with everything, for each media type of its body; then once for each answer. */
async function callOperation(runner: CallRunner, run: OperationRun): Promise<void> {
  const { operation, entry, method, name } = run;
  const what = `${operation.method} ${operation.path}`;
  const { schemas } = run.document;
  const seeded = (label: string) => ({ schemas, random: createRandom(`${name} ${label}`) });
  const answers = listAnswers(operation, { ...seeded(what), isSecured: entry.scopes !== undefined });
  const usual = answers.find(({ status }) => status < 300) ?? answers[0];
  const call = (options: CallOptions, answer: WireAnswer | undefined, label: string) =>
    runner.call(method, withAccept(sampleCall(operation, options), entry, answer), answer, label);
  const { usualBody, bodies } = listBodies(runner, run);
  for (const [index, content] of bodies.entries()) {
    const isDefault = index === 0;
    const label = `${what}${content === undefined ? "" : `, ${content.mediaType}`}`;
    for (let round = 0; round <= run.rounds; round++) {
      const everything = round > 0;
      const given = everything || !isDefault ? content : usualBody;
      const what = `${label}, ${everything ? `everything${round > 1 ? ` ${round}` : ""}` : "required"}`;
      await call({ ...seeded(what), everything, content: given, isDefault }, usual, what);
    }
  }
  for (const answer of answers) {
    const label = `${what}, answered ${answer.status} ${answer.contentType ?? "without a body"}`;
    const options = { ...seeded(label), everything: false, content: usualBody, isDefault: true };
    await call(options, answer, label);
  }
}

/** A caller says so who wants another media type than what the client asks for by itself. */
function withAccept(call: WireCall, { responses }: Operation, answer: WireAnswer | undefined): WireCall {
  const content = responses[String(answer?.name)]?.find(
    (one) => typeof one !== "string" && essenceOf(one.mediaType) === essenceOf(answer?.mediaType ?? ""),
  );
  if (content === undefined || typeof content === "string" || !content.isAlternative) return call;
  return { ...call, input: { ...call.input, accept: content.mediaType } };
}

/** The bodies that an operation takes, the client's own choice first; `undefined` for none. */
function listBodies(runner: CallRunner, { operation, entry }: OperationRun) {
  const offered = entry.body?.content.map(({ mediaType }) => essenceOf(mediaType)) ?? [];
  const rank = ({ mediaType }: WireContent) => offered.indexOf(essenceOf(mediaType));
  for (const content of operation.bodies.filter((body) => rank(body) < 0)) {
    const what = `${operation.method} ${operation.path}, ${content.mediaType}`;
    runner.fail(what, "refused", ["the client can't send this media type"]);
  }
  const bodies = operation.bodies
    .filter((body) => rank(body) >= 0)
    .toSorted((one, other) => rank(one) - rank(other));
  const usualBody = operation.isBodyRequired ? bodies[0] : undefined;
  return { usualBody, bodies: bodies.length === 0 ? [undefined] : bodies };
}
