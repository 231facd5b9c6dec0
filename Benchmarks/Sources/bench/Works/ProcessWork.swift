import Foundation

/// A whole process from its start to its only answer.
struct ProcessWork {
    let settings: Settings

    /// Serves rounds of one `nlpipe predict` each.
    func serve(_ channel: Channel) throws {
        let program = "\(settings.project)/bin/nlpipe"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw SideError(side: "nlpipe", reason: "no bin/nlpipe; run 'make build' first")
        }
        try channel.ready("nlpipe predict")
        while channel.nextRound() {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = ["predict", "\(settings.project)/package", LoadingWork.text]
            process.standardOutput = FileHandle.nullDevice
            let time = try seconds {
                try process.run()
                process.waitUntilExit()
            }
            guard process.terminationStatus == 0 else {
                throw SideError(side: program, reason: "ended with \(process.terminationStatus)")
            }
            try channel.report(["milliseconds": 1e3 * time])
        }
    }
}
