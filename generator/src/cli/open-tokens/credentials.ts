import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CommandError } from "../command-error.ts";
import { type Variables, variablesOf } from "../credential-variables.ts";
import type { Redactor } from "../redactor.ts";
import { WITH_MANAGER } from "./command-words.ts";

/** What proves who a token client is. Texts are as they were given, unread. */
export type Proof =
  | { readonly by: "secret"; readonly method: SecretMethod; readonly secret: string }
  | { readonly by: "key"; readonly key: string; readonly alg?: string; readonly kid?: string }
  | { readonly by: "assertion"; readonly assertion: string }
  | { readonly by: "assertion file"; readonly file: string }
  | { readonly by: "nothing" };

export interface Credentials {
  readonly variables: Variables;
  readonly clientId: string;
  readonly proof: Proof;
  /** `aud` of assertions that are made here. */
  readonly audience?: string;
  /** Instead of the mapping's. */
  readonly server: { readonly tokenEndpoint?: string; readonly issuer?: string };
}

export interface EnvironmentOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where paths start. */
  readonly cwd: string;
  /** Is told of every secret that is read. */
  readonly redact: Redactor;
}

type SecretMethod = "client_secret_basic" | "client_secret_post" | "client_secret_jwt";

const SECRET_METHODS: readonly string[] = ["client_secret_basic", "client_secret_post", "client_secret_jwt"];
const METHODS: readonly string[] = [...SECRET_METHODS, "private_key_jwt", "none"];

/**
 * Reads the credentials of a token client from the environment.
 *
 * @throws {CommandError} `ERR_CREDENTIALS`, naming the variables, never quoting what they hold
 */
export function readCredentials(tokenClient: string, options: EnvironmentOptions): Credentials {
  const variables = variablesOf(tokenClient);
  if (variables === undefined) throw fail("no variable can be named after it", WITH_MANAGER);
  const read = (name: string) => options.environment[name] || undefined;
  const clientId = read(variables.id);
  if (clientId === undefined) throw fail(`${variables.id} is not set`, adviseOn(variables));
  const [audience, tokenEndpoint, issuer] = (["audience", "tokenEndpoint", "issuer"] as const).map((key) =>
    read(variables[key]),
  );
  const proof = readProof(variables, options);
  // What Basic sends, encoded as RFC 6749 §2.3.1 says and as it is: its base64 is no base64 of the secret.
  if (proof.by === "secret") {
    for (const form of [encodeURIComponent, String])
      options.redact.add(`${form(clientId)}:${form(proof.secret)}`);
  }
  return {
    variables,
    clientId,
    proof,
    ...(audience !== undefined && { audience }),
    server: {
      ...(tokenEndpoint !== undefined && { tokenEndpoint }),
      ...(issuer !== undefined && { issuer }),
    },
  };
}

function adviseOn({ id, secret, key, assertion }: Variables): string {
  return `set ${id}, and ${secret}, ${key}_FILE or ${assertion}_FILE; or ${WITH_MANAGER}`;
}

function readProof(variables: Variables, options: EnvironmentOptions): Proof {
  const { environment } = options;
  const isGiven = (name: string) => Boolean(environment[name] || environment[`${name}_FILE`]);
  const [first, second] = [variables.secret, variables.key, variables.assertion].filter(isGiven);
  if (second !== undefined) throw fail(`both ${first} and ${second} are set`, "keep one of them");
  const auth = environment[variables.auth] || undefined;
  assertFits(auth, first, variables);
  if (first === undefined) return { by: "nothing" };
  if (first === variables.assertion) return readAssertion(first, options);
  const text = readText(first, options);
  if (first === variables.secret) {
    return { by: "secret", method: (auth ?? "client_secret_basic") as SecretMethod, secret: text };
  }
  const [alg, kid] = [environment[variables.keyAlg], environment[variables.keyId]];
  return { by: "key", key: text, ...(alg && { alg }), ...(kid && { kid }) };
}

/** Whether the method is one that can be used with the credential there is. */
function assertFits(auth: string | undefined, given: string | undefined, variables: Variables): void {
  if (auth === undefined) {
    if (given !== undefined) return;
    const fix = `set ${variables.secret}, ${variables.key}_FILE or ${variables.assertion}_FILE, or ${variables.auth}=none for a public client; or ${WITH_MANAGER}`;
    throw fail("it has no credential", fix);
  }
  if (!METHODS.includes(auth)) {
    throw fail(
      `${variables.auth} is no method that goes by the environment`,
      `it may be ${METHODS.join(", ")}; for others ${WITH_MANAGER}`,
    );
  }
  const wanted = SECRET_METHODS.includes(auth)
    ? variables.secret
    : auth === "none"
      ? undefined
      : variables.key;
  if (given === wanted || (given === variables.assertion && wanted === variables.key)) return;
  if (wanted === undefined) throw fail(`${variables.auth} is none, but ${given} is set`, "keep one of them");
  throw fail(`${variables.auth} is ${auth}, but ${wanted} is not set`, `set ${wanted}, or ${wanted}_FILE`);
}

function readAssertion(name: string, options: EnvironmentOptions): Proof {
  const { environment, cwd, redact } = options;
  const file = environment[`${name}_FILE`];
  // Read by whoever sends it, who knows what else may be wrong with it; here for what must not be printed.
  if (file) {
    redact.add(readIfThere(resolve(cwd, file)));
    return { by: "assertion file", file: resolve(cwd, file) };
  }
  const assertion = environment[name] ?? "";
  redact.add(assertion);
  return { by: "assertion", assertion };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return ""; // Whoever sends it says so.
  }
}

/** A variable, or the file that it names with `_FILE` at its end, without the line break that such a file ends with. */
function readText(name: string, { environment, cwd, redact }: EnvironmentOptions): string {
  const file = environment[`${name}_FILE`];
  if (environment[name] && file) throw fail(`both ${name} and ${name}_FILE are set`, "keep one of them");
  const text = file ? readSecretFile(`${name}_FILE`, resolve(cwd, file)) : (environment[name] ?? "");
  redact.add(text);
  return text;
}

function readSecretFile(name: string, file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw fail(
      `the file that ${name} names can't be read (${code})`,
      `is it mounted? ${name} is a path from here`,
    );
  }
}

function fail(message: string, fix: string): CommandError {
  return new CommandError("ERR_CREDENTIALS", message, fix);
}
