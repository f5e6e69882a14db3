import { Activity, BarChart3, Settings2, type LucideIcon } from "lucide-react";

export interface NavigationItem {
  title: string;
  icon: LucideIcon;
  path: string;
  /** Where the addresses of further screens begin that are reached from it. */
  partsPath?: string;
}

/** Returns the screens of one building, in the order of the navigation. */
export function buildingNavigation(buildingId: string): readonly NavigationItem[] {
  const base = `/buildings/${buildingId}`;
  return [
    { title: "Now", icon: Activity, path: `${base}/now` },
    { title: "Energy", icon: BarChart3, path: `${base}/energy`, partsPath: `${base}/appliances/` },
    { title: "Settings", icon: Settings2, path: `${base}/settings` },
  ];
}
