import { useMutation } from "@tanstack/react-query";
import { secretOf, textOf } from "@/lib/rpc/fields";
import { useSession } from "@/lib/session/context";

/** Signs in with the form's email and password. */
export function useSignIn() {
  const session = useSession();
  return useMutation({
    mutationFn: (form: FormData) =>
      session.signIn(textOf(form, "email"), secretOf(form, "password")),
  });
}

/** Makes an account of the form's values and signs it in, if its address needs no confirmation. */
export function useSignUp() {
  const session = useSession();
  return useMutation({
    mutationFn: async (form: FormData) => {
      const email = textOf(form, "email");
      const isSignedIn = await session.signUp(
        email,
        secretOf(form, "password"),
        textOf(form, "display_name"),
      );
      return { email, isToConfirm: !isSignedIn };
    },
  });
}

/** Asks for a mail that a forgotten password can be set anew with. */
export function useForgottenPassword() {
  const session = useSession();
  return useMutation({
    mutationFn: (form: FormData) => session.requestPasswordReset(textOf(form, "email")),
  });
}

/** Sets a new password by the token of that mail. */
export function useResetPassword(token: string) {
  const session = useSession();
  return useMutation({
    mutationFn: (form: FormData) => session.resetPassword(token, secretOf(form, "new_password")),
  });
}

/** Changes the password of who is signed in. */
export function useChangePassword() {
  const session = useSession();
  return useMutation({
    mutationFn: (form: FormData) =>
      session.changePassword(secretOf(form, "current_password"), secretOf(form, "new_password")),
  });
}
