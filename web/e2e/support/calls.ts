import { createPrivateKey, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient, type Interceptor, type Transport } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import type { Page } from "@playwright/test";
import { AuthService } from "../../src/gen/nilm/auth/v1/auth_service_pb";
import { BuildingService } from "../../src/gen/nilm/buildings/v1/building_service_pb";
import { DEMO_EMAIL } from "./fixtures";

const HOUR_S = 3_600;

/** The gateway as a program calls it, past what the screens offer; signed in where told. */
export async function transportOf(email?: string, password = ""): Promise<Transport> {
  const open = transportWith();
  if (!email) return open;
  const { tokens } = await createClient(AuthService, open).signIn({ email, password });
  return transportWith(tokens?.accessToken);
}

/** Returns the id of the simulated household's building. */
export async function demoBuildingId(): Promise<string> {
  const transport = await transportOf(DEMO_EMAIL, process.env.NILM_DEMO_PASSWORD);
  const { buildings } = await createClient(BuildingService, transport).listBuildings({});
  return buildings[0]?.buildingId ?? "";
}

function transportWith(token?: string): Transport {
  const authorize: Interceptor = (next) => (request) => {
    if (token) request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
  return createGrpcWebTransport({
    baseUrl: process.env.NILM_URL ?? "",
    interceptors: [authorize],
  });
}

/**
 * Lets the page's next call of a method carry a token that has expired: the one that it has, an
 * hour older, signed with the key of the system. Returns what tells how often that was done.
 */
export async function expireNextToken(page: Page, method: string): Promise<() => number> {
  let expired = 0;
  await page.route(
    `**/${method}`,
    async (route) => {
      const headers = await route.request().allHeaders();
      expired += 1;
      await route.continue({
        headers: { ...headers, authorization: `Bearer ${anHourOlder(headers.authorization)}` },
      });
    },
    { times: 1 },
  );
  return () => expired;
}

function anHourOlder(authorization = ""): string {
  const [header = "", payload = ""] = authorization.replace("Bearer ", "").split(".");
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<
    string,
    unknown
  >;
  for (const name of ["iat", "nbf", "exp"]) {
    const value = claims[name];
    if (typeof value === "number") claims[name] = value - HOUR_S;
  }
  const body = `${header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
  const file = join(process.env.NILM_DATA_DIR ?? "", "secrets", "signing-key.pem");
  const key = createPrivateKey(readFileSync(file));
  return `${body}.${sign(null, Buffer.from(body), key).toString("base64url")}`;
}
