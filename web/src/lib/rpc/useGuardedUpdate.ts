import {
  create,
  equals,
  type DescMessage,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "./problem";

/** Some fields of a message, as a form has them. */
type Values<D extends DescMessage> = Exclude<MessageInitShape<D>, MessageShape<D>>;

interface Options<D extends DescMessage> {
  schema: D;
  /** What the change is based on: the thing as it was read; absent where there is none yet. */
  base: (MessageShape<D> & { etag: string }) | undefined;
  /** Sends a change of the state that the etag names. */
  update: (values: Values<D>, etag: string) => Promise<unknown>;
  /** Reads the thing as it is now. */
  read: () => Promise<(MessageShape<D> & { etag: string }) | undefined>;
  /** Called when it was changed, by whomever. */
  onChanged: () => Promise<unknown>;
  /** Called when this change was made. */
  onDone: () => void;
}

/**
 * Changes a thing that others may change too.
 *
 * Each change names the state that it is based on. Where somebody else was faster the server
 * refuses it: then `theirs` is the thing as it is now, and the next change is based on that. A
 * change that was made though its answer was lost is no conflict with itself.
 */
export function useGuardedUpdate<D extends DescMessage>(options: Options<D>) {
  const [theirs, setTheirs] = useState<MessageShape<D> & { etag: string }>();
  const mutation = useMutation({
    mutationFn: async (values: Values<D>) => {
      try {
        await options.update(values, (theirs ?? options.base)?.etag ?? "");
        return undefined;
      } catch (error) {
        if (problemOf(error).reason !== "ETAG_MISMATCH") throw error;
        const present = await options.read();
        if (!present) throw error;
        return isAlready(options.schema, present, values) ? undefined : present;
      }
    },
    onSuccess: async (present) => {
      setTheirs(() => present);
      await options.onChanged();
      if (!present) options.onDone();
    },
  });
  return { ...mutation, theirs };
}

/** Whether a thing already holds what a change would make of it. */
function isAlready<D extends DescMessage>(
  schema: D,
  thing: MessageShape<D>,
  values: Values<D>,
): boolean {
  const held = Object.fromEntries(
    Object.keys(values).map((name) => [name, (thing as Record<string, unknown>)[name]]),
  );
  return equals(
    schema,
    create(schema, held as MessageInitShape<D>),
    create(schema, values as MessageInitShape<D>),
  );
}
