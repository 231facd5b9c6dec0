import Glibc

/// A line for the shell that is no stage: nothing of it is recorded or restored.
public struct ShellCommand: Sendable {
    /// How it ended.
    public struct Ending: Sendable, Equatable {
        /// The exit code, or 128 and the number of the signal that ended it; nil where it took too
        /// long and was stopped.
        public var status: Int32?
        /// How long it took, in seconds.
        public var seconds: Double
        /// The end of what it printed, at most `keptOutput` bytes.
        public var output: String
    }

    /// So many bytes of output are kept.
    public static let keptOutput = 8192

    private let line: String
    private let folder: String
    private let environment: [String: String]

    /// - Parameters:
    ///   - line: what `/bin/sh -c` gets.
    ///   - folder: the working directory, an absolute path.
    public init(_ line: String, folder: String, environment: [String: String]) {
        self.line = line
        self.folder = folder
        self.environment = environment
    }

    /// Runs it to its end; after `limit` its whole process group is stopped.
    ///
    /// Throws `CancellationError` once `cancelled` says so.
    public func run(
        limit: Duration, cancelled: @escaping @Sendable () -> Bool
    ) async throws -> Ending {
        let clock = StageClock.system
        let began = clock.now()
        var output: [UInt8] = []
        var isLate = false
        let ending = try await Process(
            arguments: ["/bin/sh", "-c", line], environment: environment, folder: folder
        ).run(
            clock: clock, cancelled: cancelled,
            expired: {
                isLate = isLate || clock.now() - began > limit
                return isLate
            }
        ) { bytes, _ in
            output.append(contentsOf: bytes)
            if output.count > 2 * ShellCommand.keptOutput {
                output.removeFirst(output.count - ShellCommand.keptOutput)
            }
        }
        if cancelled() { throw CancellationError() }
        let spent = (clock.now() - began).components
        let status: Int32 =
            switch ending {
            case .code(let code): code
            case .signal(let number): 128 + number
            }
        return Ending(
            status: isLate ? nil : status,
            seconds: Double(spent.seconds) + Double(spent.attoseconds) * 1e-18,
            output: String(decoding: output.suffix(ShellCommand.keptOutput), as: UTF8.self))
    }
}
