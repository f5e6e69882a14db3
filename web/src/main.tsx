import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { App } from "./app/App";
import { createQueryClient } from "./lib/rpc/queryClient";
import { createAppTransport, createSessionTransport } from "./lib/rpc/transport";
import { exclusiveOverTabs } from "./lib/session/exclusive";
import { Session } from "./lib/session/session";
import { shareSignOut } from "./lib/session/tabs";
import "./app/styles.css";

const session = new Session(createSessionTransport(), exclusiveOverTabs);
const queryClient = createQueryClient();

shareSignOut(session);
session.subscribe(() => {
  const state = session.snapshot();
  // What one account could see is not shown to the next.
  if (state.status === "signedOut") queryClient.clear();
});
void session.resume();

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <BrowserRouter basename={import.meta.env.BASE_URL}>
      <App session={session} transport={createAppTransport(session)} queryClient={queryClient} />
    </BrowserRouter>
  </StrictMode>,
);
