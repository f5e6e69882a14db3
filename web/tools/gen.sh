#!/bin/sh
# Generates src/gen from protos/, or with --check fails where the committed stubs differ.
set -eu
web=$(cd "$(dirname "$0")/.." && pwd)
cd "$web/.."
python=.venv/bin/python
buf=.venv/bin/buf

# The annotations and the messages of rich errors come with googleapis-common-protos.
google=$("$python" -c "import google.rpc; print(next(iter(google.rpc.__path__)))")/..
for proto in api/annotations.proto api/http.proto rpc/error_details.proto; do
  mkdir -p "build/googleapis/google/$(dirname "$proto")"
  cp "$google/$proto" "build/googleapis/google/$proto"
done

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
PATH=$web/node_modules/.bin:$PATH "$buf" generate --output "$fresh"
if [ "${1:-}" = "--check" ]; then
  diff -r "$fresh/web/src/gen" "$web/src/gen" || {
    echo "src/gen differs from protos, run: npm run gen" >&2
    exit 1
  }
else
  rm -rf "$web/src/gen"
  mv "$fresh/web/src/gen" "$web/src/gen"
fi
