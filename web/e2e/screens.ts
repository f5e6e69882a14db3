/** Each screen: its address, with `:b` for the building, and what is there once it is loaded. */
export const SCREENS: readonly { name: string; path: string; landmark: string }[] = [
  { name: "now", path: "/buildings/:b/now", landmark: "On right now" },
  { name: "energy", path: "/buildings/:b/energy?range=week", landmark: "Where it went" },
  { name: "profile", path: "/profile", landmark: "Appearance" },
];

/** The screens of those who are not signed in. */
export const SIGNED_OUT_SCREENS: readonly { name: string; path: string; landmark: string }[] = [
  { name: "sign-in", path: "/sign-in", landmark: "Sign in" },
  { name: "sign-up", path: "/sign-up", landmark: "Make an account" },
  { name: "forgot-password", path: "/forgot-password", landmark: "Forgotten password" },
  { name: "reset-password", path: "/reset-password?token=x", landmark: "Set a new password" },
];
