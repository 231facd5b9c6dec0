#!/usr/bin/env python3
"""Takes one check after the other out of the commit path and asks whether a test notices.

    scripts/mutate-checks.py [--keep FOLDER] [NAME ...]

A copy of the sources gets a switch into each of the checks below and is built once; then the tests that are
in charge of a check run with that check switched off, and have to fail. The tree itself is not touched.
It takes about ten minutes and ends with 1 if a check can go missing without a test that fails.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

# name, file, the check as written, the check with its switch, the tests in charge
CHECKS = [
    ("dep-unchanged", "Sources/Engine/StageWorker.swift",
     "where try session.workspace.content(at: dep.path) != dep.content {",
     "where try session.workspace.content(at: dep.path) != dep.content && !OFF {",
     "aDepThatChangesDuringTheRunIsNotRecorded"),
    ("no-new-dep", "Sources/Engine/StageWorker.swift",
     "for path in try project.paths(of: glob) where !known.contains(path) {",
     "for path in try project.paths(of: glob) where !known.contains(path) && !OFF {",
     "aFileThatComesWhileTheStageRunsIsNotOverlooked"),
    ("params-unchanged", "Sources/Engine/StageWorker.swift",
     "guard let now, now.map(\\.value) == values.map(\\.value) else {",
     "guard OFF || now?.map(\\.value) == values.map(\\.value) else {",
     "SchedulerTests"),
    ("out-edited", "Sources/Engine/Rebuilder.swift",
     "if present != recorded { reasons.append(.outEdited(path: out.path)) }",
     "if present != recorded, !OFF { reasons.append(.outEdited(path: out.path)) }",
     "anEditedOrDeletedOutIsRestored|MutationTests"),
    ("out-inside", "Sources/ContentStore/WorkspaceChanges.swift",
     "guard folder != expected else { return }",
     "guard folder != expected, !OFF else { return }",
     "anOutBehindALinkThatLeavesTheProjectIsRefused|aPersistedOut"),
    ("link-inside", "Sources/ContentStore/FileTree.swift",
     "guard resolved == root || resolved.hasPrefix(root + \"/\")",
     "guard OFF || resolved == root || resolved.hasPrefix(root + \"/\")",
     "linksAreFollowedInsideAndRefusedOutside"),
    ("object-copied", "Sources/ContentStore/ObjectCopies.swift",
     "guard digester.finish().hasBytes(of: file.digest) else { throw try unsound(file.digest) }",
     "guard digester.finish().hasBytes(of: file.digest) || OFF else { throw try unsound(file.digest) }",
     "everyFlippedByteAndEveryCutOfAnObjectIsAMiss|aDamagedObjectIsAMissAndIsNotHandedOut"),
    ("object-linked", "Sources/ContentStore/ObjectCopies.swift",
     "guard digester.finish().hasBytes(of: digest) else { throw try unsound(digest) }",
     "guard digester.finish().hasBytes(of: digest) || OFF else { throw try unsound(digest) }",
     "Link"),
    ("object-size", "Sources/ContentStore/ObjectStore.swift",
     "(file.size == nil || status?.size == file.size)",
     "(OFF || file.size == nil || status?.size == file.size)",
     "ReliabilityTests|RunCacheTests|ObjectStoreTests"),
    ("list-sound", "Sources/ContentStore/ObjectStore.swift",
     "guard Digest(of: bytes, layout.algorithm).hasBytes(of: content.digest) else {",
     "guard OFF || Digest(of: bytes, layout.algorithm).hasBytes(of: content.digest) else {",
     "ObjectStoreTests|ReliabilityTests"),
    ("record-sound", "Sources/Engine/RunCache.swift",
     "text == \"\\(head)\\(Digest(of: String(body)))\\\",\\\"run\\\":\\(body)}\\n\"",
     "OFF || text == \"\\(head)\\(Digest(of: String(body)))\\\",\\\"run\\\":\\(body)}\\n\"",
     "RunCacheTests|ReliabilityTests"),
    ("record-signed", "Sources/Engine/RunCache.swift",
     "return seal.isRight(below, below: record)", "return OFF || seal.isRight(below, below: record)",
     "RemoteTests"),
    ("record-own", "Sources/Engine/RunCache.swift",
     "trace.fingerprint == fingerprint,", "OFF || trace.fingerprint == fingerprint,",
     "RunCacheTests|ReliabilityTests"),
    ("record-format", "Sources/Engine/RunCache.swift",
     "record[\"format\"] == .verbatim(\"\\(Fingerprint.format)\")",
     "OFF || record[\"format\"] == .verbatim(\"\\(Fingerprint.format)\")",
     "aSoundRecordOfAnotherFormatIsAMiss"),
    ("outs-stand", "Sources/Engine/SessionResults.swift",
     "return try present[out.path] == content || objects.contains(content)",
     "return try OFF || present[out.path] == content || objects.contains(content)",
     "RunCacheTests|ReliabilityTests"),
    ("file-settled", "Sources/ContentStore/StateCache.swift",
     "let entry = status.isSettled(at: before) ? Entry(status, digest) : nil",
     "let entry = OFF || status.isSettled(at: before) ? Entry(status, digest) : nil",
     "StateCacheTests|FolderStateTests|ReliabilityTests"),
    ("state-sound", "Sources/ContentStore/StateCache.swift",
     "guard Array(\"sha256 \\(Digest(of: body))\\n\".utf8) == Array(bytes.suffix(trailer))",
     "guard OFF || Array(\"sha256 \\(Digest(of: body))\\n\".utf8) == Array(bytes.suffix(trailer))",
     "StateCacheTests|ReliabilityTests"),
    ("one-at-a-time", "Sources/Engine/Session.swift",
     "guard let lock = try files.lock(\"\\(home)/tmp/lock\") else { return nil }",
     "guard let lock = try OFF ? FileLock(release: {}) : files.lock(\"\\(home)/tmp/lock\") else { return nil }",
     "SchedulerTests|ReliabilityTests|CrashTests"),
    ("stored-unchanged", "Sources/ContentStore/ObjectIntake.swift",
     "guard try fileSystem.read(path, as: status, piece) else {",
     "guard try fileSystem.read(path, as: status, piece) || OFF else {",
     "ObjectIntakeTests"),
    ("copied-unchanged", "Sources/ContentStore/ObjectIntake.swift",
     "guard try fileSystem.status(source) == status, digest.map({ $0 == found }) ?? true else {",
     "guard try OFF || fileSystem.status(source) == status, OFF || digest.map({ $0 == found }) ?? true else {",
     "ObjectIntakeTests|ObjectStoreTests"),
    ("list-inside", "Sources/ContentStore/Manifest.swift",
     "            isInside(path)\n", "            OFF || isInside(path)\n",
     "ObjectStoreTests|LayoutTests"),
    ("own-folders", "Sources/ContentStore/WorkspaceChanges.swift",
     "guard inside, !parts.contains(where: { layout.ownFolders.contains(String($0)) }) else {",
     "guard inside, OFF || !parts.contains(where: { layout.ownFolders.contains(String($0)) }) else {",
     "anOutBehindALink|OutTests"),
    ("target-inside", "Sources/ContentStore/WorkspaceChanges.swift",
     "guard target.hasPrefix(realRoot + \"/\") else {",
     "guard OFF || target.hasPrefix(realRoot + \"/\") else {",
     "aPersistedOutThatIsALinkOutOfTheProjectIsNotWrittenThrough|OutTests"),
    ("lock-schema", "Sources/Engine/LockFile.swift",
     "case .verbatim(let other), .text(let other):",
     "case .verbatim where OFF, .text where OFF: break\n        case .verbatim(let other), .text(let other):",
     "LockFileTests"),
    ("run-whole", "Sources/Engine/RunCache.swift",
     "trace.outs.allSatisfy({ $0.content != nil })",
     "OFF || trace.outs.allSatisfy({ $0.content != nil })",
     "RunCacheTests|ReliabilityTests|OutTests"),
    ("out-there", "Sources/Engine/Commit.swift",
     "guard let manifest = try take(out, madeAt: made?[out.path]) else {",
     "if OFF, try session.project.fileSystem.linkStatus(session.project.absolute(out.path)) == nil { continue }\n"
     "            guard let manifest = try take(out, madeAt: made?[out.path]) else {",
     "SchedulerTests|OutTests"),
]

SWITCH = """import Glibc

