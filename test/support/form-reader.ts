import { Busboy, type BusboyHeaders } from "@fastify/busboy";
import type { RecordedRequest } from "./scripted-server.ts";

/** Name, value, media type, and the name of a file where the part is one. */
export type FormEntry = readonly [name: string, value: string, mediaType: string, filename?: string];

/** Reads a form of either media type as servers do, in its order; files as text. */
export async function readForm({ headers, body }: RecordedRequest): Promise<FormEntry[]> {
  const parser = new Busboy({ headers: headers as BusboyHeaders });
  const entries: (FormEntry | Promise<FormEntry>)[] = [];
  parser.on("field", (name, value, _, __, ___, type) => entries.push([name, value, type]));
  parser.on("file", (name, stream, filename, _, type) => {
    const text = stream.toArray().then((chunks) => Buffer.concat(chunks).toString());
    entries.push(text.then((value): FormEntry => [name, value, type, filename]));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  parser.on("finish", resolve).on("error", reject);
  parser.end(body);
  await promise;
  return Promise.all(entries);
}
