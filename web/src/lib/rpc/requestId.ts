/**
 * Returns a fresh id for a call that makes something; keep it until the call succeeds.
 *
 * `crypto.randomUUID` is missing on pages without HTTPS, as a server at home may be.
 */
export function newRequestId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
