import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useLocation } from "react-router";
import { describe, expect, it } from "vitest";
import ResetPasswordPage from "./ResetPasswordPage";
import { AuthService } from "@/gen/nilm/auth/v1/auth_service_pb";
import { renderWith } from "@/testing/render";

function Address() {
  const { pathname, search, hash } = useLocation();
  return <output>{`${pathname}${search}${hash}`}</output>;
}

describe("ResetPasswordPage", () => {
  it.each([
    ["/reset-password?token=abc", "abc"],
    ["/reset-password#access_token=a.b.c&type=recovery", "a.b.c"],
  ])("sets a password by the token of %s, which leaves the address", async (path, token) => {
    const given: string[] = [];
    const page = (
      <>
        <ResetPasswordPage />
        <Address />
      </>
    );
    renderWith(page, {
      path,
      routes: ({ service }) => {
        service(AuthService, {
          resetPassword: (request) => {
            given.push(request.token, request.newPassword);
            return {};
          },
        });
      },
    });
    expect(screen.getByText("/reset-password")).toBeVisible();
    await userEvent.type(screen.getByLabelText("New password"), "correct horse{Enter}");
    expect(await screen.findByText(/The password is set/)).toBeVisible();
    expect(given).toEqual([token, "correct horse"]);
  });

  it("asks for a new message where the link has failed", () => {
    const path = "/reset-password#error=access_denied&error_code=otp_expired";
    renderWith(<ResetPasswordPage />, { path });
    expect(screen.getByRole("link", { name: "Ask for a new one." })).toBeVisible();
    expect(screen.queryByLabelText("New password")).toBeNull();
  });
});
