#!/usr/bin/env bash
# The same bytes everywhere: builds the program for other targets and compares what they write.
#
# Compares, for every shipped scenario, the fingerprint of a run, and for the weights study every CSV of the
# sweep: debug against release, 1 against 8 threads, x86-64 gnu against musl, and aarch64 under qemu-user where
# that is installed. Needs rustup; a target that cannot be added or run is named and skipped. Ends with
# 0 if everything that could be compared agrees.
set -uo pipefail
cd "$(dirname "$0")/.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failures=0
compared=0

scenarios=$(ls scenarios/*.toml scenarios/incidents/*.toml scenarios/gallery/*.toml)
study=scenarios/studies/weights.toml

# runs NAME COMMAND...: the fingerprints of all scenarios and the CSVs of the study, in one digest file.
runs() {
  local name=$1
  shift
  local fingerprints
  for scenario in $scenarios; do
    fingerprints=$("$@" run "$scenario" --replications 2 --json --quiet --no-charts --force --out "$out/$name.run" |
      tr -d ' \n' | sed -n 's/.*"fingerprints":\[\([^]]*\)\].*/\1/p')
    test -n "$fingerprints" || return 1
    echo "$scenario $fingerprints"
  done > "$out/$name.txt" || return 1
  "$@" sweep "$study" --replications 2 --quiet --force --out "$out/$name.sweep" > "$out/$name.log" 2>&1 || return 1
  (cd "$out/$name.sweep" && sha256sum ./*.csv) >> "$out/$name.txt"
}

# compare NAME COMMAND...: whether the program that the command runs writes what the base wrote.
compare() {
  local name=$1
  compared=$((compared + 1))
  if ! runs "$@"; then
    echo "DIFFERS: $name (does not run)"
    failures=$((failures + 1))
  elif cmp -s "$out/release.txt" "$out/$name.txt"; then
    echo "same:    $name"
  else
    echo "DIFFERS: $name"
    diff "$out/release.txt" "$out/$name.txt" | head -5
    failures=$((failures + 1))
  fi
}

cargo build --release --locked --quiet || exit 1
runs release target/release/rehearsal || exit 1
echo "base:    release, $(wc -l < "$out/release.txt") digests"
compare again target/release/rehearsal
compare threads-1 env RAYON_NUM_THREADS=1 target/release/rehearsal
compare threads-8 env RAYON_NUM_THREADS=8 target/release/rehearsal

cargo build --locked --quiet || exit 1
compare debug target/debug/rehearsal

other_target() {
  local target=$1
  shift
  if ! rustup target add "$target" > /dev/null 2>&1; then
    echo "skipped: $target (the target cannot be added)"
  elif ! cargo build --release --locked --quiet --target "$target" 2> "$out/$target.err"; then
    echo "skipped: $target (does not build here: $(tail -1 "$out/$target.err"))"
  else
    compare "$target" "$@" "target/$target/release/rehearsal"
  fi
}

# Without a C compiler for the target: rustc's own linker and self-contained musl are enough.
export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_MUSL_LINKER=rust-lld
other_target x86_64-unknown-linux-musl
if command -v qemu-aarch64 > /dev/null; then
  other_target aarch64-unknown-linux-musl qemu-aarch64
else
  echo "skipped: aarch64 (qemu-aarch64 is not installed; Debian: qemu-user)"
fi

echo "$compared compared, $failures different"
test "$failures" -eq 0