/// Checks that the environment switches off.
public enum Mutant {
    public static func isOff(_ name: String) -> Bool {
        guard let off = getenv("NLPIPE_CHECK_OFF") else { return false }
        return String(cString: off) == name
    }
}
"""


def run(command, folder, **environment):
    return subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True)


def put_switches(folder):
    (folder / "Sources/ContentStore/Mutant.swift").write_text(SWITCH)
    for name, file, old, new, _ in CHECKS:
        path = folder / file
        text = path.read_text()
        if text.count(old) != 1:
            sys.exit(f"mutate-checks: {name}: {file} has the check {text.count(old)} times: {old}")
        path.write_text(text.replace(old, new.replace("OFF", f'Mutant.isOff("{name}")')))


def noticed(folder, name, tests):
    command = ["swift", "test", "--skip-build", "--filter", tests]
    environment = {"NLPIPE_CHECK_OFF": name} if name else {}
    try:
        done = subprocess.run(
            command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, timeout=600)
    except subprocess.TimeoutExpired:
        return ["a test that did not end"], ""
    failed = sorted({line.split("Test ")[1].split(" ")[0] for line in done.stdout.splitlines()
                     if line.startswith("✘ Test ") and " failed after" in line})
    if done.returncode != 0 and not failed:
        failed = ["the test program itself"]
    return (failed if done.returncode != 0 else []), done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--keep", help="where the copy is made, for a second run that builds less")
    parser.add_argument("names", nargs="*", help="the checks to take out (all)")
    options = parser.parse_args()
    wanted = [check for check in CHECKS if not options.names or check[0] in options.names]
    root = pathlib.Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(options.keep or scratch)
        folder.mkdir(parents=True, exist_ok=True)
        files = run(["git", "ls-files"], root).stdout.splitlines()
        for file in files:
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            data = (root / file).read_bytes()
            if not target.exists() or target.read_bytes() != data:
                target.write_bytes(data)
                target.chmod((root / file).stat().st_mode)
        put_switches(folder)
        built = run(["swift", "build", "--build-tests"], folder)
        if built.returncode != 0:
            sys.exit(f"mutate-checks: the copy does not build:\n{built.stdout[-3000:]}")
        unnoticed = 0
        for name, file, _, _, tests in wanted:
            failed, _ = noticed(folder, None, tests)
            if failed:
                sys.exit(f"mutate-checks: with every check in place these fail: {', '.join(failed)}")
            failed, _ = noticed(folder, name, tests)
            unnoticed += not failed
            print(f"{name:18} {file:42} {'noticed by ' + ', '.join(failed[:4]) if failed else 'NOT NOTICED'}",
                  flush=True)
        print(f"mutate-checks: {len(wanted) - unnoticed} of {len(wanted)} checks cannot go missing")
        sys.exit(1 if unnoticed else 0)


main()
