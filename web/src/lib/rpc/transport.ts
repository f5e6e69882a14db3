import { Code, type Interceptor, type StreamResponse, type Transport } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { hasCode } from "./problem";

/** Where the access token comes from. */
export interface TokenSource {
  /** Returns the token to send, renewed where it is about to end; undefined when signed out. */
  token(): Promise<string | undefined>;
  /** Returns a token that is not the refused one, or throws where there is none to be had. */
  renew(refused: string): Promise<string>;
  /** Tells that the server refused a token, so that the next call renews it. */
  refuse(token: string): void;
}

/** Makes the transport of all calls that are made signed in. */
export function createAppTransport(tokens: TokenSource): Transport {
  return createGrpcWebTransport({
    baseUrl: window.location.origin,
    interceptors: [authorize(tokens)],
  });
}

/** Makes the transport of sign-in and refresh: it carries the session's cookie and no token. */
export function createSessionTransport(): Transport {
  return createGrpcWebTransport({
    baseUrl: window.location.origin,
    interceptors: [askForCookie],
  });
}

/** Asks the server to keep the refresh token in a cookie that scripts cannot read. */
export const askForCookie: Interceptor = (next) => (request) => {
  request.header.set("x-nilm-session", "cookie");
  return next(request);
};

/** Sends the access token; a call that is refused for it is made once more with a new one. */
export function authorize(tokens: TokenSource): Interceptor {
  return (next) => async (request) => {
    const token = await tokens.token();
    if (token === undefined) return next(request);
    request.header.set("authorization", `Bearer ${token}`);
    try {
      const response = await next(request);
      return response.stream ? watched(response, token, tokens) : response;
    } catch (error) {
      if (!hasCode(error, Code.Unauthenticated)) throw error;
      request.header.set("authorization", `Bearer ${await tokens.renew(token)}`);
      return next(request);
    }
  };
}

function watched(response: StreamResponse, token: string, tokens: TokenSource): StreamResponse {
  const { message } = response;
  async function* messages() {
    try {
      yield* message;
    } catch (error) {
      if (hasCode(error, Code.Unauthenticated)) tokens.refuse(token);
      throw error;
    }
  }
  return { ...response, message: messages() };
}
