import { createContext, useContext, useSyncExternalStore } from "react";
import type { Session, SessionState } from "./session";
import type { User } from "@/gen/nilm/auth/v1/user_pb";

export const SessionContext = createContext<Session | null>(null);

/** Returns the session, to act on it. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("there is no SessionContext around this component");
  return session;
}

/** Returns who is signed in, and follows it. */
export function useSessionState(): SessionState {
  const session = useSession();
  return useSyncExternalStore(session.subscribe, session.snapshot);
}

/** Returns whose screens these are; only inside of signed-in screens. */
export function useUser(): User {
  const state = useSessionState();
  if (state.status === "signedIn" || state.status === "expired") return state.user;
  throw new Error("nobody is signed in");
}
