/** Takes what is secret out of texts that are not ours: errors of a user's module, or of what it imports. */
export interface Redactor {
  (text: string): string;
  /** Does the same to an error's text, where a URL is shown without user name, password and query. */
  error(text: string): string;
  /** What has to be taken out, too. */
  add(secret: string): void;
  /** Knows the secrets of the environment as it is now, too. */
  refresh(): void;
}

/** Variables whose values are secrets, by their names. */
const SECRET_NAME =
  /SECRET|PASSWORD|PASSPHRASE|TOKEN|ASSERTION|CREDENTIAL|PRIVATE|KEY|_PASS$|_PWD$|(^|_)(AUTH$|(CREDS?|PW|DSN)(_|$))/i;

/** What else such a name may be about. */
const PLAIN_NAME =
  /_(FILE|PATH|DIR|ALG|ENDPOINT|URL|URI|HOST|ID|TYPE|NAME|ISSUER|AUDIENCE|SCOPES?|CLIENT_AUTH|METHOD|TTL|SECONDS|MS)$/i;

/** Shorter ones are in any text, and no secrets. */
const MIN_LENGTH = 6;

/** Whatever looks like a JWT. */
const JWT = /\beyJ[\w-]{8,}\.[\w-]+(\.[\w-]*)*/g;

/** What V8 says of text that is no JSON quotes it. */
const QUOTED_JSON = /(Unexpected [^,]*|[^,]*), (\.\.\.)?".*"(\.\.\.)? is not valid JSON/s;

/** Creates one that knows the secrets of an environment, and whatever it is told of. */
export function createRedactor(environment: Readonly<Record<string, string | undefined>>): Redactor {
  const secrets = new Set<string>();
  const add = (secret: string) => {
    // A key of several lines may be quoted by the line.
    for (const part of [secret, secret.trim(), ...secret.split(/\r?\n|\\n/)]) {
      if (part.length < MIN_LENGTH || /^-----(BEGIN|END) /.test(part)) continue;
      for (const written of encodeVariously(part)) secrets.add(written);
    }
  };
  const refresh = () => {
    for (const [name, value] of Object.entries(environment)) {
      if (value !== undefined && SECRET_NAME.test(name) && !PLAIN_NAME.test(name)) add(value);
    }
  };
  refresh();
  const redact = (text: string) => {
    const known = [...secrets].toSorted((one, other) => other.length - one.length);
    const plain = text.replace(QUOTED_JSON, "a text is not valid JSON").replace(JWT, "[redacted]");
    return known.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), plain);
  };
  const error = (text: string) => withoutUrlSecrets(redact(text));
  return Object.assign(redact, { error, add, refresh });
}

/** User name and password; one that nobody encoded may have any character but a space. */
const USER_INFO = /:\/\/(?:(?!\[)[^\s@/]*:(?!\/\/|\d+[/?#])(?:(?!:\/\/)\S)*(?<!\/)@|[^\s/?#]*@)/g;

/** Query and fragment, up to what ends a URL in a text. */
const QUERY = /(:\/\/[^\s?#"'`<>]*)[?#](?:[),.;:]*[^\s"'`<>),.;:]+)*/g;

function withoutUrlSecrets(text: string): string {
  return text.replace(USER_INFO, "://").replace(QUERY, "$1");
}

let shared: Redactor | undefined;

/** The one of this process, which knows its variables: a module of the user's may have set some meanwhile. */
export function processRedactor(): Redactor {
  shared ??= createRedactor(process.env);
  shared.refresh();
  return shared;
}

/** As a server may echo it. */
function encodeVariously(text: string): string[] {
  const bytes = Buffer.from(text);
  const base64 = bytes.toString("base64").replace(/=+$/, "");
  const hex = bytes.toString("hex");
  const form = String(new URLSearchParams([["", text]])).slice(1);
  const quoted = JSON.stringify(text).slice(1, -1);
  const percent = encodeURIComponent(text.toWellFormed());
  return [text, base64, bytes.toString("base64url"), hex, hex.toUpperCase(), form, percent, quoted];
}

/**
 * Takes secrets out of every text of a value, as JSON has it. What is nested too deep for anybody to read, or for a
 * printer to print, is cut.
 */
export function redactAll(value: unknown, redact: Redactor, depth = 0): unknown {
  if (typeof value === "string") return redact(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "…";
  if (Array.isArray(value)) return value.map((item) => redactAll(item, redact, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [redact(key), redactAll(item, redact, depth + 1)]),
  );
}

const MAX_DEPTH = 20;
