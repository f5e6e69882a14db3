import { lazy, Suspense } from "react";
import { Navigate, Route, Routes } from "react-router";
import { BuildingLayout } from "./BuildingLayout";
import Home from "./Home";
import NotFound from "./NotFound";
import { Shell } from "./Shell";
import { SignedInOnly, SignedOutOnly } from "./guards";

const SignIn = lazy(() => import("@/features/account/components/SignInPage"));
const SignUp = lazy(() => import("@/features/account/components/SignUpPage"));
const Appliance = lazy(() => import("@/features/appliance/components/AppliancePage"));
const Energy = lazy(() => import("@/features/energy/components/EnergyPage"));
const ForgotPassword = lazy(() => import("@/features/account/components/ForgotPasswordPage"));
const ResetPassword = lazy(() => import("@/features/account/components/ResetPasswordPage"));
const Now = lazy(() => import("@/features/now/components/NowPage"));
const Profile = lazy(() => import("@/features/account/components/ProfilePage"));
const Buildings = lazy(() => import("@/features/buildings/components/BuildingsPage"));
const Settings = lazy(() => import("@/features/buildings/components/SettingsPage"));
const Import = lazy(() => import("@/features/import/components/ImportPage"));
const Models = lazy(() => import("@/features/admin/components/ModelsPage"));
const Users = lazy(() => import("@/features/admin/components/UsersPage"));
const System = lazy(() => import("@/features/admin/components/SystemPage"));

/** Every address of the app. */
export function AppRoutes() {
  return (
    <Suspense>
      <Routes>
        <Route element={<SignedOutOnly />}>
          <Route path="/sign-in" element={<SignIn />} />
          <Route path="/sign-up" element={<SignUp />} />
          <Route path="/forgot-password" element={<ForgotPassword />} />
        </Route>
        <Route path="/reset-password" element={<ResetPassword />} />
        <Route element={<SignedInOnly />}>
          <Route element={<Shell />}>
            <Route index element={<Home />} />
            <Route path="/profile" element={<Profile />} />
            <Route path="/buildings" element={<Buildings />} />
            <Route path="/admin/models" element={<Models />} />
            <Route path="/admin/users" element={<Users />} />
            <Route path="/admin/system" element={<System />} />
            <Route path="/buildings/:buildingId" element={<BuildingLayout />}>
              <Route index element={<Navigate to="now" replace />} />
              <Route path="now" element={<Now />} />
              <Route path="settings" element={<Settings />} />
              <Route path="import" element={<Import />} />
              <Route path="energy" element={<Energy />} />
              <Route path="appliances" element={<Navigate to="../energy" replace />} />
              <Route path="appliances/:applianceId" element={<Appliance />} />
            </Route>
            <Route path="*" element={<NotFound />} />
          </Route>
        </Route>
      </Routes>
    </Suspense>
  );
}
