import type { Exclusive } from "./session";

/**
 * Runs one exchange of the session at a time over all tabs.
 *
 * A refresh token is good once, and using it twice ends the session: two tabs must not send the
 * same cookie. Pages without HTTPS have no locks outside of localhost; there each tab stands alone.
 */
export const exclusiveOverTabs: Exclusive = (work) =>
  "locks" in navigator ? navigator.locks.request("nilm-session", work) : work();
