import { useQuery } from "@connectrpc/connect-query";
import { Building2, ChevronsUpDown, LogOut, ShieldCheck, UserRound } from "lucide-react";
import { Suspense } from "react";
import { Link, Outlet, useLocation, useNavigate, useParams } from "react-router";
import { buildingNavigation, type NavigationItem } from "./navigation";
import { Brand } from "@/components/ui/Brand";
import { Menu, MenuChoice, MenuItem, MenuLine, MenuTitle } from "@/components/ui/Menu";
import { Loading, Skeleton } from "@/components/ui/States";
import { BuildingService } from "@/gen/nilm/buildings/v1/building_service_pb";
import { classes } from "@/lib/classes";
import { useSession, useUser } from "@/lib/session/context";
import { chooseTheme, useTheme } from "@/lib/theme";

/** What stands around every screen of a signed-in person. */
export function Shell() {
  const { buildingId } = useParams();
  const buildings = useQuery(BuildingService.method.listBuildings, { pageSize: 1000 });
  const shown = buildingId ?? buildings.data?.buildings[0]?.buildingId;
  const items = shown ? buildingNavigation(shown) : [];
  return (
    <div className="min-h-dvh pb-16 lg:pb-0 lg:pl-60">
      <a
        href="#content"
        className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        Skip to the content
      </a>
      <aside className="fixed inset-y-0 left-0 hidden w-60 flex-col border-r border-line bg-surface px-3 py-5 lg:flex">
        <div className="px-2">
          <Brand />
        </div>
        <div className="mt-5">
          <BuildingPicker />
        </div>
        <nav aria-label="Main" className="mt-4 grid gap-1">
          {items.map((item) => (
            <SideLink key={item.path} {...item} />
          ))}
        </nav>
        <div className="mt-auto">
          <AccountMenu />
        </div>
      </aside>
      <header className="sticky top-0 z-30 flex items-center justify-between gap-2 border-b border-line bg-surface px-4 py-2 lg:hidden">
        <Brand isCompact />
        <div className="min-w-0 flex-1">
          <BuildingPicker />
        </div>
        <AccountMenu isCompact />
      </header>
      <main id="content" tabIndex={-1} className="outline-none">
        <Suspense fallback={<ScreenLoading />}>
          <Outlet />
        </Suspense>
      </main>
      <nav
        aria-label="Main"
        className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] lg:hidden"
      >
        {items.map((item) => (
          <BottomLink key={item.path} {...item} />
        ))}
      </nav>
    </div>
  );
}

function ScreenLoading() {
  return (
    <Loading label="Loading">
      <div className="mx-auto max-w-7xl px-4 py-7 sm:px-6">
        <Skeleton className="h-9 w-48" />
      </div>
    </Loading>
  );
}

/** Tells whether the screen shown is the item's own, or one that is reached from it. */
function useCurrent({ path, partsPath }: NavigationItem): "page" | "true" | undefined {
  const { pathname } = useLocation();
  if (pathname === path) return "page";
  return partsPath && pathname.startsWith(partsPath) ? "true" : undefined;
}

function SideLink(item: NavigationItem) {
  const { title, icon: Icon, path } = item;
  const current = useCurrent(item);
  return (
    <Link
      to={path}
      aria-current={current}
      className={classes(
        "flex min-h-10 items-center gap-3 rounded-lg px-3 text-sm font-medium transition-colors",
        current ? "bg-accent-soft text-accent-text" : "text-muted hover:bg-sunken hover:text-ink",
      )}
    >
      <Icon aria-hidden className="size-[1.125rem]" />
      {title}
    </Link>
  );
}

function BottomLink(item: NavigationItem) {
  const { title, icon: Icon, path } = item;
  const current = useCurrent(item);
  return (
    <Link
      to={path}
      aria-current={current}
      className={classes(
        "flex min-h-14 flex-1 flex-col items-center justify-center gap-0.5 text-xs font-medium",
        current ? "text-accent-text" : "text-muted",
      )}
    >
      <Icon aria-hidden className="size-5" />
      {title}
    </Link>
  );
}

function BuildingPicker() {
  const { buildingId } = useParams();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const query = useQuery(BuildingService.method.listBuildings, { pageSize: 1000 });
  const buildings = query.data?.buildings ?? [];
  const shown = buildings.find((each) => each.buildingId === buildingId) ?? buildings[0];
  if (!shown) return null;
  // The same screen of the other building, without what was chosen for this one.
  const screen = /^\/buildings\/[^/]+\/([^/]+)/.exec(pathname)?.[1] ?? "now";
  return (
    <Menu
      trigger={
        <button
          type="button"
          className="flex min-h-11 w-full min-w-0 items-center gap-2.5 rounded-lg border border-line px-3 text-left text-sm font-medium hover:bg-sunken"
        >
          <Building2 aria-hidden className="size-4 shrink-0 text-muted" />
          <span className="sr-only">Building:</span>
          <span className="min-w-0 flex-1 truncate">{shown.displayName}</span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
        </button>
      }
    >
      <MenuTitle>Buildings</MenuTitle>
      <MenuChoice
        value={shown.buildingId}
        options={buildings.map((each) => ({ value: each.buildingId, label: each.displayName }))}
        onChange={(next) => {
          void navigate(`/buildings/${next}/${screen}`);
        }}
      />
    </Menu>
  );
}

const THEMES = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
] as const;

function AccountMenu({ isCompact = false }: { isCompact?: boolean }) {
  const user = useUser();
  const session = useSession();
  const navigate = useNavigate();
  const { choice } = useTheme();
  return (
    <Menu
      trigger={
        <button
          type="button"
          className={classes(
            "flex min-h-11 items-center gap-2.5 rounded-lg px-2 text-left text-sm hover:bg-sunken",
            isCompact ? "shrink-0" : "w-full",
          )}
        >
          <span
            aria-hidden
            className="grid size-8 shrink-0 place-items-center rounded-full bg-accent-soft font-semibold text-accent-text"
          >
            {user.displayName.charAt(0).toUpperCase()}
          </span>
          {isCompact ? (
            <span className="sr-only">Account of {user.displayName}</span>
          ) : (
            <span className="min-w-0">
              <span className="sr-only">Account of</span>
              <span className="block truncate font-medium">{user.displayName}</span>
              <span className="block truncate text-xs text-muted">{user.email}</span>
            </span>
          )}
        </button>
      }
    >
      <MenuTitle>{user.email}</MenuTitle>
      <MenuItem onSelect={() => void navigate("/profile")}>
        <UserRound aria-hidden className="size-4" /> Profile
      </MenuItem>
      <MenuItem onSelect={() => void navigate("/buildings")}>
        <Building2 aria-hidden className="size-4" /> Buildings
      </MenuItem>
      {user.isAdmin && (
        <MenuItem onSelect={() => void navigate("/admin/models")}>
          <ShieldCheck aria-hidden className="size-4" /> Administration
        </MenuItem>
      )}
      <MenuLine />
      <MenuTitle>Appearance</MenuTitle>
      <MenuChoice value={choice} options={THEMES} onChange={chooseTheme} />
      <MenuLine />
      <MenuItem
        onSelect={() => {
          // Signed out here in any case; the server's part may fail where it cannot be reached.
          session.signOut().catch(() => undefined);
        }}
      >
        <LogOut aria-hidden className="size-4" /> Sign out
      </MenuItem>
    </Menu>
  );
}
