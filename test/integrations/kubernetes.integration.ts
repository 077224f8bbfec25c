import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { startCatalogApi } from "../../examples/demo/catalog-api.ts";
import { startInvoiceApi } from "../../examples/demo/invoice-api.ts";
import { startExample } from "../support/example-process.ts";
import { folderWith } from "../support/folder.ts";
import { startServer } from "../support/scripted-server.ts";

const SERVICE_ACCOUNT = "system:serviceaccount:default:catalog-worker";

/** A cluster that issues tokens of service accounts, and an authorization server that trusts it. */
async function startFederation() {
  const cluster = await generateKeyPair("RS256");
  const own = await generateKeyPair("ES256");
  const jwks = { keys: [await exportJWK(own.publicKey)] };
  const identities: JWTPayload[] = [];
  const secrets: string[] = [];
  const server = await startServer(async ({ path, body }, response) => {
    const issuer = server.origin;
    if (path === "/jwks") return jwks;
    if (path.startsWith("/.well-known/")) return { issuer, token_endpoint: `${issuer}/token` };
    const form = new URLSearchParams(body.toString());
    const clientId = form.get("client_id") ?? "catalog-worker";
    const assertion = form.get("client_assertion");
    if (assertion === null) secrets.push(form.get("client_secret") ?? "");
    else {
      const expected = { subject: SERVICE_ACCOUNT, audience: issuer };
      const verified = await jwtVerify(assertion, cluster.publicKey, expected).catch(() => undefined);
      if (verified === undefined) return void response.writeHead(401).end();
      identities.push(verified.payload);
    }
    const token = new SignJWT({ client_id: clientId, scope: form.get("scope") ?? "" })
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt" })
      .setIssuer(issuer)
      .setAudience(form.get("resource") ?? "")
      .setJti(crypto.randomUUID())
      .setExpirationTime("1h");
    return { access_token: await token.sign(own.privateKey), token_type: "Bearer", expires_in: 3600 };
  });
  const issueIdentity = (jti: string) => {
    const identity = new SignJWT({}).setProtectedHeader({ alg: "RS256" }).setJti(jti);
    identity.setIssuer("https://kubernetes.default.svc").setSubject(SERVICE_ACCOUNT);
    return identity.setAudience(server.origin).setExpirationTime("1h").sign(cluster.privateKey);
  };
  return { server, identities, secrets, issueIdentity };
}

test("a pod gets tokens by its service account, the rotated one too, and ends when told to", async () => {
  const { server, identities, secrets, issueIdentity } = await startFederation();
  const trust = { issuer: server.origin, jwksUri: `${server.origin}/jwks` };
  const catalog = await startCatalogApi({ ...trust, audience: "urn:catalog" });
  const invoices = await startInvoiceApi({ ...trust, audience: "urn:invoices" });
  const folder = folderWith({ token: await issueIdentity("first"), secret: "a secret\n" });
  await using worker = startExample("kubernetes/worker.ts", {
    TOKEN_ISSUER: server.origin,
    IDENTITY_FILE: join(folder, "token"),
    CATALOG_URL: catalog.baseUrl,
    CATALOG_CLIENT_ID: "catalog-worker",
    INVOICE_URL: invoices.baseUrl,
    INVOICE_CLIENT_ID: "invoice-worker",
    INVOICE_SECRET_FILE: join(folder, "secret"),
    INTERVAL_MS: "20",
  });

  expect(await worker.line(/invoice 2001/)).toBe("first item: Apron 1; invoice 2001: draft");
  writeFileSync(join(folder, "token"), await issueIdentity("rotated"));
  catalog.revoke();
  await expect.poll(() => identities.map(({ jti }) => jti)).toEqual(["first", "rotated"]);

  expect(secrets).toEqual(["a secret"]);
  expect(await worker.stop()).toBe(0);
  expect(worker.errors).toBe("");
  await Promise.all([server[Symbol.asyncDispose](), catalog.close(), invoices.close()]);
});

const read = (path: string) =>
  readFileSync(new URL(`../../examples/integrations/${path}`, import.meta.url), "utf8");

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: { readonly spec: PodSpec } };
}

interface PodSpec {
  readonly serviceAccountName: string;
  readonly containers: readonly {
    readonly env: readonly { readonly name: string; readonly value: string }[];
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: { readonly secretName: string };
    readonly projected?: {
      readonly sources: readonly { serviceAccountToken: { audience: string; path: string } }[];
    };
  }[];
}

test("the manifest gives the worker every variable, and the files that they name", () => {
  const documents = parseAllDocuments(read("kubernetes/deployment.yaml"));
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  const manifests = documents.map((document) => document.toJS() as Manifest);
  expect(manifests.map(({ kind }) => kind)).toEqual(["ServiceAccount", "Secret", "Deployment"]);
  const nameOf = (kind: string) => manifests.find((manifest) => manifest.kind === kind)?.metadata.name;
  const pod = (manifests[2] as Manifest).spec.template.spec;
  const [container] = pod.containers;
  const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));

  const [, variables = ""] = /Environment: (.*?)import/s.exec(read("kubernetes/worker.ts")) ?? [];
  expect(Object.keys(env).toSorted()).toEqual((variables.match(/[A-Z_]+/g) ?? []).toSorted());
  expect(pod.serviceAccountName).toBe(nameOf("ServiceAccount"));
  const [identity, secret] = pod.volumes;
  expect(secret?.secret?.secretName).toBe(nameOf("Secret"));
  expect(identity?.projected?.sources[0]?.serviceAccountToken.audience).toBe(env["TOKEN_ISSUER"]);
  expect(container?.volumeMounts.map(({ name }) => name)).toEqual([identity?.name, secret?.name]);
  expect(container?.volumeMounts.map(({ mountPath }) => mountPath)).toEqual([
    env["IDENTITY_FILE"]?.replace(/\/token$/, ""),
    env["INVOICE_SECRET_FILE"]?.replace(/\/secret$/, ""),
  ]);
});
