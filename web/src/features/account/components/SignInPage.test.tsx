import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import SignInPage from "./SignInPage";
import { BadRequestSchema } from "@/gen/google/rpc/error_details_pb";
import { AuthService } from "@/gen/nilm/auth/v1/auth_service_pb";
import { renderWith } from "@/testing/render";

describe("SignInPage", () => {
  it("signs in", async () => {
    const { session } = renderWith(<SignInPage />, {
      routes: ({ service }) => {
        service(AuthService, {
          signIn: ({ email, password }) => ({
            user: { userId: "usr_1", email, displayName: password },
            tokens: { accessToken: "token" },
          }),
        });
      },
    });
    await userEvent.type(screen.getByLabelText("Email"), "ada@home.local");
    await userEvent.type(screen.getByLabelText("Password"), " spaces stay {Enter}");
    expect(session.snapshot()).toMatchObject({
      status: "signedIn",
      user: { email: "ada@home.local", displayName: " spaces stay " },
    });
  });

  it("puts an error beside the field that it names, and keeps what was typed", async () => {
    renderWith(<SignInPage />, {
      routes: ({ service }) => {
        service(AuthService, {
          signIn: () => {
            throw new ConnectError("bad request", Code.InvalidArgument, undefined, [
              {
                desc: BadRequestSchema,
                value: create(BadRequestSchema, {
                  fieldViolations: [{ field: "email", description: "must be an email address" }],
                }),
              },
            ]);
          },
        });
      },
    });
    const email = screen.getByLabelText("Email");
    await userEvent.type(email, "ada{Enter}");
    expect(await screen.findByText("Must be an email address.")).toBeVisible();
    expect(email).toHaveFocus();
    expect(email).toHaveValue("ada");
    expect(email).toHaveAccessibleDescription("Must be an email address.");
  });

  it("says what belongs to no field above them", async () => {
    renderWith(<SignInPage />, {
      routes: ({ service }) => {
        service(AuthService, {
          signIn: () => {
            throw new ConnectError("the email or the password is wrong", Code.Unauthenticated);
          },
        });
      },
    });
    await userEvent.type(screen.getByLabelText("Password"), "no{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent(
      "The email or the password is wrong.",
    );
  });
});
