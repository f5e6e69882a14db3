import { useQuery } from "@connectrpc/connect-query";
import {
  AuthService,
  IdentityProvider,
  PasswordResetDelivery,
} from "@/gen/nilm/auth/v1/auth_service_pb";

/** How one signs in here. */
export interface SignInOptions {
  /** Whether an account may be made; undefined while it is not known. */
  isSignUpOpen: boolean | undefined;
  /** Whether accounts are kept by Supabase instead of this server. */
  isSupabase: boolean;
  /** Whether the message about a forgotten password waits on the server instead of being mailed. */
  isResetByOperator: boolean;
}

/** Asks the server how one signs in; where it does not answer, an account may be tried for. */
export function useSignInOptions(): SignInOptions {
  const { data, isError } = useQuery(AuthService.method.getSignInOptions, undefined, {
    staleTime: 60_000,
  });
  return {
    isSignUpOpen: data?.signUpOpen ?? (isError ? true : undefined),
    isSupabase: data?.identityProvider === IdentityProvider.SUPABASE,
    isResetByOperator: data?.passwordResetDelivery === PasswordResetDelivery.BY_OPERATOR,
  };
}
