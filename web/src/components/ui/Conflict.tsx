import { Fragment, useState, type ReactNode } from "react";
import { Button } from "./Button";
import { Notice } from "./Notice";

interface Versioned {
  etag: string;
}

interface EditedProps<T> {
  thing: T;
  /** The form; `renew` begins it anew with the state that is there now. */
  children: (base: T, renew: (theirs: T) => void) => ReactNode;
}

/** Holds the thing as it was when its form was opened: what others change does not move it. */
export function Edited<T extends Versioned>({ thing, children }: EditedProps<T>) {
  const [base, setBase] = useState(thing);
  return <Fragment key={base.etag}>{children(base, setBase)}</Fragment>;
}

interface ConflictProps<T> {
  base: T;
  /** As it is now. */
  theirs: T;
  /** What people read of a thing, by the label of its field. */
  describe: (thing: T) => Readonly<Record<string, string>>;
  onTakeTheirs: () => void;
}

/** Says that somebody else changed what a form shows, and how it reads now. */
export function Conflict<T>({ base, theirs, describe, onTakeTheirs }: ConflictProps<T>) {
  const before = describe(base);
  const changed = Object.entries(describe(theirs)).filter(([name, text]) => text !== before[name]);
  return (
    <Notice tone="bad">
      <div className="grid gap-2">
        <p className="font-medium">Somebody else changed this while you were at it.</p>
        {changed.length > 0 && (
          <dl className="grid gap-1">
            {changed.map(([name, text]) => (
              <div key={name} className="break-words">
                <dt className="inline">{name} now: </dt>
                <dd className="inline font-medium">{text || "–"}</dd>{" "}
                <dd className="inline">(was {before[name] === "" ? "–" : before[name]})</dd>
              </div>
            ))}
          </dl>
        )}
        <p>What you typed is still here: saving again puts it in the place of theirs.</p>
        <div>
          <Button look="secondary" isSmall onClick={onTakeTheirs}>
            Take theirs
          </Button>
        </div>
      </div>
    </Notice>
  );
}
