import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createClient, type Client, type Transport } from "@connectrpc/connect";
import { AuthService } from "@/gen/nilm/auth/v1/auth_service_pb";
import type { TokenPair, User } from "@/gen/nilm/auth/v1/user_pb";
import { hasCode } from "@/lib/rpc/problem";
import type { TokenSource } from "@/lib/rpc/transport";

/** Who is signed in, as far as it is known. */
export type SessionState =
  | { status: "starting" }
  | { status: "unreachable"; error: unknown }
  | { status: "signedOut" }
  | { status: "signedIn"; user: User }
  /** The session ended by itself; the same person may sign in again and go on where they are. */
  | { status: "expired"; user: User };

/** Runs one piece of work at a time over all tabs of the browser. */
export type Exclusive = <T>(work: () => Promise<T>) => Promise<T>;

const RENEW_BEFORE_END_MS = 30_000;
const SIGN_OUT_TIMEOUT_MS = 5_000;

/**
 * The session of this page.
 *
 * The access token is held here, in memory, and nowhere else. The refresh token is in a cookie that
 * no script can read: the server sets it, and it comes along with `RefreshToken` by itself.
 */
export class Session implements TokenSource {
  private state: SessionState = { status: "starting" };
  private access: { token: string; renewAtMs: number } | undefined;
  private renewal: Promise<string> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly auth: Client<typeof AuthService>;

  constructor(
    transport: Transport,
    private readonly exclusive: Exclusive = (work) => work(),
    private readonly nowMs: () => number = Date.now,
  ) {
    this.auth = createClient(AuthService, transport);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): SessionState => this.state;

  /** Goes on with the session of the browser's cookie, if there is one. */
  async resume(): Promise<void> {
    try {
      const token = await this.renew();
      const { user } = await this.auth.getMe({}, bearer(token));
      if (user) this.enter({ status: "signedIn", user });
    } catch (error) {
      if (hasCode(error, Code.Unauthenticated)) this.end();
      else this.enter({ status: "unreachable", error });
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    const { user, tokens } = await this.exclusive(() => this.auth.signIn({ email, password }));
    this.begin(user, tokens);
  }

  /** Makes an account; returns whether it is signed in, or its address is to be confirmed first. */
  async signUp(email: string, password: string, displayName: string): Promise<boolean> {
    const { user, tokens } = await this.exclusive(() =>
      this.auth.signUp({ email, password, displayName }),
    );
    if (!tokens) return false;
    this.begin(user, tokens);
    return true;
  }

  /** Changes the password; all other sessions of the account end. */
  async changePassword(currentPassword: string, newPassword: string): Promise<void> {
    const token = await this.token();
    const { tokens } = await this.exclusive(() =>
      this.auth.changePassword({ currentPassword, newPassword }, token ? bearer(token) : {}),
    );
    this.keep(tokens);
  }

  async requestPasswordReset(email: string): Promise<void> {
    await this.auth.requestPasswordReset({ email });
  }

  async resetPassword(token: string, newPassword: string): Promise<void> {
    await this.auth.resetPassword({ token, newPassword });
  }

  /**
   * Ends the session on the server, which takes the cookie away, then here.
   *
   * Where the server does not answer it ends here all the same.
   */
  async signOut(): Promise<void> {
    try {
      await this.exclusive(() => this.auth.signOut({}, { timeoutMs: SIGN_OUT_TIMEOUT_MS }));
    } finally {
      this.end();
    }
  }

  /** Takes over what the account holds after it was changed. */
  update(user: User): void {
    this.enter({ status: "signedIn", user });
  }

  /** Forgets the session without asking the server: it was ended elsewhere. */
  end(): void {
    this.access = undefined;
    this.enter({ status: "signedOut" });
  }

  async token(): Promise<string | undefined> {
    if (this.access && this.nowMs() < this.access.renewAtMs) return this.access.token;
    return this.state.status === "signedOut" ? undefined : this.renew(this.access?.token);
  }

  refuse(token: string): void {
    if (this.access?.token === token) this.access.renewAtMs = 0;
  }

  /**
   * Gets a new access token, once for all who ask at the same time.
   *
   * Where the session has expired, all wait until the person has signed in again.
   */
  renew(refused?: string): Promise<string> {
    if (this.access && this.access.token !== refused) return Promise.resolve(this.access.token);
    this.renewal ??= this.exchange().finally(() => {
      this.renewal = undefined;
    });
    return this.renewal;
  }

  private async exchange(): Promise<string> {
    try {
      const { tokens } = await this.exclusive(() => this.auth.refreshToken({}));
      return this.keep(tokens);
    } catch (error) {
      if (!hasCode(error, Code.Unauthenticated)) throw error;
      if (this.state.status === "signedIn") return this.untilSignedInAgain(this.state.user);
      this.end();
      throw error;
    }
  }

  private untilSignedInAgain(user: User): Promise<string> {
    this.access = undefined;
    this.enter({ status: "expired", user });
    return new Promise((resolve, reject) => {
      const unsubscribe = this.subscribe(() => {
        if (this.state.status === "expired") return;
        unsubscribe();
        if (this.access) resolve(this.access.token);
        else reject(new ConnectError("nobody is signed in", Code.Unauthenticated));
      });
    });
  }

  private begin(user: User | undefined, tokens: TokenPair | undefined): void {
    this.keep(tokens);
    if (user) this.enter({ status: "signedIn", user });
  }

  private keep(tokens: TokenPair | undefined): string {
    const token = tokens?.accessToken ?? "";
    const endsAtMs = tokens?.accessExpireTime ? timestampMs(tokens.accessExpireTime) : 0;
    const lifetimeMs = lifetimeOf(token) ?? endsAtMs - this.nowMs();
    this.access = { token, renewAtMs: this.nowMs() + lifetimeMs - RENEW_BEFORE_END_MS };
    return token;
  }

  private enter(state: SessionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}

/** Reads how long a JWT holds, so that a browser with a wrong clock renews in time all the same. */
function lifetimeOf(token: string): number | undefined {
  const payload = token.split(".")[1];
  if (!payload) return undefined;
  try {
    const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))) as {
      iat?: number;
      exp?: number;
    };
    return claims.iat && claims.exp ? (claims.exp - claims.iat) * 1000 : undefined;
  } catch {
    return undefined;
  }
}

function bearer(token: string) {
  return { headers: { authorization: `Bearer ${token}` } };
}
