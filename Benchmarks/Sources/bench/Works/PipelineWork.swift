import Foundation

/// The whole pipeline without the download, in a copy of the project that has no cache.
struct PipelineWork {
    let settings: Settings

    /// Serves one round.
    func serve(_ channel: Channel) throws {
        let copy = "\(settings.scratch)/pipeline"
        let files = FileManager.default
        try? files.removeItem(atPath: copy)
        try files.createDirectory(atPath: "\(copy)/data", withIntermediateDirectories: true)
        let needed = ["pipeline.yml", "params.yaml"] + Self.fetchFiles.map { "data/\($0)" }
        for name in needed {
            try files.copyItem(atPath: "\(settings.project)/\(name)", toPath: "\(copy)/\(name)")
        }
        // Downloads stay in the user's cache; the pipeline's time is without them.
        try nlpipe(["repro", "fetch", "-C", copy])
        try channel.ready("nlpipe repro")
        guard channel.nextRound() else { return }
        let time = try seconds {
            try nlpipe(["repro", "--threads", "\(settings.threads)", "-C", copy])
        }
        try channel.report(["seconds": time])
    }

    private static let fetchFiles = [
        "fetch.sh", "extract.py", "requirements.txt", "sources.sha256",
    ]

    private func nlpipe(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "\(settings.project)/bin/nlpipe")
        process.arguments = arguments
        // Standard output belongs to the protocol.
        process.standardOutput = FileHandle.standardError
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw SideError(
                side: "nlpipe \(arguments.joined(separator: " "))",
                reason: "ended with \(process.terminationStatus)")
        }
    }
}
