import { pipeline } from "node:stream";
import { promisify } from "node:util";
import {
  brotliDecompress,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  gunzip,
  inflate,
  inflateRaw,
  zstdDecompress,
} from "node:zlib";

/** One content coding, undone at once or as the bytes come. */
interface Decoder {
  decode(body: Buffer, limit: { readonly maxOutputLength?: number }): Promise<Buffer>;
  open(first: Buffer): NodeJS.ReadWriteStream;
}

const gzip: Decoder = { decode: promisify(gunzip), open: () => createGunzip() };

/** Either with a zlib header, as RFC 9110 §8.4.1.2 says, or without, as some servers send it. */
const deflate: Decoder = {
  decode: (body, limit) => (isZlib(body) ? inflateAsync : inflateRawAsync)(body, limit),
  open: (first) => (isZlib(first) ? createInflate() : createInflateRaw()),
};
const inflateAsync = promisify(inflate);
const inflateRawAsync = promisify(inflateRaw);

const br: Decoder = {
  decode: promisify(brotliDecompress),
  open: () => createBrotliDecompress(),
};

/** RFC 9659: a sender may not ask for a larger window than 8 MB. */
const ZSTD_PARAMS = { [constants.ZSTD_d_windowLogMax]: 23 };

const zstd: Decoder = {
  decode: (body, limit) => zstdAsync(body, { ...limit, params: ZSTD_PARAMS }),
  open: () => createZstdDecompress({ params: ZSTD_PARAMS }),
};
const zstdAsync = promisify(zstdDecompress);

const decoders: ReadonlyMap<string, Decoder> = new Map([
  ["gzip", gzip],
  ["x-gzip", gzip],
  ["deflate", deflate],
  ["br", br],
  ["zstd", zstd],
]);

/** Nobody encodes more often; an answer that says so wants to keep us busy. */
const MAX_CODINGS = 5;

/**
 * Takes the content codings off a body, the last one applied first; unknown ones are left on.
 *
 * @param maxBytes - of what comes out; 0 for any number
 * @throws {RangeError} `ERR_BUFFER_TOO_LARGE` when more would come out
 * @see RFC 9110 §8.4
 */
export async function decodeContent(
  body: Buffer,
  contentEncoding: string,
  maxBytes: number,
): Promise<Buffer> {
  const limit = maxBytes > 0 ? { maxOutputLength: maxBytes } : {};
  let decoded = body;
  for (const { decode } of listDecoders(contentEncoding)) decoded = await decode(decoded, limit);
  return decoded;
}

/** {@link decodeContent} of a body that is still coming: holds its source back as its own reader does. */
export function decodeChunks(chunks: AsyncIterable<Buffer>, contentEncoding: string): AsyncIterable<Buffer> {
  return listDecoders(contentEncoding).reduce(decodeOne, chunks);
}

async function* decodeOne(chunks: AsyncIterable<Buffer>, { open }: Decoder): AsyncGenerator<Buffer, void> {
  const source = chunks[Symbol.asyncIterator]();
  const first = await readFirst(source);
  if (first.length === 0) return; // Nothing is no valid gzip, and yet what an empty body may be sent as.
  const decoder = open(first);
  // Its failure is the decoder's too, which the loop below meets.
  pipeline(prepend(first, source), decoder, () => {});
  yield* decoder as AsyncIterable<Buffer>;
}

/** As many bytes as tell how a body is deflated, however small the pieces are in which they come. */
async function readFirst(source: AsyncIterator<Buffer>): Promise<Buffer> {
  let first = Buffer.alloc(0);
  while (first.length < HEADER_BYTES) {
    const next = await source.next();
    if (next.done) break;
    first = Buffer.concat([first, next.value]);
  }
  return first;
}

const HEADER_BYTES = 2;

async function* prepend(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void> {
  try {
    yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

function listDecoders(contentEncoding: string): Decoder[] {
  const listed = contentEncoding.toLowerCase().split(",");
  // RFC 9110 §5.6.1.2: a list may have empty elements. `identity` should not be in it, and stands for nothing.
  const codings = listed.map((coding) => coding.trim()).filter((coding) => !/^(identity)?$/.test(coding));
  if (codings.length > MAX_CODINGS) throw new Error(`more than ${MAX_CODINGS} content codings`);
  const found: Decoder[] = [];
  for (const coding of codings.reverse()) {
    const decoder = decoders.get(coding);
    if (decoder === undefined) break;
    found.push(decoder);
  }
  return found;
}

/** RFC 1950 §2.2: the method is 8, and the first two bytes are a multiple of 31. */
function isZlib(body: Buffer): boolean {
  const [method = 0, flags = 0] = body;
  return (method & 15) === 8 && (method * 256 + flags) % 31 === 0;
}
