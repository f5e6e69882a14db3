import type { Session } from "./session";

/** Signs the page out when another tab signs out, and tells the others when this one does. */
export function shareSignOut(session: Session): () => void {
  const channel = new BroadcastChannel("nilm-session");
  let wasSignedIn = false;
  const unsubscribe = session.subscribe(() => {
    const state = session.snapshot();
    if (wasSignedIn && state.status === "signedOut") channel.postMessage("signed-out");
    wasSignedIn = state.status === "signedIn";
  });
  channel.onmessage = () => {
    const { status } = session.snapshot();
    if (status !== "signedIn" && status !== "expired") return;
    wasSignedIn = false; // what was heard is not passed on
    session.end();
  };
  return () => {
    unsubscribe();
    channel.close();
  };
}
