import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/ui/Button";
import { Dialog } from "@/components/ui/Dialog";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import type { User } from "@/gen/nilm/auth/v1/user_pb";
import { fieldErrors, secretOf } from "@/lib/rpc/fields";
import { useSession } from "@/lib/session/context";

/** Asks whose session expired to sign in again, over the page that they were at. */
export default function SignInAgain({ user: { email } }: { user: User }) {
  const session = useSession();
  const signIn = useMutation({
    mutationFn: (form: FormData) => session.signIn(email, secretOf(form, "password")),
  });
  return (
    <Dialog
      title="Your session has ended"
      description="Sign in again to go on where you are. Nothing that you typed is lost."
      isOpen
      canClose={false}
      onOpenChange={() => undefined}
    >
      <Form fields={["password"]} call={signIn} onSubmit={signIn.mutate}>
        <TextField label="Email" type="email" autoComplete="username" value={email} readOnly />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          error={fieldErrors(signIn.error).password}
        />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" isBusy={signIn.isPending}>
            {signIn.isPending ? "Signing in…" : "Sign in"}
          </Button>
          <Button
            look="quiet"
            onClick={() => {
              session.end();
            }}
          >
            Sign in as somebody else
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}
