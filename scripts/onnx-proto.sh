#!/bin/sh
# Makes Sources/ONNX/onnx.pb.swift of Sources/ONNX/onnx.proto, which is needed only after an edit.
#
#   scripts/onnx-proto.sh           write the file
#   scripts/onnx-proto.sh --check   fail where the file is not what the two would give
#
# Needs protoc (apt-get install protobuf-compiler) and builds the plugin of the pinned swift-protobuf.
#
#   PROTOC_GEN_SWIFT   the plugin, where it is built already
#   SWIFT              the Swift command (default: swift)
set -eu
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
source=.build/checkouts/swift-protobuf
command -v protoc >/dev/null || {
    echo "onnx-proto.sh: protoc is missing" >&2
    echo "hint: apt-get install protobuf-compiler" >&2
    exit 1
}
plugin=${PROTOC_GEN_SWIFT:-}
if [ -z "$plugin" ]; then
    [ -d "$source" ] || "$swift" package resolve >&2
    place=.build/protoc-gen-swift
    "$swift" build --package-path "$source" --scratch-path "$place" --product protoc-gen-swift >&2
    plugin=$("$swift" build --package-path "$source" --scratch-path "$place" --show-bin-path)/protoc-gen-swift
fi
out=Sources/ONNX
if [ "${1:-}" = --check ]; then
    out=$(mktemp -d)
    trap 'rm -rf "$out"' EXIT
fi
protoc --plugin=protoc-gen-swift="$plugin" --proto_path=Sources/ONNX \
    --swift_opt=Visibility=Internal,UseAccessLevelOnImports=true --swift_out="$out" onnx.proto
[ "${1:-}" != --check ] || diff -u Sources/ONNX/onnx.pb.swift "$out/onnx.pb.swift"
