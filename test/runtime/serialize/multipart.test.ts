import { openAsBlob } from "node:fs";
import { Readable } from "node:stream";
import { describe, expect, test, vi } from "vitest";
import type { RequestContent } from "../../../runtime/src/operation.ts";
import { part } from "../../../runtime/src/part.ts";
import { discardBody, isReplayable, openBody } from "../../../runtime/src/replayable-body.ts";
import { compileMultipart } from "../../../runtime/src/serialize/multipart.ts";
import { folderWith } from "../../support/folder.ts";

const invalidOption = expect.objectContaining({ code: "ERR_INVALID_OPTION" });

interface Written {
  readonly body: unknown;
  readonly contentType: string;
  readonly length: string | undefined;
}

function write(body: unknown, content: Partial<RequestContent> = {}): Written {
  const headers: string[] = [];
  const compiled = compileMultipart({ mediaType: "multipart/form-data", ...content }, "POST /: body");
  const written = compiled(body, headers);
  const [, contentType = "", , length] = headers;
  return { body: written, contentType, length };
}

async function bytesOf({ body }: Written): Promise<Buffer> {
  const opened = openBody(body);
  if (opened instanceof Uint8Array) return Buffer.from(opened);
  return Buffer.concat(await Readable.from(opened as AsyncIterable<Uint8Array>).toArray());
}

/** On the wire, the boundary as `B`. */
async function textOf(written: Written): Promise<string> {
  const boundary = written.contentType.replace(/.*boundary=/, "");
  return (await bytesOf(written)).toString().replaceAll(boundary, "B");
}

/** What another implementation reads. */
async function read(written: Written): Promise<FormData> {
  const headers = { "content-type": written.contentType };
  return new Response(await bytesOf(written), { headers }).formData();
}

