import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
  type ServiceImpl,
} from "@connectrpc/connect";
import { describe, expect, it, vi } from "vitest";
import { Session } from "./session";
import { AuthService } from "@/gen/nilm/auth/v1/auth_service_pb";
import { TokenPairSchema, UserSchema } from "@/gen/nilm/auth/v1/user_pb";
import { authorize } from "@/lib/rpc/transport";

const START_MS = Date.UTC(2026, 0, 1);
const ADA = create(UserSchema, { userId: "usr_1", email: "ada@home.local", displayName: "Ada" });

/** An auth service that knows one session, and counts its refreshes. */
class FakeAuth {
  refreshes = 0;
  hasCookie = true;
  isAway = false;
  nowMs = START_MS;
  current = "none";

  readonly implementation: Partial<ServiceImpl<typeof AuthService>> = {
    signIn: () => ({ user: ADA, tokens: this.issue() }),
    refreshToken: async () => {
      await Promise.resolve();
      if (this.isAway) throw new ConnectError("away", Code.Unavailable);
      this.refreshes += 1;
      if (!this.hasCookie) throw new ConnectError("nobody is signed in", Code.Unauthenticated);
      return { tokens: this.issue() };
    },
    getMe: (_, { requestHeader }) => {
      if (requestHeader.get("authorization") !== `Bearer ${this.current}`) {
        throw new ConnectError("the access token has expired", Code.Unauthenticated);
      }
      return { user: ADA };
    },
    signOut: () => {
      if (this.isAway) throw new ConnectError("away", Code.Unavailable);
      this.hasCookie = false;
      return {};
    },
  };

  readonly transport = createRouterTransport(({ service }) => {
    service(AuthService, this.implementation);
  });

  session(): Session {
    return new Session(this.transport, undefined, () => this.nowMs);
  }

  private issue() {
    this.current = `token-${this.refreshes}-${this.nowMs}`;
    return create(TokenPairSchema, {
      accessToken: this.current,
      accessExpireTime: timestampFromMs(this.nowMs + 900_000),
    });
  }
}

/** Returns a session that the server has ended, and that has found it out. */
async function expired(auth: FakeAuth): Promise<Session> {
  const session = auth.session();
  await session.signIn("ada@home.local", "secret");
  auth.hasCookie = false;
  auth.nowMs += 900_000;
  session.token().catch(() => undefined);
  await vi.waitUntil(() => session.snapshot().status === "expired");
  return session;
}

describe("Session", () => {
  it("goes on with the session of the cookie", async () => {
    const auth = new FakeAuth();
    const session = auth.session();
    await session.resume();
    expect(session.snapshot()).toEqual({ status: "signedIn", user: ADA });
  });

  it("is signed out without a cookie, and says not that it expired", async () => {
    const auth = new FakeAuth();
    auth.hasCookie = false;
    const session = auth.session();
    await session.resume();
    expect(session.snapshot()).toEqual({ status: "signedOut" });
    await expect(session.token()).resolves.toBeUndefined();
  });

  it("renews before the token ends, once for all who ask", async () => {
    const auth = new FakeAuth();
    const session = auth.session();
    await session.signIn("ada@home.local", "secret");
    await session.token();
    expect(auth.refreshes).toBe(0);
    auth.nowMs += 880_000;
    const tokens = await Promise.all([session.token(), session.token(), session.token()]);
    expect(auth.refreshes).toBe(1);
    expect(new Set(tokens)).toEqual(new Set([auth.current]));
  });

  it("renews a refused token and makes the call again", async () => {
    const auth = new FakeAuth();
    const session = auth.session();
    await session.signIn("ada@home.local", "secret");
    auth.current = "another key";
    const transport = createRouterTransport(
      ({ service }) => {
        service(AuthService, auth.implementation);
      },
      { transport: { interceptors: [authorize(session)] } },
    );
    const { user } = await createClient(AuthService, transport).getMe({});
    expect(user?.userId).toBe("usr_1");
    expect(auth.refreshes).toBe(1);
  });

  it("keeps calls waiting when it expires, until the person has signed in again", async () => {
    const auth = new FakeAuth();
    const session = await expired(auth);
    const calls = [session.token(), session.token()];
    expect(session.snapshot()).toEqual({ status: "expired", user: ADA });
    auth.nowMs += 1;
    await session.signIn("ada@home.local", "secret");
    await expect(Promise.all(calls)).resolves.toEqual([auth.current, auth.current]);
    expect(auth.refreshes).toBe(1);
  });

  it("refuses the calls that waited when the person signs out instead", async () => {
    const session = await expired(new FakeAuth());
    const call = session.token();
    session.end();
    await expect(call).rejects.toThrow("nobody is signed in");
    expect(session.snapshot()).toEqual({ status: "signedOut" });
  });

  it("says that the server cannot be reached rather than that nobody is signed in", async () => {
    const auth = new FakeAuth();
    auth.isAway = true;
    const session = auth.session();
    await session.resume();
    expect(session.snapshot().status).toBe("unreachable");
    auth.isAway = false;
    await session.resume();
    expect(session.snapshot().status).toBe("signedIn");
  });

  it("is signed out on the server and here", async () => {
    const auth = new FakeAuth();
    const session = auth.session();
    await session.signIn("ada@home.local", "secret");
    await session.signOut();
    expect(auth.hasCookie).toBe(false);
    expect(session.snapshot()).toEqual({ status: "signedOut" });
  });

  it("is signed out here where the server cannot be reached", async () => {
    const auth = new FakeAuth();
    auth.isAway = true;
    const session = auth.session();
    await session.signIn("ada@home.local", "secret");
    await expect(session.signOut()).rejects.toThrow();
    expect(session.snapshot()).toEqual({ status: "signedOut" });
  });
});
