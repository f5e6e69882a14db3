import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { TransportProvider, useMutation } from "@connectrpc/connect-query";
import { QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter, Route, Routes } from "react-router";
import { describe, expect, it } from "vitest";
import { SignedInOnly } from "./guards";
import { Button } from "@/components/ui/Button";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { AuthService } from "@/gen/nilm/auth/v1/auth_service_pb";
import { fieldErrors, textOf } from "@/lib/rpc/fields";
import { createQueryClient } from "@/lib/rpc/queryClient";
import { authorize } from "@/lib/rpc/transport";
import { SessionContext } from "@/lib/session/context";
import { Session } from "@/lib/session/session";

const ADA = { userId: "usr_1", email: "ada@home.local", displayName: "Ada" };

/** A server that ends sessions and goes away when it is told to, and keeps what is saved. */
class Server {
  accepted = "";
  hasSession = true;
  /** How many of the next calls find nobody. */
  failures = 0;
  readonly saved: string[] = [];
  private issued = 0;

  transport(session?: Session) {
    return createRouterTransport(
      ({ service }) => {
        service(AuthService, {
          signIn: () => {
            this.hasSession = true;
            return { user: ADA, tokens: this.issue() };
          },
          refreshToken: () => {
            if (!this.hasSession) throw new ConnectError("it has ended", Code.Unauthenticated);
            return { tokens: this.issue() };
          },
          updateMe: ({ displayName }, { requestHeader }) => {
            if (this.failures-- > 0) throw new ConnectError("away", Code.Unavailable);
            if (requestHeader.get("authorization") !== `Bearer ${this.accepted}`) {
              throw new ConnectError("the token has expired", Code.Unauthenticated);
            }
            this.saved.push(displayName);
            return { user: { ...ADA, displayName } };
          },
        });
      },
      { transport: { interceptors: session ? [authorize(session)] : [] } },
    );
  }

  end() {
    this.accepted = "";
    this.hasSession = false;
  }

  private issue() {
    this.accepted = `token-${++this.issued}`;
    return {
      accessToken: this.accepted,
      accessExpireTime: timestampFromMs(Date.now() + 900_000),
    };
  }
}

function NameForm() {
  const update = useMutation(AuthService.method.updateMe);
  return (
    <Form
      fields={["display_name"]}
      call={update}
      onSubmit={(form) => {
        update.mutate({ displayName: textOf(form, "display_name") });
      }}
    >
      <TextField label="Name" name="display_name" error={fieldErrors(update.error).display_name} />
      <Button type="submit" isBusy={update.isPending}>
        Save
      </Button>
      {update.isSuccess && <p>Saved</p>}
    </Form>
  );
}

async function showForm(server: Server) {
  const session = new Session(server.transport());
  await session.signIn(ADA.email, "secret");
  render(
    <SessionContext value={session}>
      <TransportProvider transport={server.transport(session)}>
        <QueryClientProvider client={createQueryClient()}>
          <MemoryRouter initialEntries={["/form"]}>
            <Routes>
              <Route element={<SignedInOnly />}>
                <Route path="/form" element={<NameForm />} />
              </Route>
              <Route path="/sign-in" element={<p>Sign-in page</p>} />
            </Routes>
          </MemoryRouter>
        </QueryClientProvider>
      </TransportProvider>
    </SessionContext>,
  );
  const name = screen.getByLabelText("Name");
  await userEvent.type(name, "A long text");
  return name;
}

describe("a form", () => {
  it("is saved after a new sign-in where the session has expired", async () => {
    const server = new Server();
    const name = await showForm(server);
    server.end();
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await screen.findByRole("dialog", { name: "Your session has ended" });
    await userEvent.keyboard("{Escape}");
    expect(name).toHaveValue("A long text");
    expect(server.saved).toEqual([]);
    await userEvent.type(await screen.findByLabelText("Password"), "secret{Enter}");
    expect(await screen.findByText("Saved")).toBeVisible();
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(server.saved).toEqual(["A long text"]);
    expect(screen.getByLabelText("Name")).toBe(name);
  });

  it("gives way to the sign-in page where somebody else wants to sign in", async () => {
    const server = new Server();
    await showForm(server);
    server.end();
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    await userEvent.click(await screen.findByRole("button", { name: /somebody else/ }));
    expect(await screen.findByText("Sign-in page")).toBeVisible();
  });

  it("is sent again by itself where nobody was there to take it", async () => {
    const server = new Server();
    const name = await showForm(server);
    server.failures = 1;
    await userEvent.click(screen.getByRole("button", { name: "Save" }));
    expect(await screen.findByText("No answer from the server; trying again.")).toBeVisible();
    expect(await screen.findByText("Saved")).toBeVisible();
    expect(server.saved).toEqual(["A long text"]);
    expect(name).toHaveValue("A long text");
  });
});