async function* stream(...chunks: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

describe("compileMultipart", () => {
  test("writes a form as RFC 7578 has it", async () => {
    const body = { a: "x\ny", file: new File(["z"], "z.png", { type: "image/png" }), meta: { b: 1 } };
    expect(await textOf(write(body))).toBe(
      [
        '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\ny\r\n',
        '--B\r\nContent-Disposition: form-data; name="file"; filename="z.png"\r\n',
        "Content-Type: image/png\r\n\r\nz\r\n",
        '--B\r\nContent-Disposition: form-data; name="meta"\r\n',
        'Content-Type: application/json\r\n\r\n{"b":1}\r\n--B--\r\n',
      ].join(""),
    );
  });

  test("has another boundary for each body", () => {
    expect(write({ a: 1 }).contentType).toMatch(/^multipart\/form-data; boundary=[\w-]{20,70}$/);
    expect(write({ a: 1 }).contentType).not.toBe(write({ a: 1 }).contentType);
  });

  test("replaces a boundary that the document has", () => {
    const { contentType } = write({}, { mediaType: 'multipart/form-data; boundary="x"; charset=utf-8' });
    expect(contentType).toMatch(/^multipart\/form-data; charset=utf-8; boundary=(?!"?x)/);
  });

  test.each([
    "boundary=x; boundary=x",
    "boundary = x",
    'BOUNDARY="a\\";b"',
    "boundary*=utf-8''x",
    "boundary*0=x; boundary*1=y",
    'a="b";boundary=x',
  ])("has no boundary but its own, whatever its content type says: %s", (parameters) => {
    const { contentType } = write({}, { mediaType: `multipart/form-data; ${parameters}` });
    expect(contentType.match(/boundary/gi)).toHaveLength(1);
    expect(contentType).toMatch(/; boundary=----[\w-]+$/);
  });

  test.each(['a"b', "a\r\nb", "größe", "a;b", "a\\b", "__proto__"])(
    "escapes %j where it is a name",
    async (name) => {
      const form = await read(write(Object.fromEntries([[name, new File(["x"], name)]])));
      const file = [...form.values()][0] as File;
      const wanted = name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
      // Parsers differ in whether they decode the escapes of WHATWG HTML.
      expect([name, wanted]).toContain([...form.keys()][0]);
      expect([name, wanted]).toContain(file.name);
      expect(await file.text()).toBe("x");
    },
  );

  test("is one buffer where all of it is in memory, of views only what they show", async () => {
    const bytes = new Uint8Array([120, 121, 122]);
    const written = write({ a: bytes.subarray(1, 2), b: bytes.buffer, c: new DataView(bytes.buffer, 2) });
    expect(written.body).toBeInstanceOf(Uint8Array);
    expect(written.length).toBeUndefined(); // undici says it.
    const form = await read(written);
    const texts = [...form.values()].map((file) => (file as File).text());
    expect(await Promise.all(texts)).toEqual(["y", "xyz", "z"]);
  });

  test("declares its length where a part is in a file, which it reads as it is sent", async () => {
    const folder = folderWith({ "a.txt": "content" });
    const file = await openAsBlob(`${folder}/a.txt`, { type: "text/plain" });
    const written = write({ file, note: "é" });
    expect(written.body).toBeTypeOf("function");
    expect(isReplayable(written.body)).toBe(true);
    const bytes = await bytesOf(written);
    expect(bytes.toString()).toContain("\r\n\r\ncontent\r\n");
    expect(written.length).toBe(String(bytes.length));
    expect(await bytesOf(written)).toEqual(bytes);
  });

  test("can be sent again when each stream is given as a function", async () => {
    const written = write({ a: () => stream("x", "y"), b: "z" });
    expect(isReplayable(written.body)).toBe(true);
    expect(written.length).toBeUndefined();
    for (const _ of [1, 2]) expect(await textOf(written)).toContain("\r\n\r\nxy\r\n");
  });

  test("of a stream can be sent once, and lets go of those that are not read", async () => {
    const unread = [Readable.from(["x"]), Readable.from(["y"])];
    const written = write({ a: unread[0], b: unread[1] });
    expect(isReplayable(written.body)).toBe(false);
    discardBody(written.body);
    expect(unread.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  });

  test("lets go of later streams when reading an earlier one fails", async () => {
    const broken = Readable.from(
      (async function* () {
        yield "x";
        throw new Error("broken");
      })(),
    );
    const later = Readable.from(["y"]);
    await expect(bytesOf(write({ a: broken, b: later }))).rejects.toThrow("broken");
    await vi.waitFor(() => expect(later.destroyed).toBe(true));
  });

  test("of streams of the web is read like any other", async () => {
    const form = await read(write({ a: new Blob(["x"]).stream(), b: new Response("y").body }));
    expect(await (form.get("a") as File).text()).toBe("x");
    expect(await (form.get("b") as File).text()).toBe("y");
  });

  test("takes a Blob of another class by how it behaves", async () => {
    const foreign = { size: 1, type: "text/x", name: "n", stream: () => stream("x") };
    const form = await read(write({ a: foreign }));
    expect(form.get("a")).toMatchObject({ name: "n", type: "text/x", size: 1 });
  });

  test("names the root of multipart/related", () => {
    const mediaType = "multipart/related";
    const { contentType } = write([{ a: 1 }, new Blob(["x"])], { mediaType });
    expect(contentType).toMatch(/^multipart\/related; type="application\/json"; boundary=/);
    expect(write({ a: "x" }, { mediaType: 'multipart/related; type="x/y"' }).contentType).toMatch(
      /^multipart\/related; type="x\/y"; boundary=/,
    );
  });

  test("of a list has parts without names, each by its own encoding", async () => {
    const content = {
      mediaType: "multipart/mixed",
      prefixEncoding: [{ contentType: "text/csv" }],
      itemEncoding: { contentType: "application/vnd.x+json" },
    };
    expect(await textOf(write(["a,b", { a: 1 }, part("x", { filename: "x.txt" })], content))).toBe(
      [
        "--B\r\nContent-Type: text/csv\r\n\r\na,b\r\n",
        '--B\r\nContent-Type: application/vnd.x+json\r\n\r\n{"a":1}\r\n',
        '--B\r\nContent-Disposition: attachment; filename="x.txt"\r\n',
        'Content-Type: application/vnd.x+json\r\n\r\n"x"\r\n--B--\r\n',
      ].join(""),
    );
  });

  test("of an object has names in any multipart type, as documents before OpenAPI 3.2 mean it", async () => {
    expect(await textOf(write({ a: "x" }, { mediaType: "multipart/mixed" }))).toContain(
      'Content-Disposition: form-data; name="a"\r\n',
    );
  });

  test("holds another multipart body where the encoding of a property says so", async () => {
    const encoding = { batch: { contentType: "multipart/mixed", itemEncoding: { contentType: "text/csv" } } };
    const text = await textOf(write({ batch: part(["a", "b"]) }, { encoding }));
    const inner = /Content-Type: multipart\/mixed; boundary=(\S+)\r\n/.exec(text)?.[1];
    expect(text.replaceAll(inner ?? "", "I")).toContain(
      "\r\n\r\n--I\r\nContent-Type: text/csv\r\n\r\na\r\n--I\r\nContent-Type: text/csv\r\n\r\nb\r\n--I--\r\n\r\n--B--",
    );
  });

  test.each(["text", 1, null, new Blob(["x"]), new FormData(), new Map()])(
    "refuses what has no parts: %o",
    (body) => {
      expect(() => write(body)).toThrow(invalidOption);
    },
  );
});
