import Foundation

/// Programs that tests talk with and that need not be installed.
enum TestTool {
    /// The path of a program on the PATH; nil where there is none.
    static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Whether rclone is there to be tested with.
    static var hasRclone: Bool { find("rclone") != nil }
}
