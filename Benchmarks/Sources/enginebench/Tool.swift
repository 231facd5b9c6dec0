import Foundation

/// One of the two programs that are compared, with a project that is its own.
struct Tool {
    enum Kind: String { case nlpipe, dvc }

    let kind: Kind
    /// The program's path.
    let program: String
    /// Where its projects are made.
    let scratch: String

    /// What every command sees: no user's settings, no telemetry, no colours.
    var environment: [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "HOME": "\(scratch)/home", "LC_ALL": "C.UTF-8", "DVC_NO_ANALYTICS": "1",
            "DVC_SITE_CACHE_DIR": "\(scratch)/site", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "bench", "GIT_AUTHOR_EMAIL": "bench@localhost",
            "GIT_COMMITTER_NAME": "bench", "GIT_COMMITTER_EMAIL": "bench@localhost",
        ]
    }

    /// The file that defines the stages.
    var pipelineFile: String { kind == .nlpipe ? "pipeline.yml" : "dvc.yaml" }
    /// The file that records them.
    var lockFile: String { kind == .nlpipe ? "pipeline.lock" : "dvc.lock" }

    /// What makes a folder a project of the tool.
    var setUp: String { "git init -q .; \(program) init" }

    /// What forgets everything that was ever computed, and keeps the definition.
    var forget: String {
        Tool.putAside(
            kind == .nlpipe
                ? "pipeline.lock .nlpipe/cache .nlpipe/runs .nlpipe/state* .nlpipe/tmp "
                    + ".nlpipe/history.sqlite*"
                : "dvc.lock .dvc/cache .dvc/tmp \(scratch)/site")
    }

    /// A line of shell that takes files away without removing them: to make a file ext4 passes over
    /// all that were removed in the last minutes, so a stage's own `cp -r` would take many times as
    /// long as where nothing was removed, and no two of them equally long.
    ///
    /// `$ASIDE` is a folder on the same file system, which goes when the work is done.
    static func putAside(_ paths: String) -> String {
        "mkdir -p $ASIDE; to=$(mktemp -d $ASIDE/XXXXXXXX); "
            + "for path in \(paths); do [ ! -e $path ] || mv $path $to/; done"
    }

    /// What makes the tool forget what it knows of files that it has read.
    var forgetFiles: String {
        kind == .nlpipe ? "rm -rf .nlpipe/state*" : "rm -rf .dvc/tmp \(scratch)/site"
    }

    /// A shell in the folder of a project.
    func shell(in folder: String) -> Command { Command(folder: folder, environment: environment) }
}

extension Command {
    /// Runs lines of shell.
    @discardableResult func sh(_ script: String) throws -> Cost {
        try run(["/bin/sh", "-ec", script])
    }
}
