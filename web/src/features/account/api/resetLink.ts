/**
 * Returns the token by which the link of a message sets a new password; empty where it has none.
 *
 * It is `?token=` of a link to this page, or `#access_token=` where Supabase has checked its own
 * link and sent the browser on to here.
 */
export function resetTokenOf({ search, hash }: { search: string; hash: string }): string {
  const fragment = new URLSearchParams(hash.replace(/^#/, ""));
  const checked = fragment.get("type") === "recovery" ? fragment.get("access_token") : null;
  return new URLSearchParams(search).get("token") ?? checked ?? "";
}
