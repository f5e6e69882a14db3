/** Each screen: its address, with `:b` for the building, and what is there once it is loaded. */
export const SCREENS: readonly { name: string; path: string; landmark: string }[] = [
  { name: "now", path: "/buildings/:b/now", landmark: "On right now" },
  { name: "energy", path: "/buildings/:b/energy?range=week", landmark: "Where it went" },
  { name: "appliance", path: "/buildings/:b/appliances/kettle", landmark: "Kettle" },
  { name: "buildings", path: "/buildings", landmark: "Demo home" },
  { name: "settings", path: "/buildings/:b/settings", landmark: "Tariffs" },
  { name: "import", path: "/buildings/:b/import", landmark: "File" },
  { name: "models", path: "/admin/models", landmark: "Models" },
  { name: "users", path: "/admin/users", landmark: "Users" },
  { name: "system", path: "/admin/system", landmark: "Services" },
  { name: "profile", path: "/profile", landmark: "Appearance" },
  { name: "not-found", path: "/nowhere", landmark: "Not found" },
];

/** The screens of those who are not signed in. */
export const SIGNED_OUT_SCREENS: readonly { name: string; path: string; landmark: string }[] = [
  { name: "sign-in", path: "/sign-in", landmark: "Sign in" },
  { name: "sign-up", path: "/sign-up", landmark: "Make an account" },
  { name: "forgot-password", path: "/forgot-password", landmark: "Forgotten password" },
  { name: "reset-password", path: "/reset-password?token=x", landmark: "Set a new password" },
];
