import { Badge } from "./Badge";

/** Says of an estimate that no real appliance taught the model; how right it is, is unknown. */
export function SyntheticBadge() {
  return (
    <Badge tone="warn">
      <span title="Its accuracy on real mains is unknown.">trained on simulation</span>
    </Badge>
  );
}
