#!/bin/sh
# Install the pinned torch as a CPU build: install_torch.sh PYTHON INDEX
#
# On Linux, PyPI's own torch wheel brings several gigabytes of CUDA. So: a CPU build that pip already
# knows of (a local wheel, macOS, Windows) if there is one, else the one of INDEX, else PyPI's.
set -eu
python=$1
index=$2
version=$(sed -n 's/^torch==//p' constraints.txt)

"$python" - "$version" <<'PY' && exit 0
import importlib.metadata, sys
try:
    sys.exit(importlib.metadata.version("torch").partition("+")[0] != sys.argv[1])
except importlib.metadata.PackageNotFoundError:
    sys.exit(1)
PY

pip="$python -m pip --disable-pip-version-check --quiet"
if [ "$(uname -s)" != Linux ]; then
    exec $pip install "torch==$version"
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if $pip download --no-deps --no-index --dest "$scratch" "torch==$version" >/dev/null 2>&1; then
    $pip install "torch==$version"
elif ! $pip install --extra-index-url "$index" --timeout 10 --retries 0 "torch==$version+cpu" 2>/dev/null; then
    echo "torch: pas de version CPU sur $index, je prends celle de PyPI (volumineuse)…" >&2
    $pip install "torch==$version"
fi
