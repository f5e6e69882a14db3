import { Link } from "react-router";
import { useSignIn } from "../hooks/useCredentials";
import { useSignInOptions } from "../hooks/useSignInOptions";
import { SignedOutFrame } from "./SignedOutFrame";
import { TextLink } from "./TextLink";
import { Button } from "@/components/ui/Button";
import { TextField } from "@/components/ui/Field";
import { Form } from "@/components/ui/Form";
import { fieldErrors } from "@/lib/rpc/fields";

export default function SignInPage() {
  const signIn = useSignIn();
  const { isSignUpOpen, isSupabase } = useSignInOptions();
  const errors = fieldErrors(signIn.error);
  return (
    <SignedOutFrame
      title="Sign in"
      subtitle={isSupabase ? "With your account at Supabase." : "Welcome back."}
      footer={
        isSignUpOpen && (
          <>
            New here? <TextLink to="/sign-up">Make an account</TextLink>
          </>
        )
      }
    >
      <Form fields={["email", "password"]} call={signIn} onSubmit={signIn.mutate}>
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
    </SignedOutFrame>
  );
}
