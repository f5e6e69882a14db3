import { useEffect, useState } from "react";
import { previewRows, type PreviewRow } from "../api/preview";
import type { Mapping } from "../api/rows";
import type { Source } from "../api/source";

interface Preview {
  rows: readonly PreviewRow[] | undefined;
  error: unknown;
}

const LOADING: Preview = { rows: undefined, error: undefined };

/** Reads the first rows anew whenever the mapping changes. */
export function usePreview(source: Source, mapping: Mapping): Preview {
  const [found, setFound] = useState<Preview & { mapping?: Mapping }>(LOADING);
  useEffect(() => {
    let isGone = false;
    previewRows(source, mapping).then(
      (rows) => {
        if (!isGone) setFound({ rows, error: undefined, mapping });
      },
      (error: unknown) => {
        if (!isGone) setFound({ rows: undefined, error, mapping });
      },
    );
    return () => {
      isGone = true;
    };
  }, [source, mapping]);
  return found.mapping === mapping ? found : LOADING;
}
