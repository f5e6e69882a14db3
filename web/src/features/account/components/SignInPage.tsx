import { Link } from "react-router";
import { useSignIn } from "../hooks/useCredentials";
import { SignedOutFrame } from "./SignedOutFrame";
import { TextLink } from "./TextLink";
import { Button } from "@/components/ui/Button";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { Notice } from "@/components/ui/Notice";
import { fieldErrors } from "@/lib/rpc/fields";
import { useSessionState } from "@/lib/session/context";

export default function SignInPage() {
  const signIn = useSignIn();
  const state = useSessionState();
  const errors = fieldErrors(signIn.error);
  const hasExpired = state.status === "signedOut" && state.hasExpired;
  return (
    <SignedOutFrame
      title="Sign in"
      subtitle="Welcome back."
      footer={
        <>
          New here? <TextLink to="/sign-up">Make an account</TextLink>
        </>
      }
    >
      <div className="grid gap-4">
        {hasExpired && !signIn.error && (
          <Notice tone="warn">
            Your session has ended. Sign in, and you are back where you were.
          </Notice>
        )}
        <Form fields={["email", "password"]} error={signIn.error} onSubmit={signIn.mutate}>
          <TextField
            label="Email"
            name="email"
            type="email"
            autoComplete="username"
            error={errors.email}
          />
          <TextField
            label="Password"
            name="password"
            type="password"
            autoComplete="current-password"
            error={errors.password}
          />
          <Button type="submit" isBusy={signIn.isPending}>
            {signIn.isPending ? "Signing in…" : "Sign in"}
          </Button>
          <Link to="/forgot-password" className="text-sm text-muted underline underline-offset-4">
            Forgotten your password?
          </Link>
        </Form>
      </div>
    </SignedOutFrame>
  );
}
