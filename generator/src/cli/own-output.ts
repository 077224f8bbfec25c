/** The standard output while it is the command's alone. */
interface Claim {
  readonly stream: NodeJS.WriteStream;
  readonly write: NodeJS.WriteStream["write"];
  /** The standard error, and how it was written to: a module that has it for the standard output may change that. */
  readonly aside: NodeJS.WriteStream;
  readonly writeAside: NodeJS.WriteStream["write"];
  /** Gives it back to everybody. */
  readonly release: () => void;
}

let claim: Claim | undefined;

/** The standard output itself, whoever has claimed it. */
export function ownOutput(): NodeJS.WriteStream {
  return claim?.stream ?? process.stdout;
}

/** @param done - called once it is written, or can't be */
export function writeOwn(text: string, done?: () => void): void {
  const stream = ownOutput();
  (claim?.write ?? stream.write).call(stream, text, "utf8", done);
}

/** Writes to the standard error; as above. */
export function writeAside(text: string, done?: () => void): void {
  const stream = claim?.aside ?? process.stderr;
  (claim?.writeAside ?? stream.write).call(stream, text, "utf8", done);
}

/**
 * Claims the standard output for the command: what anybody else writes to it, such as a config that logs, goes to the
 * standard error from now on. Somebody may read the output as JSON, or as a token.
 */
export function claimOutput(): void {
  if (claim !== undefined) return;
  const { stdout: stream, stderr } = process;
  const { write } = stream;
  const { write: writeToAside } = stderr;
  const getter = Object.getOwnPropertyDescriptor(process, "stdout") ?? { value: stream };
  // Loggers write to its number, and a console may have the stream already.
  Object.defineProperty(process, "stdout", { configurable: true, enumerable: true, get: () => stderr });
  stream.write = stderr.write.bind(stderr);
  const release = () => {
    Object.defineProperty(process, "stdout", getter);
    stream.write = write;
    stderr.write = writeToAside;
  };
  claim = { stream, write, aside: stderr, writeAside: writeToAside, release };
}

export function releaseOutput(): void {
  claim?.release();
  claim = undefined;
}
