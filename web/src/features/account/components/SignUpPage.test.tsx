import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import ForgotPasswordPage from "./ForgotPasswordPage";
import SignInPage from "./SignInPage";
import SignUpPage from "./SignUpPage";
import {
  AuthService,
  IdentityProvider,
  PasswordResetDelivery,
} from "@/gen/nilm/auth/v1/auth_service_pb";
import { renderWith } from "@/testing/render";

const { EMBEDDED, SUPABASE } = IdentityProvider;
const { BY_OPERATOR, BY_EMAIL } = PasswordResetDelivery;

function options(identityProvider: IdentityProvider, signUpOpen: boolean) {
  const passwordResetDelivery = identityProvider === SUPABASE ? BY_EMAIL : BY_OPERATOR;
  return { identityProvider, signUpOpen, passwordResetDelivery };
}

describe("how one signs in", () => {
  it("offers an account where one can be made, and says who keeps it", async () => {
    const server = { getSignInOptions: () => options(SUPABASE, true) };
    renderWith(<SignInPage />, { routes: ({ service }) => service(AuthService, server) });
    expect(await screen.findByRole("link", { name: "Make an account" })).toBeVisible();
    expect(screen.getByText("With your account at Supabase.")).toBeVisible();
  });

  it("offers no account where sign-up is closed", async () => {
    const server = { getSignInOptions: () => options(SUPABASE, false) };
    renderWith(<SignInPage />, { routes: ({ service }) => service(AuthService, server) });
    await screen.findByText("With your account at Supabase.");
    expect(screen.queryByRole("link", { name: "Make an account" })).toBeNull();
  });

  it("shows no form on the page of a closed sign-up", async () => {
    const server = { getSignInOptions: () => options(EMBEDDED, false) };
    renderWith(<SignUpPage />, { routes: ({ service }) => service(AuthService, server) });
    expect(await screen.findByText(/Nobody can make an account here/)).toBeVisible();
    expect(screen.queryByLabelText("Email")).toBeNull();
  });

  it("asks to confirm an address, and signs nobody in before", async () => {
    const server = { getSignInOptions: () => options(SUPABASE, true), signUp: () => ({}) };
    const { session } = renderWith(<SignUpPage />, {
      routes: ({ service }) => service(AuthService, server),
    });
    await userEvent.type(screen.getByLabelText("Email"), "ada@home.local");
    await userEvent.type(screen.getByLabelText("Password"), "correct horse{Enter}");
    expect(await screen.findByText(/on its way to ada@home.local/)).toBeVisible();
    expect(session.snapshot().status).not.toBe("signedIn");
  });

  it("says that the operator has the link of a forgotten password where no mail is sent", async () => {
    const server = { getSignInOptions: () => options(EMBEDDED, true) };
    renderWith(<ForgotPasswordPage />, { routes: ({ service }) => service(AuthService, server) });
    expect(await screen.findByRole("button", { name: "Ask for the link" })).toBeVisible();
    expect(screen.getByText(/Whoever runs this server/)).toBeVisible();
  });
});
