import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, zstdDecompress } from "node:zlib";

const decoders: Readonly<Record<string, (body: Buffer) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
  zstd: promisify(zstdDecompress),
};

/**
 * Takes the content codings off a body, the last one applied first; unknown ones are left on.
 *
 * @see RFC 9110 §8.4
 */
export async function decodeContent(body: Buffer, contentEncoding: string): Promise<Buffer> {
  let decoded = body;
  for (const coding of contentEncoding.toLowerCase().split(",").reverse()) {
    const decode = decoders[coding.trim()];
    if (decode === undefined) return decoded;
    decoded = await decode(decoded);
  }
  return decoded;
}
