import { useMutation } from "@connectrpc/connect-query";
import { AuthService } from "@/gen/nilm/auth/v1/auth_service_pb";
import { useSession } from "@/lib/session/context";

/** Changes the account that is signed in, and shows the change everywhere. */
export function useUpdateProfile() {
  const session = useSession();
  return useMutation(AuthService.method.updateMe, {
    onSuccess: ({ user }) => {
      if (user) session.update(user);
    },
  });
}
