import { describe, expect, it } from "vitest";
import { resetTokenOf } from "./resetLink";

describe("resetTokenOf", () => {
  it("finds the token of a link to the page", () => {
    expect(resetTokenOf({ search: "?token=abc", hash: "" })).toBe("abc");
  });

  it("finds the session that a link of Supabase has started", () => {
    const hash = "#access_token=a.b.c&expires_in=3600&refresh_token=r&type=recovery";
    expect(resetTokenOf({ search: "", hash })).toBe("a.b.c");
  });

  it("takes no other session, and no error", () => {
    expect(resetTokenOf({ search: "", hash: "#access_token=a.b.c&type=signup" })).toBe("");
    expect(resetTokenOf({ search: "", hash: "#error=access_denied&error_code=otp_expired" })).toBe(
      "",
    );
    expect(resetTokenOf({ search: "", hash: "" })).toBe("");
  });
});
