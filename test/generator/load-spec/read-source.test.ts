import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ReadPolicy, readPolicy } from "../../../generator/src/load-spec/read-policy.ts";
import { readSource } from "../../../generator/src/load-spec/read-source.ts";
import type { ClientTarget } from "../../../generator/src/model.ts";
import { generatorErrorOf, targetOf } from "../../support/documents.ts";
import { folderWith } from "../../support/folder.ts";

const read = (location: string, rest: Partial<ClientTarget> = {}, limits: Partial<ReadPolicy> = {}) =>
  readSource(location, { ...readPolicy(targetOf(location, rest)), ...limits });

/** Reads a file that the document at `spec` refers to. */
const readFor = (spec: string, location: string, rest: Partial<ClientTarget> = {}) =>
  readSource(location, readPolicy(targetOf(spec, rest)));

/** What an unreadable source is said to be. */
async function findingOf(reading: Promise<unknown>) {
  const error = await generatorErrorOf(() => reading);
  expect(error.code).toBe("ERR_DOCUMENT_UNREADABLE");
  return error.diagnostics[0];
}

/** @returns the origin of a server on loopback */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

const hostOf = (origin: string) => new URL(origin).host;

describe("a file", () => {
  test("is read below the folder of the document", async () => {
    const folder = folderWith({ "api.yaml": "a", "b/item.yaml": "b" });
    const { text, location } = await readFor(join(folder, "api.yaml"), join(folder, "b/item.yaml"));
    expect([text, location]).toEqual(["b", join(folder, "b/item.yaml")]);
  });

  test.each([
    ["above it", "secret.yaml"],
    ["in a folder whose name begins like its own", "api-secret/secret.yaml"],
    ["linked from outside", "api/link.yaml"],
    ["in a folder that is linked from outside", "api/links/secret.yaml"],
  ])("is refused when it is %s", async (_, name) => {
    const files = { "secret.yaml": "a", "api-secret/secret.yaml": "a", "api/api.yaml": "b" };
    const folder = folderWith(files);
    symlinkSync(join(folder, "secret.yaml"), join(folder, "api/link.yaml"));
    symlinkSync(join(folder, "api-secret"), join(folder, "api/links"));
    const finding = await findingOf(readFor(join(folder, "api/api.yaml"), join(folder, name)));
    expect(finding?.message).toContain("outside");
    expect(finding?.fix).toContain("specRoot");
  });

  test("may be anywhere below specRoot", async () => {
    const folder = folderWith({ "shared/item.yaml": "b", "api/api.yaml": "a" });
    const options = { specRoot: folder };
    const spec = join(folder, "api/api.yaml");
    expect((await readFor(spec, join(folder, "shared/item.yaml"), options)).text).toBe("b");
    expect((await findingOf(readFor(spec, "/etc/hostname", options)))?.message).toContain("outside");
  });

  test("may be a link within the folder, and the document one from elsewhere", async () => {
    const folder = folderWith({ "real/api.yaml": "a", "real/item.yaml": "b" });
    symlinkSync(join(folder, "real/api.yaml"), join(folder, "api.yaml"));
    symlinkSync(join(folder, "real/item.yaml"), join(folder, "real/link.yaml"));
    const spec = join(folder, "api.yaml");
    expect((await read(spec)).text).toBe("a");
    expect((await readFor(spec, join(folder, "real/link.yaml"))).text).toBe("b");
  });

  test.each(["../none.yaml", "../none/none.yaml", "../other/none.yaml", "../other/api.yaml/none.yaml"])(
    "is refused elsewhere whether it is there or not: %s",
    async (path) => {
      const folder = folderWith({ "own/api.yaml": "a", "other/api.yaml": "b" });
      const found = await findingOf(readFor(join(folder, "own/api.yaml"), join(folder, "own", path)));
      expect(found?.message).toContain("outside");
    },
  );

  test("is not there when its folder is not either", async () => {
    const spec = join(folderWith({}), "none/nor/api.yaml");
    expect(await findingOf(read(spec))).toMatchObject({ message: "there is no such file" });
  });

  test.each([
    ["is not there", "none.yaml", "there is no such file"],
    ["is a folder", "folder", "is a folder"],
    ["is a pipe, which may have no end", "pipe", "is no regular file"],
    ["is linked to itself", "circle", "is a symbolic link that leads in a circle"],
  ])("is unreadable when it %s", async (_, name, message) => {
    const folder = folderWith({ "api.yaml": "a", "folder/a.yaml": "a" });
    execFileSync("mkfifo", [join(folder, "pipe")]);
    symlinkSync(join(folder, "circle"), join(folder, "circle"));
    expect(await findingOf(readFor(join(folder, "api.yaml"), join(folder, name)))).toMatchObject({ message });
  });

  test.each(["file:///etc/hostname", "data:,a", "ftp://a.example/b", "relative.yaml"])(
    "is no location of another kind: %s",
    async (location) => {
      const folder = folderWith({ "api.yaml": "a" });
      expect((await findingOf(readFor(join(folder, "api.yaml"), location)))?.message).toContain("refused");
    },
  );

  test("is refused when it is too large, and before it is read", async () => {
    const spec = join(folderWith({ "api.yaml": "a".repeat(11) }), "api.yaml");
    expect(await findingOf(read(spec, {}, { maxFileBytes: 10 }))).toMatchObject({
      message: "is larger than 10 bytes",
    });
  });

  test.each([
    ["bytes", { bytes: 5, files: 10 }],
    ["files", { bytes: 100, files: 1 }],
  ])("is refused when the document has too many %s with it", async (_, budget) => {
    const folder = folderWith({ "a.yaml": "aaa", "b.yaml": "bbb" });
    const policy = { ...readPolicy(targetOf(join(folder, "a.yaml"))), budget };
    await readSource(join(folder, "a.yaml"), policy);
    expect((await findingOf(readSource(join(folder, "b.yaml"), policy)))?.message).toContain("too");
  });

  test("in another encoding is read with a warning of the line", async () => {
    const folder = folderWith({});
    execFileSync("sh", ["-c", "printf 'a: b\\nc: \\374\\n' > api.yaml"], { cwd: folder });
    const { text, warnings } = await read(join(folder, "api.yaml"));
    expect(text).toBe("a: b\nc: ü\n");
    expect(warnings).toMatchObject([{ severity: "warning", line: 2, fix: "save it as UTF-8" }]);
  });
});

describe("a URL", () => {
  test("is fetched with its query, and decoded as the server says", async () => {
    const origin = await serve(({ url }, response) => {
      response.setHeader("content-type", 'text/yaml; charset="iso-8859-1"');
      response.end(Buffer.from(`title: Größe ${url}`, "latin1"));
    });
    expect((await read(`${origin}/a?key=1`)).text).toBe("title: Größe /a?key=1");
  });

  test("is allowed for refs of a document at the same host, whatever the path", async () => {
    const origin = await serve(({ url }, response) => void response.end(url));
    expect((await readFor(`${origin}/api.yaml`, `${origin}/other/item.yaml`)).text).toBe("/other/item.yaml");
  });

  test.each([
    ["another host", "https://other.example/a.yaml", "other.example"],
    ["another port", "http://127.0.0.1:1/a.yaml", "127.0.0.1:1"],
    ["plain http", "http://specs.example/a.yaml", "expected https"],
    ["a password in the URL", "https://u:hunter2@specs.example/a.yaml", "without user name"],
  ])("is refused for %s", async (_, location, reason) => {
    const origin = await serve((_request, response) => void response.end());
    const rest = { remoteHosts: ["specs.example"] };
    const finding = await findingOf(readFor(`${origin}/api.yaml`, location, rest));
    expect(finding?.message).toContain("refused");
    expect(finding?.message).toContain(reason);
  });

  test("is refused for refs of a local document, unless remoteHosts has its host", async () => {
    const origin = await serve((_, response) => void response.end("a"));
    const spec = join(folderWith({ "api.yaml": "a" }), "api.yaml");
    expect(await findingOf(readFor(spec, `${origin}/a.yaml`))).toMatchObject({
      fix: `add "${hostOf(origin)}" to remoteHosts if it is trusted`,
    });
    const remoteHosts = [hostOf(origin)];
    expect((await readFor(spec, `${origin}/a.yaml`, { remoteHosts })).text).toBe("a");
  });

  test("never leads to a local file", async () => {
    const folder = folderWith({ "a.yaml": "a" });
    const finding = await findingOf(readFor("https://specs.example/api.yaml", join(folder, "a.yaml")));
    expect(finding?.message).toContain("may not lead to local files");
  });

  test.each([301, 302, 303, 307, 308])("is followed where a %i leads on the same host", async (status) => {
    const origin = await serve(({ url }, response) => {
      if (url === "/a") response.writeHead(status, { location: "b/c" }).end("moved");
      else response.end(url);
    });
    const { text, location } = await read(`${origin}/a`);
    expect([text, location]).toEqual(["/b/c", `${origin}/b/c`]);
  });

  test("is not followed to a host that is not allowed, not even by way of one that is", async () => {
    const asked: (string | undefined)[] = [];
    const secret = await serve(({ url }, response) => {
      asked.push(url);
      response.end("secret");
    });
    const between = await serve((_, response) => void response.writeHead(302, { location: secret }).end());
    const first = await serve((_, response) => void response.writeHead(302, { location: between }).end());
    const finding = await findingOf(read(first, { remoteHosts: [hostOf(between)] }));
    expect(finding?.message).toContain(hostOf(secret));
    expect(asked).toEqual([]);
    const remoteHosts = [hostOf(between), hostOf(secret)];
    expect((await read(first, { remoteHosts })).text).toBe("secret");
  });

  test.each(["file:///etc/hostname", "http://specs.example/", "https://u:p@specs.example/"])(
    "is not followed to %s",
    async (location) => {
      const origin = await serve((_, response) => void response.writeHead(302, { location }).end());
      const rest = { remoteHosts: ["specs.example"] };
      expect((await findingOf(read(origin, rest)))?.message).toContain("refused");
    },
  );

  test("is given up when it is redirected in a circle, or nowhere", async () => {
    const circle = await serve((_, response) => void response.writeHead(302, { location: "/" }).end());
    expect((await findingOf(read(circle)))?.message).toContain("more than 5 times");
    const nowhere = await serve((_, response) => void response.writeHead(302).end());
    expect((await findingOf(read(nowhere)))?.message).toContain("Location");
  });

  test("is given up at the size limit, while it comes in", async () => {
    let written = 0;
    const origin = await serve((_, response) => {
      const write = () => {
        if (!response.destroyed && response.write("a".repeat(100_000))) setImmediate(write);
        written += 100_000;
      };
      response.on("drain", write);
      write();
    });
    const finding = await findingOf(read(origin, {}, { maxFileBytes: 2 ** 20 }));
    expect(finding?.message).toBe("is larger than 1 MiB");
    expect(written).toBeLessThan(64 * 2 ** 20);
  });

  test("is given up at the size limit of what is unpacked", async () => {
    const bomb = gzipSync(Buffer.alloc(2 ** 22));
    const origin = await serve(
      (_, response) => void response.setHeader("content-encoding", "gzip").end(bomb),
    );
    const finding = await findingOf(read(origin, {}, { maxFileBytes: 2 ** 20 }));
    expect(finding?.message).toBe("is larger than 1 MiB");
  });

  test.each([
    ["an answer", () => {}],
    ["the rest of an answer", (response: { write: (text: string) => unknown }) => response.write("a")],
  ])("is given up when %s takes too long", async (_, answer) => {
    const origin = await serve((_request, response) => void answer(response));
    const finding = await findingOf(read(origin, {}, { timeoutMs: 50 }));
    expect(finding?.message).toBe("was not answered in full within 0.05 s");
  });

  test("is given up when the connection breaks", async () => {
    const origin = await serve((_, response) => {
      response.writeHead(200, { "content-length": 100 }).write("a", () => response.destroy());
    });
    expect((await findingOf(read(origin)))?.message).toContain("broke the connection");
  });

  test("says what is wrong when nothing listens, and what to do", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as { port: number };
    await new Promise((done) => server.close(done));
    expect(await findingOf(read(`http://127.0.0.1:${port}/api.json`))).toMatchObject({
      message: "nothing listens there (ECONNREFUSED)",
      fix: "check host and port, and that the server runs",
    });
  });

  test.each([
    [401, "download the document with its credentials, and name the file"],
    [404, "check the address"],
    [503, "try again, or download the document and name the file"],
  ])("says what to do when the server answers %i", async (status, fix) => {
    const origin = await serve((_, response) => void response.writeHead(status).end());
    expect(await findingOf(read(origin))).toMatchObject({ message: `answered ${status}`, fix });
  });

  test("shows no query in errors, which may hold a key", async () => {
    const origin = await serve((_, response) => void response.writeHead(404).end());
    const error = await generatorErrorOf(() => read(`${origin}/a?key=hunter2`));
    expect(error.message).not.toContain("hunter2");
    expect(error.diagnostics[0]?.file).toBe(`${origin}/a`);
  });
});
